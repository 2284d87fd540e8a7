using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using Hl7.Fhir.Utility;
using Hub.Adapters.Contract;
using Hub.Adapters.Schemas;
using Hub.Adapters.Sources.FhirMessages.Parts;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>Reads one posted FHIR message, JSON or XML. Pure: the same bytes and partners give the same reading, and no bytes an exception.</summary>
public static class FhirMessageReader
{
    /// <summary>The name partner files use.</summary>
    public const string Protocol = "fhir-messages";

    public const int MaxBytes = IncomingBundle.MaxBytes;

    /// <summary>Entries of one message: ours have some fifty. The readers look things up in each other's lists, so this bounds their work.</summary>
    public const int MaxEntries = 2000;

    // One note a rule is enough for its readers; the sender is told of each place.
    private const int MostNotes = 10;

    private static readonly JsonDocumentOptions Bounds = new() { MaxDepth = 64 };

    /// <param name="body">The bytes as posted.</param>
    /// <param name="isXml">FHIR XML; else JSON.</param>
    /// <param name="partners">Every partner file; those whose messages are FHIR are asked whose message it is.</param>
    public static FhirMessageReading Read(ReadOnlyMemory<byte> body, bool isXml, IReadOnlyList<PartnerFile> partners)
    {
        var whole = SHA256.HashData(body.Span);
        var (asJson, unreadable) = ToJson(body, isXml);
        if (asJson is not { } json)
        {
            return Refused(whole, unreadable!);
        }

        if (!JsonDocumentReader.TryRead(json, Bounds, out var document, out var where, out var why))
        {
            return Refused(whole, FhirMessageProblems.Make("json-syntax", where, why, "Post one message Bundle in UTF-8.", 102));
        }

        // A resend may come in a new envelope: the message is its header's id and its content (FHIR R4, 2.4.4 Message Exchange Patterns).
        var hash = JsonDocumentReader.CanonicalHash(document, Protocol, "id", "identifier", "timestamp", "meta");
        var (bundle, issues) = IncomingBundle.Read(json.Span);
        if (bundle is null || issues.Any(i => i.Rule is "r4-unreadable"))
        {
            return Refused(hash, [.. issues.Where(i => i.Severity == IssueSeverity.Error).Select(FhirMessageProblems.Of)]) with { Issues = issues };
        }

        try
        {
            return Judge(bundle, json, partners, new FhirMessageReading { ContentHash = hash, Issues = issues });
        }
        catch (CodedException)
        {
            return Refused(hash, FhirMessageProblems.NotReadable) with { Issues = issues }; // a wrong literal behind one of the model's own getters
        }
    }

    /// <summary>True where a file at hand looks like a FHIR resource rather than an event of ours or HL7 v2.</summary>
    public static bool Recognises(ReadOnlySpan<byte> content) => content is [(byte)'<', ..] || (content is [(byte)'{', ..] && content.IndexOf("\"resourceType\""u8) >= 0);

    private static (ReadOnlyMemory<byte>? Json, Problem? Problem) ToJson(ReadOnlyMemory<byte> body, bool isXml)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return (null, FhirMessageProblems.NotUtf8);
        }

        if (!isXml)
        {
            return (body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body, null);
        }

        var (json, issue) = IncomingXml.ToJson(body.Span);
        return json is null ? (null, FhirMessageProblems.Of(issue!)) : (json, null);
    }

    private static FhirMessageReading Judge(R4.Bundle bundle, ReadOnlyMemory<byte> json, IReadOnlyList<PartnerFile> partners, FhirMessageReading reading)
    {
        if (Values.Text(bundle.TypeElement) != "message" || bundle.Entry.FirstOrDefault()?.Resource is not R4.MessageHeader header)
        {
            return reading with { Problems = [FhirMessageProblems.NotAMessage], NeverTaken = true };
        }

        if (bundle.Entry.Count > MaxEntries)
        {
            return reading with { Problems = [FhirMessageProblems.TooManyEntries], NeverTaken = true };
        }

        var parts = new MessageParts(bundle);
        parts.All<R4.MessageHeader>();
        if (Values.Text(header.IdElement) is not { Length: <= 64 } id)
        {
            return reading with { Problems = [FhirMessageProblems.NoId] };
        }

        var coding = header.Event as R4.Coding;
        var head = new MessageHead(id, Values.Text(coding?.SystemElement), Values.Text(coding?.CodeElement), Values.Text(header.Source?.EndpointElement));
        reading = reading with { Head = head, Kind = head.EventCode ?? "message", IsAnswer = header.Response is not null };
        if (SenderOf(header, parts, partners) is not { } partner)
        {
            return reading with { Problems = [FhirMessageProblems.UnknownSource], NeverTaken = true };
        }

        reading = reading with { Partner = partner };
        return header.Response is not null ? reading with { Problems = [FhirMessageProblems.IsAnswer], NeverTaken = true }
            : HoldsModifier(json.Span) ? reading with { Problems = [FhirMessageProblems.Modifier] }
            : OfSender(new ReadMessage(parts, header, partner, FhirMessageSettings.Of(partner)), bundle, reading);
    }

    private static FhirMessageReading OfSender(ReadMessage message, R4.Bundle bundle, FhirMessageReading reading)
    {
        var (main, retired) = PersonReader.Find(message.Parts);
        var coding = EventCodings.Of(message.Header, message.Parts.Seen<R4.Encounter>().FirstOrDefault(), retired is not null, message.Settings.Events);
        reading = reading with { Kind = coding.Name ?? reading.Kind };
        if (coding.Name is null)
        {
            return coding.SetAsideBecause is null
                ? reading with { Problems = [FhirMessageProblems.NotSupported], NeverTaken = true }
                : reading with { SetAsideBecause = coding.SetAsideBecause, Subject = main is null ? null : PersonReader.Read(message, main), NotMapped = message.Parts.Unread() };
        }

        if (main is null || !IsSomebody(PersonReader.Read(message, main)))
        {
            return reading with { Problems = [FhirMessageProblems.NoPatient] };
        }

        if (PersonReader.IsOfSeveral(message.Parts, main, retired))
        {
            return reading with { Problems = [FhirMessageProblems.SeveralPatients] };
        }

        var (events, problem, because) = EventReader.Read(message, coding.Name, reading.Head!.MessageId, main, retired, SentAt(bundle));
        return problem is not null ? reading with { Problems = [problem] }
            : because is not null ? reading with { SetAsideBecause = because, Subject = PersonReader.Read(message, main), NotMapped = message.Parts.Unread() }
            : Taken(message, events, reading);
    }

    // A wrong NHS number is no reason to refuse, whatever the file says: the event is taken and a person checks it (clinical rule 4).
    private static FhirMessageReading Taken(ReadMessage message, IReadOnlyList<CareEvent> events, FhirMessageReading reading)
    {
        var broken = reading.Issues.Where(i => i.Severity == IssueSeverity.Error).ToList();
        if (message.Partner.OnInvalid == InvalidPolicy.Reject && broken.Where(i => !i.Rule.Contains("nhs-number", StringComparison.Ordinal)).ToList() is { Count: > 0 } refused)
        {
            return reading with { Problems = [.. refused.Select(FhirMessageProblems.Strictly)] };
        }

        List<DataQualityNote> notes =
        [
            .. message.Notes.DistinctBy(n => (n.Code, n.Field)),
            .. broken.DistinctBy(i => i.Rule).Take(MostNotes).Select(i => new DataQualityNote { Code = i.Rule, Field = i.Location, Text = i.Text }),
        ];
        return reading with { Events = [.. events.Select((e, i) => i == 0 ? e with { DataQuality = notes } : e)], NotMapped = message.Parts.Unread() };
    }

    private static PartnerFile? SenderOf(R4.MessageHeader header, MessageParts parts, IReadOnlyList<PartnerFile> partners)
    {
        var endpoint = Values.Text(header.Source?.EndpointElement);
        var organisations = new[] { header.Sender, header.Responsible }
            .Select(r => PeopleReader.OdsOf(r) ?? (parts.Find<R4.Organization>(r) is { } organization ? PeopleReader.Ods(parts, organization) : null)).OfType<OdsCode>().Select(o => o.Value).ToHashSet();
        var claiming = partners.Where(p => FhirMessageSettings.Has(p) && FhirMessageSettings.Of(p).Match is var match
            && match.Endpoints.Count + match.Senders.Count > 0
            && (match.Endpoints.Count == 0 || match.Endpoints.Contains(endpoint, StringComparer.Ordinal))
            && (match.Senders.Count == 0 || match.Senders.Any(s => OdsCode.TryParse(s, out var ods) && organisations.Contains(ods.Value)))).ToList();
        return claiming.Count == 1 ? claiming[0] : null; // two files for one sender: nobody guesses which one holds
    }

    private static bool IsSomebody(PatientRef person) =>
        person.NhsNumber is not null || person.RejectedNhsNumber is not null || person.LocalIds.Count > 0 || (person.Name is not null && person.BirthDate is not null);

    private static bool HoldsModifier(ReadOnlySpan<byte> json) => json.IndexOf("\"modifierExtension\""u8) >= 0 || json.IndexOf("\"implicitRules\""u8) >= 0;

    private static DateTimeOffset? SentAt(R4.Bundle bundle) => Values.Time(bundle.TimestampElement)?.Instant;

    private static FhirMessageReading Refused(byte[] hash, params IReadOnlyList<Problem> problems) =>
        new() { ContentHash = hash, Problems = problems.Count > 0 ? problems : [FhirMessageProblems.NotReadable] };
}
