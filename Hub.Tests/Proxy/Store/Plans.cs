using System.Security.Cryptography;
using System.Text;
using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Store;

namespace Hub.Tests.Proxy.Store;

/// <summary>Small plans for the tests of the store, with people and numbers made up for testing.</summary>
internal static class Plans
{
    public static readonly DateTimeOffset Monday = new(2026, 5, 4, 9, 0, 0, TimeSpan.Zero);

    public static ReceivedMessage Received(string key, string content = "content", DateOnly? date = null, string source = "northside-epr") => new()
    {
        SourceId = source,
        Protocol = "hl7v2",
        MessageKey = key,
        KeyDate = date ?? new DateOnly(2026, 5, 4),
        ContentHash = SHA256.HashData(Encoding.UTF8.GetBytes(content)),
        Bytes = Encoding.UTF8.GetBytes(content),
        MediaType = "x-application/hl7-v2+er7",
        ReceivedAt = Monday,
        Kind = "ADT^A31",
    };

    public static PatientRef Person(string localId, string? nhsNumber = null, NhsNumberStatus? status = NhsNumberStatus.Verified, string? family = null) => new()
    {
        LocalIds = [new LocalIdentifier("RXX", localId)],
        NhsNumber = NhsNumber.TryParse(nhsNumber, out var number) ? number : null,
        NhsNumberStatus = nhsNumber is null ? null : status,
        Name = family is null ? null : new PersonName { Family = family },
    };

    public static IntakePlan Plan(string key, params PlannedEvent[] events) => new()
    {
        ReceivedId = NewId(),
        Received = Received(key),
        Outcome = IntakeOutcome.Accepted,
        Events = events,
    };

    public static PlannedEvent Event(PlannedPerson person, params PlannedDelivery[] deliveries) => new()
    {
        EventId = NewId(),
        Event = CareEvent(person.Identity ?? Person("unsaid")),
        Person = person,
        Deliveries = deliveries,
    };

    public static CareEvent CareEvent(PatientRef patient, string message = "M1") => new PatientUpdated
    {
        SourceMessageId = new SourceMessageId(message),
        Source = new SourceSystem { Application = "EPR" },
        Patient = patient,
        OccurredAt = Time("2026-05-04"),
    };

    public static PlannedPerson NewPerson(PatientRef identity, Guid? id = null) => new() { PersonId = id ?? NewId(), ExpectedVersion = 0, Identity = identity };

    public static PlannedPerson Known(Guid id, long version = 1) => new() { PersonId = id, ExpectedVersion = version };

    public static PlannedDelivery To(string? partner, string body = "{\"resourceType\":\"Bundle\"}", Urgency urgency = Urgency.Routine) => new()
    {
        DeliveryId = NewId(),
        PartnerId = partner,
        RecipientName = partner ?? "GP practice Y06601",
        Audience = Audience.Gp,
        Body = Encoding.UTF8.GetBytes(body),
        Title = "INFO, details changed",
        Urgency = urgency,
    };

    public static PlannedEpisode Episode(string localId, long expected, PatientRef patient, EpisodeStatus status = EpisodeStatus.Open)
    {
        var key = new EpisodeKey(OdsCode.Parse("RXX"), localId);
        return new PlannedEpisode
        {
            Key = key,
            ExpectedVersion = expected,
            State = new EpisodeState { Key = key, Kind = default, Status = status, Patient = patient },
        };
    }

    public static ClinicalTime Time(string iso) => ClinicalTime.TryParseIso(iso, out var time) ? time : throw new FormatException();

    public static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    /// <summary>Freezing as an adapter does: the same head gives the same bytes and id.</summary>
    public static FrozenMessage Freeze(LaneHead head) => new(head.Body, "application/fhir+json", "id-" + head.DeliveryId.ToString("N"));

    public static AttemptResult Result(DeliveryOutcome outcome, DeliveryState next, DateTimeOffset at, DateTimeOffset? due = null) => new()
    {
        Outcome = outcome,
        StartedAt = at,
        EndedAt = at,
        NextState = next,
        NextDueAt = due,
    };

    public static Delivered Accepted(string messageId, string evidence = "<answer/>") => new(new Hub.Fhir.Responses.Answer
    {
        Code = Hub.Fhir.Responses.AnswerCode.Ok,
        SentCode = "AA",
        AnswersMessageId = messageId,
    }) { Evidence = Encoding.UTF8.GetBytes(evidence) };
}
