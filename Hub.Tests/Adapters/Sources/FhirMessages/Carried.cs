using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hub.Fhir.Events;

namespace Hub.Tests.Adapters.Sources.FhirMessages;

/// <summary>
/// What a message bundle carries of an event as data, so that it can be read back. The rest it says in words for people, or not at all:
/// the lists below are the promise, and each null in them is a field that does not come back.
/// </summary>
internal static class Carried
{
    private static readonly JsonSerializerOptions Options = new(CareEventJson.Options)
    {
        WriteIndented = true,
        Converters = { new AsFhir() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>The carried part as text: equal texts, equal events.</summary>
    public static string Text(CareEvent value) => JsonSerializer.Serialize(Of(value), Options);

    // Not carried of any event: who sent it (a message has its own sender and id), who wrote it down, remarks about its data.
    private static CareEvent Of(CareEvent value)
    {
        var common = value with
        {
            SourceMessageId = new("-"), Source = new() { Application = "-" }, SentAt = null, Sequence = null, RecordedBy = null, DataQuality = [],
            RecordedAt = value.RecordedAt ?? value.SentAt ?? value.OccurredAt,
            Patient = Of(value.Patient),
        };
        return common switch
        {
            Admission admission => Of(admission),
            Discharge discharge => Of(discharge),
            MedicationChange change => change with
            {
                UsualTeams = null, SideEffectId = null, DecidedBy = null, Team = Of(change.Team), Allergies = OrNull(change.Allergies),
                Lines = Lines([.. change.Lines.Select(l => l with { DecidedBy = l.DecidedBy ?? change.DecidedBy })]),
            },
            DischargeCancelled cancelled => cancelled with { UsualTeams = null, Reason = null, ChangesThatStand = null },
            _ => common,
        };
    }

    private static Admission Of(Admission value) => value with
    {
        UsualTeams = null, ReferringWard = null, ExpectedReviewAt = null, ServiceType = null, Remarks = [], InformationGiven = [],
        Team = Of(value.Team)!, Cmht = Of(value.Cmht), Ward = value.Kind == EpisodeKind.Crt ? Of(value.Ward ?? value.ReferringWard) : null,
        LeadWorker = Of(value.LeadWorker), KeyWorker = Of(value.KeyWorker), Consultant = Of(value.Consultant), CareCoordinator = Of(value.CareCoordinator), LegalStatus = Of(value.LegalStatus),
        Allergies = Of(value.Allergies), Diagnoses = value.Diagnoses, Risks = Of(value.Risks), Plan = Of(value.Plan), Carers = Of(value.Carers),
        Medicines = value.Medicines is { } lines ? Lines(lines) : null,
    };

    private static Discharge Of(Discharge value) => value with
    {
        UsualTeams = null, Section117 = null, Reason = null, InformationGiven = [], PatientConcerns = null, CarerConcerns = null, SelfReferralRoute = null, ReferBackRoute = null,
        CrtHoldsUntilAccepted = null, PhysicalHealth = [], Remarks = [],
        Team = Of(value.Team), Ward = value.Kind == EpisodeKind.Crt ? Of(value.Ward) : null, DestinationTeams = [.. value.DestinationTeams.Select(t => Of(t)!)],
        GpOnly = value.GpOnly && value.DestinationTeams.Count == 0,
        CareCoordinator = Of(value.CareCoordinator), Author = Of(value.Author), LegalStatus = Of(value.LegalStatus),
        Allergies = Of(value.Allergies), Risks = Of(value.Risks), Plan = Of(value.Plan), Carers = Of(value.Carers), FollowUp = Of(value.FollowUp),
        Medicines = value.Medicines is { } lines ? Lines(lines) : null, MedicinesConfirmed = value is { MedicinesConfirmed: true, Medicines.Count: > 0 },
    };

    private static PatientRef Of(PatientRef person) => person with
    {
        RejectedNhsNumber = null, SafeContact = null, LocationHiding = null, InterpreterNeeded = null, Cleared = [],
        NhsNumberStatus = person.NhsNumber is null ? null : person.NhsNumberStatus ?? NhsNumberStatus.PresentNotTraced,
        GpPractice = person.GpPractice is { NamesNoPractice: true } ? null : person.GpPractice,
        Gp = Of(person.Gp), ReasonableAdjustments = [.. person.ReasonableAdjustments.Select(a => Coded.Of(a.Text))],
    };

    private static Team? Of(Team? team) => team is null ? null : team with { LocalCode = null };

    private static Actor? Of(Actor? actor) => actor is null ? null : actor with { OrganisationName = null };

    private static CareCoordinator Of(CareCoordinator coordinator) => coordinator with { Person = Of(coordinator.Person) };

    private static Coded? Of(Coded? status) => status is null ? null : status with { System = null };

    private static AllergyRecord Of(AllergyRecord record) => record with { Source = null };

    private static AllergyRecord? OrNull(AllergyRecord? record) => record is { Status: not AllergyStatus.NotSent } ? Of(record) : null;

    // Only what was identified is a Flag; when it was assessed and who said it are words in it.
    private static IReadOnlyList<Risk> Of(IReadOnlyList<Risk> risks) =>
    [
        .. risks.Where(r => r.Statement == RiskStatement.Identified && r.Kind is not (RiskKind.Safeguarding or RiskKind.FromOthers)).OrderBy(r => r.Kind)
            .Select(r => new Risk { Kind = r.Kind, Statement = r.Statement, Detail = r.Detail is { Privacy: RemarkPrivacy.Shareable } said ? new() { Text = said.Text } : null }),
    ];

    private static IReadOnlyList<PlannedAction> Of(IReadOnlyList<PlannedAction> plan) =>
    [
        .. plan.Select((a, i) => a with { Id = "-", Practical = false, AgreedWithPatient = null, OwnerPerson = Of(a.OwnerPerson), OwnerName = a.OwnerPerson is null ? a.OwnerName : null })
            .OrderBy(a => a.Text, StringComparer.Ordinal),
    ];

    private static IReadOnlyList<Carer> Of(IReadOnlyList<Carer> carers) =>
    [
        .. carers.Where(c => !c.MarkedAsRisk).Select(c => c with
        {
            Id = "-", KnowsOfCare = false, ViewOfDischargeDate = null, OwnSupport = null, Consent = [.. c.Consent.Select(k => k with { At = null, Note = null }).OrderBy(k => k.Class)],
        }),
    ];

    private static FollowUp? Of(FollowUp? follow) => follow is null ? null : follow with
    {
        With = follow.With ?? follow.Team?.Name, Team = null, Booked = follow is { Booked: true, Start.IsDateOnly: false },
    };

    // What is asked of the GP, supply, depot and monitoring are words in the notes; who decided stands on each line.
    private static IReadOnlyList<MedicineLine> Lines(IReadOnlyList<MedicineLine> lines) =>
    [
        .. lines.OrderBy(l => l.LineId, StringComparer.Ordinal).Select(l => new MedicineLine
        {
            LineId = l.LineId, Action = l.Action, Medicine = l.Medicine, Before = l.Before is null ? null : new() { Text = l.Before.Text }, After = l.After,
            Indication = l.Indication, Reason = l.Reason, EffectiveFrom = l.EffectiveFrom, DecidedBy = Of(l.DecidedBy),
        }),
    ];

    /// <summary>A time by what FHIR can write of it: whose words it was read from does not come back.</summary>
    private sealed class AsFhir : JsonConverter<ClinicalTime>
    {
        public override ClinicalTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, ClinicalTime value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToFhirDateTime());
    }
}
