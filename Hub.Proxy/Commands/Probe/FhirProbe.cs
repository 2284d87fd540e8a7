using System.Globalization;
using System.Net;
using System.Text.Json;
using Hub.Adapters.Recipients.Http;

namespace Hub.Proxy.Commands.Probe;

/// <summary>Asks a FHIR server for its <c>metadata</c>, with the hub's own credentials where the partner file has any.</summary>
internal sealed class FhirProbe(ProbeTarget target, TimeSpan patience, TimeProvider time)
{
    private const string Step = "metadata";
    private const string TokenStep = "token";
    private const int MaxBytes = 8 * 1024 * 1024;
    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 64 };

    public async Task RunAsync(bool askedForCertificate, List<Finding> findings, CancellationToken cancellationToken)
    {
        using var connections = new PartnerConnections(target.Trust);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(target.FhirBase!.AbsoluteUri.TrimEnd('/') + "/metadata"));
        request.Headers.Accept.ParseAdd("application/fhir+json");
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            if (!await AuthorizeAsync(connections, request, findings, either.Token))
            {
                return;
            }

            using var response = await connections.SendAsync(request, either.Token);
            findings.Add(Status(response));
            if (response.StatusCode == HttpStatusCode.OK)
            {
                findings.AddRange(Read(await BodyAsync(response.Content, either.Token)));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            findings.Add(Finding.Bad(Step, $"No whole answer to GET metadata within {patience.TotalSeconds:0.#} s.", Owners.Partner, "Check that the server behind this port runs and is not overloaded."));
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException)
        {
            findings.Add(askedForCertificate && !target.Trust.ShowsCertificate
                ? TlsProbe.NoClientCertificate()
                : Finding.Bad(Step, "The connection broke before there was an answer: perhaps the port speaks another protocol than HTTP.", Owners.Partner, "Check that a FHIR server stands behind this address."));
        }
    }

    /// <summary>False where the call would only be turned away.</summary>
    private async Task<bool> AuthorizeAsync(PartnerConnections connections, HttpRequestMessage request, List<Finding> findings, CancellationToken cancellationToken)
    {
        if (target.Auth is not { Method: not AuthMethod.None } auth)
        {
            return true;
        }

        if (await new PartnerCredentials(auth, connections, time).AuthorizeAsync(request, cancellationToken) is not { } fault)
        {
            findings.Add(Finding.Good(TokenStep, auth.TokenEndpoint is null ? "The password is where the partner file says." : $"{auth.TokenEndpoint.Host} granted a token."));
            return true;
        }

        findings.Add(Finding.Bad(
            TokenStep, $"No credentials could be had: {fault.Reason}.", fault.RefusesUs ? Owners.Partner : Owners.Hub,
            fault.RefusesUs ? "Check that client id, key and scope are registered there as the partner file has them." : "Put the secret where the partner file says, or check the token endpoint's address with the partner."));
        return false;
    }

    private static Finding Status(HttpResponseMessage response) => (int)response.StatusCode switch
    {
        200 => Finding.Good(Step, $"GET metadata was answered 200 as {response.Content.Headers.ContentType?.MediaType ?? "no media type"}."),
        401 or 403 => Finding.Warning(Step, Answered(response) + ": the server is there and wants credentials that it knows.", Owners.Hub, "Register the hub with the partner, and put auth into the partner file."),
        404 => Finding.Bad(Step, Answered(response) + ": a web server is there, and no FHIR API at this path.", Owners.Hub, "Ask the partner for the base of its FHIR API and correct the partner file."),
        >= 300 and < 400 => Finding.Bad(Step, Answered(response) + ": it points to another address, which the hub does not follow.", Owners.Hub, "Ask the partner for the final address and put that into the partner file."),
        429 or 503 => Finding.Warning(Step, Answered(response) + ": it is there and too busy, or being worked on.", Owners.Partner, "Say when it will be back; probe again then."),
        _ => Finding.Bad(Step, Answered(response) + ".", Owners.Partner, "Look into the server's log at this time."),
    };

    private static string Answered(HttpResponseMessage response) => string.Create(CultureInfo.InvariantCulture, $"GET metadata was answered {(int)response.StatusCode}");

    private static IEnumerable<Finding> Read(byte[]? body)
    {
        if (body is null || Parse(body) is not { } statement || Text(statement, "resourceType") != "CapabilityStatement")
        {
            return [Finding.Bad(Step, "The answer is no CapabilityStatement in JSON.", Owners.Partner, "Check that the base of a FHIR API stands at this address and that it speaks JSON.")];
        }

        var software = statement.TryGetProperty("software", out var named) ? $"{Text(named, "name")} {Text(named, "version")}".Trim() : "";
        var version = Text(statement, "fhirVersion") ?? "none";
        var messages = Items(statement, "messaging").SelectMany(m => Items(m, "supportedMessage")).Select(m => Text(m, "definition")?.Split('/')[^1]).OfType<string>().Distinct().ToList();
        return
        [
            Finding.Note(Step, software.Length > 0 ? $"The server is {software}." : "The server does not name its software."),
            version.StartsWith("4.0", StringComparison.Ordinal)
                ? Finding.Good(Step, $"It speaks FHIR {version}.")
                : Finding.Bad(Step, $"It speaks FHIR {version}; the hub speaks R4 (4.0.1).", Owners.Partner, "Name the address of the R4 API."),
            Finding.Note(Step, messages.Count > 0 ? $"It takes messages: {string.Join(", ", messages.Take(12))}." : "It names no message that it takes."),
        ];
    }

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Bounded);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<byte[]?> BodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            kept.Write(buffer, 0, read);
            if (kept.Length > MaxBytes)
            {
                return null;
            }
        }

        return kept.ToArray();
    }

    // A partner's words go to a terminal: bounded, and without what one would obey.
    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? new string([.. value.GetString()!.Where(c => !char.IsControl(c)).Take(120)])
            : null;

    private static JsonElement[] Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];
}
