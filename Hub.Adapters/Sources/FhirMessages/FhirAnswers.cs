using System.Buffers.Binary;
using Hub.Adapters.Contract;
using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>Answers to FHIR messages: the response message, and the OperationOutcome where there is no message to answer.</summary>
public static class FhirAnswers
{
    internal const string ErrorCodes = "https://fhir.nhs.uk/Codesystem/http-error-codes";
    private const int MostIssues = 50;

    /// <summary>The response message to one that was committed. The same receipt gives the same answer whenever it is asked for.</summary>
    /// <param name="refuseConflicts">As the sender's partner file says.</param>
    public static FhirAnswer Of(FhirMessageReading reading, IntakeReceipt receipt, bool refuseConflicts) => receipt.Outcome switch
    {
        IntakeOutcome.Conflict when refuseConflicts => Message(reading, receipt.ReceivedId, 200, Error("REC_CONFLICT", R4.OperationOutcome.IssueType.Duplicate, FhirMessageProblems.Conflict)),
        IntakeOutcome.Parked or IntakeOutcome.Rejected => Refusal(reading, receipt),
        _ => Message(reading, receipt.ReceivedId, 200, [.. Taken(reading, receipt)]),
    };

    /// <summary>Nothing was stored: the same message is to come again.</summary>
    public static FhirAnswer NotStored(FhirMessageReading reading, Guid attempt) =>
        reading.Head is null ? Outcome(503, NotStoredIssue()) : Message(reading, attempt, 503, NotStoredIssue());

    /// <summary>An OperationOutcome alone, for what is no message.</summary>
    public static FhirAnswer Outcome(int status, params IReadOnlyList<R4.OperationOutcome.IssueComponent> issues) => new(status, NewOutcome(null, issues));

    public static R4.OperationOutcome.IssueComponent[] Error(string httpCode, R4.OperationOutcome.IssueType type, params IReadOnlyList<Problem> problems) =>
    [
        .. problems.Take(MostIssues).Select(p => new R4.OperationOutcome.IssueComponent
        {
            Severity = R4.OperationOutcome.IssueSeverity.Error,
            Code = type,
            Details = new R4.CodeableConcept(ErrorCodes, httpCode) { Text = p.Code },
            Diagnostics = $"{p.Text} {p.NextStep}",
            Expression = p.Location.Length > 0 && !p.Location.StartsWith("line ", StringComparison.Ordinal) && !p.Location.StartsWith("byte ", StringComparison.Ordinal) ? [p.Location] : [],
        }),
    ];

    private static FhirAnswer Refusal(FhirMessageReading reading, IntakeReceipt receipt)
    {
        // A refusal of what a message says is an answer like any other (200): an HTTP status speaks of the request.
        var (status, code, type) = reading switch
        {
            { Head: null } => (400, "REC_BAD_REQUEST", R4.OperationOutcome.IssueType.Structure),
            { Partner: null } => (403, "SEND_FORBIDDEN", R4.OperationOutcome.IssueType.Forbidden),
            { NeverTaken: true } => (200, "REC_UNPROCESSABLE_ENTITY", R4.OperationOutcome.IssueType.NotSupported),
            _ => (200, "REC_UNPROCESSABLE_ENTITY", R4.OperationOutcome.IssueType.Invalid),
        };
        var issues = Error(code, type, receipt.Problems.Count > 0 ? receipt.Problems : reading.Problems);
        return reading.Head is null ? Outcome(status, issues) : Message(reading, receipt.ReceivedId, status, issues);
    }

    // What was taken is still told what it lacks: its sender can do better next time.
    private static IEnumerable<R4.OperationOutcome.IssueComponent> Taken(FhirMessageReading reading, IntakeReceipt receipt)
    {
        yield return Information(receipt.Outcome switch
        {
            IntakeOutcome.SetAside => $"Stored; none of the hub's events. {reading.SetAsideBecause}".Trim(),
            IntakeOutcome.Conflict => "Stored. " + FhirMessageProblems.Conflict.Text,
            _ => "Stored.",
        }, null);
        foreach (var note in reading.Events.SelectMany(e => e.DataQuality).Take(MostIssues))
        {
            yield return new R4.OperationOutcome.IssueComponent
            {
                Severity = R4.OperationOutcome.IssueSeverity.Warning,
                Code = R4.OperationOutcome.IssueType.BusinessRule,
                Details = new R4.CodeableConcept { Text = note.Code },
                Diagnostics = note.Text,
                Expression = [note.Field],
            };
        }

        if (reading.NotMapped.Count > 0)
        {
            yield return Information("Kept as sent, and in no event: " + string.Join(", ", reading.NotMapped.Take(MostIssues)) + ".", "not-mapped");
        }
    }

    private static FhirAnswer Message(FhirMessageReading reading, Guid receivedId, int status, params IReadOnlyList<R4.OperationOutcome.IssueComponent> issues)
    {
        var head = reading.Head!;
        var key = receivedId.ToString("D");
        var outcome = NewOutcome(ResourceIds.For("OperationOutcome", CodeSystems.Canonical, key), issues);
        var header = new R4.MessageHeader
        {
            Id = ResourceIds.For("MessageHeader", CodeSystems.Canonical, key),
            Meta = Claim("messageheader"),
            Event = new R4.Coding(head.EventSystem ?? CodeSystems.MessageEvent, head.EventCode ?? "unknown"),
            Destination = head.SourceEndpoint is { } back ? [new R4.MessageHeader.MessageDestinationComponent { Endpoint = back }] : [],
            Source = new R4.MessageHeader.MessageSourceComponent { Name = "CRT Hub", Endpoint = CodeSystems.Canonical + "/endpoint/hub" },
            Response = new R4.MessageHeader.ResponseComponent
            {
                // R4: the id of the request's MessageHeader. R5 made it the Bundle's identifier (FHIR-29690).
                Identifier = head.MessageId,
                Code = status == 503 ? R4.MessageHeader.ResponseType.TransientError
                    : issues.Any(i => i.Severity is R4.OperationOutcome.IssueSeverity.Error or R4.OperationOutcome.IssueSeverity.Fatal) ? R4.MessageHeader.ResponseType.FatalError
                    : R4.MessageHeader.ResponseType.Ok,
                Details = new R4.ResourceReference(ResourceIds.Url(outcome.Id!)),
            },
        };
        var id = ResourceIds.For("Bundle", CodeSystems.Canonical, "answer", key);
        return new FhirAnswer(status, new R4.Bundle
        {
            Id = id,
            Identifier = new R4.Identifier(CodeSystems.Rfc4122, ResourceIds.Url(id)),
            Type = R4.Bundle.BundleType.Message,
            TimestampElement = new R4.Instant(TimeOf(receivedId)),
            Entry = [Entry(header), Entry(outcome)],
        });
    }

    private static R4.OperationOutcome NewOutcome(string? id, IReadOnlyList<R4.OperationOutcome.IssueComponent> issues) =>
        new() { Id = id, Meta = Claim("operationoutcome"), Issue = [.. issues] };

    private static R4.OperationOutcome.IssueComponent[] NotStoredIssue() => Error("REC_UNAVAILABLE", R4.OperationOutcome.IssueType.NoStore, FhirMessageProblems.NotStored);

    public static R4.OperationOutcome.IssueComponent Information(string text, string? kind) => new()
    {
        Severity = R4.OperationOutcome.IssueSeverity.Information,
        Code = R4.OperationOutcome.IssueType.Informational,
        Details = kind is null ? null : new R4.CodeableConcept { Text = kind },
        Diagnostics = text,
    };

    private static R4.Meta Claim(string type) => new() { Profile = [$"{CodeSystems.Canonical}/StructureDefinition/crt-hub-{type}"] };

    private static R4.Bundle.EntryComponent Entry(R4.Resource resource) => new() { FullUrl = ResourceIds.Url(resource.Id!), Resource = resource };

    // A version 7 id begins with its own time (RFC 9562, 5.7): an answer given again carries the time of the first.
    private static DateTimeOffset TimeOf(Guid receivedId)
    {
        Span<byte> bytes = stackalloc byte[16];
        receivedId.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16));
    }
}

/// <param name="Status">What became of the request; what became of the message stands in the body.</param>
/// <param name="Body">A message Bundle, or an OperationOutcome where there is no message to answer.</param>
public sealed record FhirAnswer(int Status, R4.Resource Body);
