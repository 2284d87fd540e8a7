using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hub.Proxy.Simulators;

/// <summary>A person as the scripted PDS has them.</summary>
/// <param name="NhsNumber">The number that stands.</param>
/// <param name="Family">Surname.</param>
/// <param name="BirthDate">As FHIR has it.</param>
/// <param name="Practice">ODS code of the registered practice; null for none.</param>
/// <param name="Security">U, R, V or REDACTED.</param>
public sealed record SimulatedPdsPerson(string NhsNumber, string Family, string BirthDate, string? Practice, string Security = "U");

/// <summary>A scripted Personal Demographics Service with its token endpoint (<c>/oauth2/token</c>): reads, searches, superseded and invalidated numbers, restricted records. It takes any signed assertion.</summary>
public sealed class SimulatedPds : SimulatedHttpPartner
{
    private const string Base = "/personal-demographics/FHIR/R4/";
    private const string Codes = "https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode";

    private SimulatedPds(SimulatorScript? script, TimeProvider? time) : base(script, time) { }

    public ConcurrentDictionary<string, SimulatedPdsPerson> People { get; } = new(new SimulatedPdsPerson[]
    {
        new("9000000009", "QUILL", "1988-03-05", "Y12346"), new("9000000025", "HIDDEN", "1970-01-01", null, "R"), new("9000000033", "MINIMAL", "1970-01-01", null),
        new("9912003888", "MARLOW", "1992-02-14", "Y12345"),
    }.ToDictionary(p => p.NhsNumber), StringComparer.Ordinal);

    /// <summary>Old numbers and those that stand instead.</summary>
    public ConcurrentDictionary<string, string> Superseded { get; } = new(StringComparer.Ordinal) { ["9000000017"] = "9000000009" };

    public ConcurrentDictionary<string, bool> Invalidated { get; } = new(StringComparer.Ordinal) { ["9000000041"] = true };

    /// <summary>Whether a token is asked for.</summary>
    public bool WantsToken { get; set; }

    public int TokensGiven { get; private set; }

    public Uri Endpoint => new($"{Scheme}://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}{Base.TrimEnd('/')}");

    public Uri TokenEndpoint => new($"{Scheme}://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/oauth2/token");

    /// <summary>Listens on loopback; port 0 takes a free one.</summary>
    public static Task<SimulatedPds> StartAsync(int port = 0, SimulatorScript? script = null, TimeProvider? time = null)
    {
        var pds = new SimulatedPds(script, time);
        pds.Listen(port);
        return Task.FromResult(pds);
    }

    private protected override async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        var requests = new SimulatedHttpRequests(stream);
        while (await requests.NextAsync(cancellationToken) is { } request)
        {
            var (path, query) = request.Path.Split('?', 2) is [var before, var after] ? (before, after) : (request.Path, "");
            if (path == "/oauth2/token")
            {
                TokensGiven++;
                await WriteAsync(stream, Json(Encoding.UTF8.GetString(request.Body).Contains("client_assertion=", StringComparison.Ordinal) ? 200 : 401, new { access_token = "scripted", token_type = "Bearer", expires_in = 300 }), cancellationToken);
                continue;
            }

            var (copy, fault) = Take(Guid.CreateVersion7(Time.GetUtcNow()).ToString(), null, query.Length > 0 ? "search" : "read", request.Body, request.Headers);
            var answer = WantsToken && request.Headers.GetValueOrDefault("authorization") != "Bearer scripted" ? Outcome(401, "ACCESS_DENIED") : Answer(path, query);
            if (!await AnswerAsync(stream, copy, fault, new SimulatedHttpAnswers(_ => answer, (scripted, _) => scripted.Behaviour == SimulatorBehaviour.Http ? Outcome(scripted.Amount, "SERVICE") : answer, f => f.Behaviour.ToString()), cancellationToken))
            {
                return;
            }
        }
    }

    private byte[] Answer(string path, string query)
    {
        if (!path.StartsWith(Base + "Patient", StringComparison.Ordinal))
        {
            return Outcome(404, "RESOURCE_NOT_FOUND");
        }

        var number = path[(Base + "Patient").Length..].TrimStart('/');
        if (number.Length == 0)
        {
            var asked = query.Split('&').Select(q => q.Split('=', 2)).Where(q => q.Length == 2).ToDictionary(q => q[0], q => Uri.UnescapeDataString(q[1]), StringComparer.Ordinal);
            var found = People.Values.Where(p => p.Family.Equals(asked.GetValueOrDefault("family"), StringComparison.OrdinalIgnoreCase) && "eq" + p.BirthDate == asked.GetValueOrDefault("birthdate")).ToList();
            return found.Count > 1 ? Outcome(200, "TOO_MANY_MATCHES")
                : Json(200, new { resourceType = "Bundle", type = "searchset", total = found.Count, entry = found.Select(p => new { resource = Patient(p) }) });
        }

        return number.Length != 10 || !number.All(char.IsAsciiDigit) ? Outcome(400, "INVALID_RESOURCE_ID")
            : Invalidated.ContainsKey(number) ? Outcome(404, "INVALIDATED_RESOURCE")
            : People.TryGetValue(Superseded.GetValueOrDefault(number, number), out var person) ? Json(200, Patient(person))
            : Outcome(404, "RESOURCE_NOT_FOUND");
    }

    private static object Patient(SimulatedPdsPerson person) => new
    {
        resourceType = "Patient", id = person.NhsNumber, meta = new { versionId = "1", security = new[] { new { system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code = person.Security } } },
        name = new[] { new { use = "usual", family = person.Family } }, birthDate = person.BirthDate,
        generalPractitioner = person.Practice is null || person.Security != "U" ? []
            : new[] { new { type = "Organization", identifier = new { system = "https://fhir.nhs.uk/Id/ods-organization-code", value = person.Practice } } },
    };

    private static byte[] Outcome(int status, string code) => Json(status, new
    {
        resourceType = "OperationOutcome", issue = new[] { new { severity = "error", code = "value", details = new { coding = new[] { new { system = Codes, code } } } } },
    });

    private static byte[] Json(int status, object body) => SimulatedFhirAnswers.Http(status, JsonSerializer.SerializeToUtf8Bytes(body));
}
