using System.Globalization;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Fhir.Resources;
using Hub.Proxy.Acknowledgements;
using Hub.Proxy.FhirApi.Tasks;
using Hub.Proxy.Notices;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.Handovers.Senders;

/// <summary>
/// Tells a sender how what one of its messages asked stands now: not what happened, but what is, so that a late or repeated telling is never wrong. The same
/// standing has the same id. Only to the address in its partner file, and after no redirect.
/// </summary>
internal sealed class StatusPosts(SenderBook book, SenderTaskBook tasks, Timeline timeline, IPartnerDirectory partners, SignedPost signed, FhirResponseSender sender)
{
    private static readonly ResponsePosting Nobody = new((string?)null);

    public async Task<ResponsePosting> PostAsync(ResponsePost post, CancellationToken cancellationToken)
    {
        if (partners.Find(post.SourceId) is not { StatusTo: { } to } source || await timeline.ReceivedAsync(post.ReceivedId, cancellationToken) is not { } message)
        {
            return Nobody; // who does not want to be told asks
        }

        if (to.Form == StatusForm.FhirMessage)
        {
            var asked = await tasks.OfReceivedAsync(source, message.Id, cancellationToken);
            return asked.Count == 0 ? Nobody : await sender.PostAsync(source, to.Access, new Uri(to.Url), FhirHttp.Bytes(Message(message, await tasks.EventTypeAsync(message.Id, cancellationToken), asked), FhirHttp.JsonMedia), FhirHttp.JsonMedia, cancellationToken);
        }

        var handovers = await book.OfReceivedAsync(source.Id, message.Id, cancellationToken);
        if (handovers.Count == 0)
        {
            return Nobody;
        }

        var id = IdOf(message, handovers.SelectMany(h => h.Owed).Select(o => $"{o.Id:D} {o.Version} {o.IsOverdue}"));
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id, kind = "handover-status", source = source.Id, message = message.MessageKey,
            handovers = handovers.Select(h => new
            {
                h.Handover, h.Organisation, h.Episode, h.Status,
                owed = h.Owed.Select(o => new { o.Id, o.Kind, o.Subject, o.AskedOf, o.State, o.IsOpen, o.IsOverdue, o.DueAt, saidWhy = o.Reason is not null || o.Question is not null, o.Version }),
            }),
        }, HandoverJson.Options);
        return await signed.SendAsync(new WebhookSettings { Url = to.Url, Secret = to.Secret }, $"hub-status-{id}", body, cancellationToken) is { } why
            ? new ResponsePosting(why, Again: true) : Nobody;
    }

    /// <summary>R4 messaging: a later response to the sender's message, its event and its id named, with how each thing stands as a Task.</summary>
    private static Hl7.Fhir.Model.Bundle Message(ReceivedRow message, string type, IReadOnlyList<StandingTask> asked)
    {
        var key = IdOf(message, asked.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Obligation.Id:D} {t.Obligation.Version}"))).ToString("D");
        var header = new Hl7.Fhir.Model.MessageHeader
        {
            Id = ResourceIds.For("MessageHeader", CodeSystems.Canonical, key),
            Event = new Hl7.Fhir.Model.Coding(CodeSystems.MessageEvent, type),
            Source = new Hl7.Fhir.Model.MessageHeader.MessageSourceComponent { Name = "CRT Hub", Endpoint = CodeSystems.Canonical + "/endpoint/hub" },
            Response = new Hl7.Fhir.Model.MessageHeader.ResponseComponent { Identifier = message.MessageKey ?? message.Id.ToString("D"), Code = Hl7.Fhir.Model.MessageHeader.ResponseType.Ok },
            Focus = [.. asked.Select(t => new Hl7.Fhir.Model.ResourceReference(ResourceIds.Url(t.Task.Id!)))],
        };
        return new Hl7.Fhir.Model.Bundle
        {
            Id = key,
            Identifier = new Hl7.Fhir.Model.Identifier(CodeSystems.Rfc4122, ResourceIds.Url(key)),
            Type = Hl7.Fhir.Model.Bundle.BundleType.Message,
            Timestamp = asked.Max(t => t.Task.Meta!.LastUpdated),
            Entry = [Entry(header), .. asked.Select(t => Entry(t.Task))],
        };
    }

    private static Hl7.Fhir.Model.Bundle.EntryComponent Entry(Hl7.Fhir.Model.Resource resource) => new() { FullUrl = ResourceIds.Url(resource.Id!), Resource = resource };

    private static Guid IdOf(ReceivedRow message, IEnumerable<string> standing) => DerivedGuid.Create(message.Id, string.Join("\n", standing.Order(StringComparer.Ordinal)));
}
