using Hub.Adapters.Contract;
using Hub.Fhir.Conformance;
using Hub.Fhir.Conformance.Profiles;
using Hub.Fhir.Resources;
using Microsoft.AspNetCore.Http;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>What the hub says of itself to FHIR callers, and its judgement of a resource that nobody stores.</summary>
internal sealed class FhirConformanceEndpoint(IPartnerDirectory partners)
{
    public IResult Metadata(HttpContext context) => FhirHttp.Answer(context, StatusCodes.Status200OK, Statement($"{context.Request.Scheme}://{context.Request.Host}/fhir"));

    public static IResult MessageDefinition(HttpContext context, string id) =>
        PublishedDefinitions.Messages.FirstOrDefault(d => d.Id == id) is { } found
            ? FhirHttp.Answer(context, StatusCodes.Status200OK, found)
            : FhirHttp.Answer(context, FhirHttp.Outcome(StatusCodes.Status404NotFound, "REC_NOT_FOUND", R4.OperationOutcome.IssueType.NotFound, "id", "There is no MessageDefinition of this id."));

    /// <summary>Every definition, or those of one event (<c>event=code</c> or <c>event=system|code</c>).</summary>
    public static IResult MessageDefinitions(HttpContext context)
    {
        var asked = context.Request.Query["event"].ToString();
        var found = PublishedDefinitions.Messages.Where(d => asked.Length == 0 || (d.Event is R4.Coding coding && (asked == coding.Code || asked == $"{coding.System}|{coding.Code}"))).ToList();
        var address = $"{context.Request.Scheme}://{context.Request.Host}/fhir/MessageDefinition/";
        return FhirHttp.Answer(context, StatusCodes.Status200OK, new R4.Bundle
        {
            Type = R4.Bundle.BundleType.Searchset,
            Total = found.Count,
            Entry = [.. found.Select(d => new R4.Bundle.EntryComponent
            {
                FullUrl = address + d.Id, Resource = d, Search = new R4.Bundle.SearchComponent { Mode = R4.Bundle.SearchEntryMode.Match },
            })],
        });
    }

    public static async Task<IResult> ValidateAsync(HttpContext context)
    {
        if (FhirHttp.Refuse(context.Request) is { } unusable)
        {
            return FhirHttp.Answer(context, unusable);
        }

        return await FhirHttp.ReadAsync(context.Request, FhirMessageReader.MaxBytes, context.RequestAborted) is not { } body
            ? FhirHttp.Answer(context, FhirHttp.TooLarge)
            : FhirHttp.Answer(context, Judge(body, FhirHttp.IsXml(context.Request) == true));
    }

    /// <summary>200 for a judgement, whatever it is; 400 where there was nothing to judge (FHIR R4, $validate).</summary>
    private static FhirAnswer Judge(ReadOnlyMemory<byte> body, bool isXml)
    {
        if (isXml)
        {
            var (json, issue) = IncomingXml.ToJson(body.Span);
            return json is null ? Report(null, [issue!]) : Judge(json, isXml: false);
        }

        var (resource, issues) = IncomingBundle.ReadAny(body.Span.StartsWith("\uFEFF"u8) ? body.Span[3..] : body.Span);
        return Report(resource, issues);
    }

    private static FhirAnswer Report(R4.Resource? resource, IReadOnlyList<ConformanceIssue> issues) => FhirAnswers.Outcome(
        resource is null ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
        issues.Count == 0 ? [FhirAnswers.Information("Nothing was found against it. Nothing was stored.", null)] : [.. issues.Select(ToIssue)]);

    private static R4.OperationOutcome.IssueComponent ToIssue(ConformanceIssue issue) => new()
    {
        Severity = issue.Severity switch
        {
            IssueSeverity.Error => R4.OperationOutcome.IssueSeverity.Error,
            IssueSeverity.Warning => R4.OperationOutcome.IssueSeverity.Warning,
            _ => R4.OperationOutcome.IssueSeverity.Information,
        },
        Code = R4.OperationOutcome.IssueType.Invalid,
        Details = new R4.CodeableConcept { Text = issue.Rule },
        Diagnostics = issue.Text,
        Expression = [issue.Location],
    };

    /// <summary>The package's statement, as this running hub keeps it: what it takes, and what it sends to the partners it has.</summary>
    internal R4.CapabilityStatement Statement(string address)
    {
        var published = PublishedDefinitions.Capabilities;
        var isTaking = partners.All.Any(p => p is { Role: PartnerRole.Source, Protocol: FhirMessageReader.Protocol });
        var isSending = partners.All.Any(p => p is { Role: PartnerRole.Recipient, Protocol: "fhir-messaging" });
        var isFetched = partners.All.Any(p => p is { Role: PartnerRole.Recipient, Protocol: "pull" });
        return new R4.CapabilityStatement
        {
            Url = CodeSystems.Canonical + "/CapabilityStatement/crt-hub-instance",
            Version = published.Version,
            Name = "CrtHubInstance",
            Title = "CRT Hub, as it runs here",
            Status = R4.PublicationStatus.Active,
            Date = published.Date,
            Publisher = published.Publisher,
            Description = published.Description,
            Kind = R4.CapabilityStatementKind.Instance,
            Instantiates = [published.Url],
            Software = new R4.CapabilityStatement.SoftwareComponent { Name = "CRT Hub", Version = published.Version },
            Implementation = new R4.CapabilityStatement.ImplementationComponent { Description = "CRT Hub", Url = address },
            FhirVersion = R4.FHIRVersion.N4_0_1,
            Format = [FhirHttp.JsonMedia, FhirHttp.XmlMedia],
            Rest =
            [
                new R4.CapabilityStatement.RestComponent
                {
                    Mode = R4.CapabilityStatement.RestfulCapabilityMode.Server,
                    Resource = isFetched ? [Definitions(), WaitingMessages(), Tasks()] : [Definitions(), Tasks()],
                    Operation = [ProcessMessage(), Operation("validate", "Resource-validate")],
                },
            ],
            Messaging = isTaking || isSending ? [Messaging(address, isTaking, isSending)] : [],
        };
    }

    private static R4.CapabilityStatement.MessagingComponent Messaging(string address, bool isTaking, bool isSending) => new()
    {
        Endpoint = [new R4.CapabilityStatement.EndpointComponent { Protocol = new R4.Coding("http://terminology.hl7.org/CodeSystem/message-transport", "http"), Address = address + "/$process-message" }],
        Documentation = "Synchronous unless Prefer: respond-async, async=true or response-url asks otherwise; then the answer waits at the address in Content-Location, and is posted to the response-url. A resend is known by MessageHeader.id and content.",
        SupportedMessage =
        [
            .. PublishedDefinitions.Messages.Where(d => isTaking && d.Event is R4.Coding { Code: { } code } && EventCodings.Read.Contains(code)).Select(d => Supported(d, R4.CapabilityStatement.EventCapabilityMode.Receiver)),
            .. PublishedDefinitions.Messages.Where(_ => isSending).Select(d => Supported(d, R4.CapabilityStatement.EventCapabilityMode.Sender)),
        ],
    };

    private static R4.CapabilityStatement.SupportedMessageComponent Supported(R4.MessageDefinition definition, R4.CapabilityStatement.EventCapabilityMode mode) => new() { Mode = mode, Definition = definition.Url };

    private static R4.CapabilityStatement.ResourceComponent Definitions() => new()
    {
        Type = R4.ResourceType.MessageDefinition.ToString(),
        Interaction =
        [
            new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.Read },
            new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.SearchType },
        ],
        SearchParam = [new R4.CapabilityStatement.SearchParamComponent { Name = "event", Type = R4.SearchParamType.Token }],
    };

    // What waits for a partner that fetches its messages.
    private static R4.CapabilityStatement.ResourceComponent WaitingMessages() => new()
    {
        Type = R4.ResourceType.Bundle.ToString(),
        Documentation = "The messages that wait for the calling partner, oldest first and one a person; each is offered until POST Bundle/{id}/$acknowledge says what became of it, with a response message or Parameters (code, reason).",
        Interaction =
        [
            new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.Read },
            new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.SearchType },
        ],
        SearchParam =
        [
            new R4.CapabilityStatement.SearchParamComponent { Name = "type", Type = R4.SearchParamType.Token, Documentation = "message, or left out" },
        ],
    };

    private static R4.CapabilityStatement.OperationComponent ProcessMessage()
    {
        var operation = Operation("process-message", "MessageHeader-process-message");
        operation.Documentation = "Prefer: respond-async, async=true, or a response-url of the sender's partner file: 202, and the answer waits at Content-Location; to a response-url it is posted. "
            + "A partner that answers the hub's own messages later posts its response message here; 200 says that it is written down.";
        return operation;
    }

    /// <summary>What a partner is asked, for it to answer. Whose a Task is nobody else is told.</summary>
    private static R4.CapabilityStatement.ResourceComponent Tasks() => new()
    {
        Type = R4.ResourceType.Task.ToString(),
        Profile = CodeSystems.Canonical + "/StructureDefinition/crt-hub-task",
        Documentation = "Tasks asked of the caller in messages that it has. owner, status, businessStatus, statusReason and note can be changed, with If-Match. patient:identifier is taken in POST _search only. "
            + "A sender finds how what its own messages asked stands: identifier, requester:identifier; by POST _search group-identifier (its episode) and focus:identifier (its message); it changes nothing.",
        Versioning = R4.CapabilityStatement.ResourceVersionPolicy.VersionedUpdate,
        Interaction =
        [
            new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.Read },
            new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.SearchType },
            new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.Update },
            new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.Patch },
        ],
        SearchParam =
        [
            new() { Name = "_id", Type = R4.SearchParamType.Token }, new() { Name = "_lastUpdated", Type = R4.SearchParamType.Date },
            new() { Name = "status", Type = R4.SearchParamType.Token }, new() { Name = "owner", Type = R4.SearchParamType.Reference, Documentation = "owner:identifier" },
            new() { Name = "patient", Type = R4.SearchParamType.Reference, Documentation = "patient:identifier, by POST _search" },
            new() { Name = "identifier", Type = R4.SearchParamType.Token }, new() { Name = "group-identifier", Type = R4.SearchParamType.Token, Documentation = "by POST _search" },
            new() { Name = "focus", Type = R4.SearchParamType.Reference, Documentation = "focus:identifier, by POST _search" },
            new() { Name = "requester", Type = R4.SearchParamType.Reference, Documentation = "requester:identifier" },
        ],
    };

    private static R4.CapabilityStatement.OperationComponent Operation(string name, string definition) =>
        new() { Name = name, Definition = "http://hl7.org/fhir/OperationDefinition/" + definition };
}
