using System.Globalization;
using System.Net;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients;
using Hub.Adapters.Recipients.FhirRest;
using Hub.Adapters.Recipients.Http;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;

namespace Hub.Adapters.Tracing;

/// <summary>What the Personal Demographics Service says of a person. The family is closed.</summary>
public abstract record PdsAnswer
{
    private protected PdsAnswer() { }
}

/// <summary>PDS knows the person.</summary>
public sealed record PdsFound : PdsAnswer
{
    /// <summary>The number that stands now.</summary>
    public required NhsNumber NhsNumber { get; init; }

    /// <summary>True where another number was asked for: that one is superseded, and is to be replaced.</summary>
    public required bool Superseded { get; init; }

    /// <summary>The registered practice; null where PDS names none.</summary>
    public OdsCode? Practice { get; init; }

    /// <summary>True where the record is restricted (R, V, REDACTED): whereabouts are hidden, and PDS keeps the practice back too.</summary>
    public bool Restricted { get; init; }
    public bool Deceased { get; init; }
}

/// <summary>PDS knows nobody of this number, or nobody of these details alone.</summary>
/// <param name="Code">PDS's own code, such as <c>RESOURCE_NOT_FOUND</c> or <c>TOO_MANY_MATCHES</c>.</param>
public sealed record PdsNotFound(string Code) : PdsAnswer;

/// <summary>The number was invalidated: nothing may be sent under it (ITK3 PDS-05).</summary>
public sealed record PdsInvalidated : PdsAnswer;

/// <summary>PDS could not be asked, or its answer could not be read. It reads "not checked", and stops nothing.</summary>
/// <param name="Why">Without anything of the person.</param>
public sealed record PdsNotChecked(string Why) : PdsAnswer;

/// <summary>By what a person is looked for who has no number.</summary>
public sealed record PdsSearch(string Family, string? Given, DateOnly BirthDate, string? Gender, string? Postcode);

/// <summary>Asks the Personal Demographics Service (FHIR R4), as an application that signs its own assertion. The national design has the number in the address; nothing here logs one.</summary>
public sealed class PdsClient : IDisposable
{
    private readonly PdsSettings settings;
    private readonly PartnerHttp http;
    private readonly TimeProvider time;

    internal PdsClient(PdsSettings settings, PartnerHttpFactory partners, TimeProvider time) =>
        (this.settings, http, this.time) = (settings, partners.CreateWithoutBreaker(settings.Access, OutcomeTable.Of(FhirRestOutcomes.Rows, [])), time);

    public async Task<PdsAnswer> ReadAsync(NhsNumber number, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(number);
        var exchange = await AskAsync($"Patient/{number.Value}", cancellationToken);
        return Judge(exchange, root => Found(root, number));
    }

    /// <summary>Finds one person and no more: several are none.</summary>
    public async Task<PdsAnswer> SearchAsync(PdsSearch search, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(search);
        var query = new List<string>
        {
            "family=" + Uri.EscapeDataString(search.Family), "birthdate=eq" + search.BirthDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "_max-results=2",
        };
        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                query.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }

        Add("given", search.Given);
        Add("gender", search.Gender);
        Add("address-postalcode", search.Postcode);
        return Judge(await AskAsync("Patient?" + string.Join('&', query), cancellationToken), root => OfBundle(root));
    }

    public void Dispose() => http.Dispose();

    private Task<Exchange> AskAsync(string path, CancellationToken cancellationToken) => http.ExchangeAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}"));
            request.Headers.Accept.ParseAdd("application/fhir+json");
            request.Headers.Add("X-Request-ID", Guid.CreateVersion7(time.GetUtcNow()).ToString());
            return request;
        },
        settings.Timeout, cancellationToken);

    private static PdsAnswer Judge(Exchange exchange, Func<JsonElement, PdsAnswer> read)
    {
        if (exchange.Answer is not { Body.TooLong: false } answer)
        {
            return new PdsNotChecked("PDS could not be reached");
        }

        try
        {
            using var document = JsonDocument.Parse(answer.Body.Bytes);
            var root = document.RootElement;
            return answer.IsSuccess ? read(root) : CodeOf(root) switch
            {
                "INVALIDATED_RESOURCE" => new PdsInvalidated(),
                { } code when answer.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest => new PdsNotFound(code),
                _ => new PdsNotChecked(string.Create(CultureInfo.InvariantCulture, $"PDS answered HTTP {(int)answer.Status}")),
            };
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return new PdsNotChecked("PDS's answer could not be read");
        }
    }

    private static PdsAnswer OfBundle(JsonElement bundle)
    {
        var entries = Items(bundle, "entry").Select(e => e.GetProperty("resource")).ToList();
        return bundle.GetProperty("resourceType").GetString() == "OperationOutcome" ? new PdsNotFound(CodeOf(bundle) ?? "unknown")
            : entries.Count == 1 ? Found(entries[0], null)
            : new PdsNotFound(entries.Count == 0 ? "NO_MATCH" : "TOO_MANY_MATCHES");
    }

    private static PdsAnswer Found(JsonElement patient, NhsNumber? asked)
    {
        if (!NhsNumber.TryParse(patient.GetProperty("id").GetString(), out var number))
        {
            return new PdsNotChecked("PDS's answer names no number that is one");
        }

        var practice = Items(patient, "generalPractitioner").Where(g => g.TryGetProperty("identifier", out _)).Select(g => g.GetProperty("identifier"))
            .Where(i => i.TryGetProperty("system", out var system) && system.GetString() == CodeSystems.OdsOrganization)
            .Select(i => OdsCode.TryParse(i.GetProperty("value").GetString(), out var code) ? code : null).FirstOrDefault(c => c is not null);
        var security = patient.TryGetProperty("meta", out var meta) ? Items(meta, "security").Select(s => s.GetProperty("code").GetString()).ToList() : [];
        return new PdsFound
        {
            NhsNumber = number,
            Superseded = asked is not null && asked != number,
            Practice = practice,
            Restricted = security.Any(code => code is "R" or "V" or "REDACTED"),
            Deceased = patient.TryGetProperty("deceasedDateTime", out _),
        };
    }

    private static string? CodeOf(JsonElement outcome) => Items(outcome, "issue")
        .SelectMany(i => i.TryGetProperty("details", out var details) ? Items(details, "coding") : default)
        .Select(c => c.TryGetProperty("code", out var code) ? code.GetString() : null).FirstOrDefault(c => c is not null);

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default;
}
