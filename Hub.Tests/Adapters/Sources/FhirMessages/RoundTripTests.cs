using FsCheck.Xunit;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Sources.FhirMessages;

/// <summary>What the hub sends another hub could read: the event comes back as it was told.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string, Audience> Told => new()
    {
        { "admission", Audience.Gp }, { "admission", Audience.Cmht }, { "medication-change", Audience.Gp }, { "medication-change", Audience.Ward },
        { "discharge", Audience.Gp }, { "discharge", Audience.Cmht }, { "discharge-cancelled", Audience.Gp }, { "discharge-cancelled", Audience.Ward },
    };

    [Theory, MemberData(nameof(Told))]
    public void A_message_of_the_hubs_own_is_read_back_to_the_event_it_tells(string type, Audience audience)
    {
        CareEvent told = type switch { "admission" => Cases.Admission(), "medication-change" => Cases.Change(), "discharge" => Cases.Discharge(), _ => Cases.DischargeCancelled() };

        ShouldComeBack(told, FhirSender.Composed(told, audience: audience));
    }

    [Fact]
    public void A_change_told_beside_the_whole_list_is_read_back_without_the_rest_of_the_list()
    {
        // The message tells the episode's allergies as well: to a reader of the message they are what it says.
        var reading = ShouldComeBack(Cases.Change() with { Allergies = Cases.Open().Allergies }, FhirSender.Composed(Cases.Change(), Cases.Changed(), Cases.Open()));

        reading.NotMapped.ShouldContain("MedicationStatement (listed beside the changes, itself unchanged)");
    }

    [Fact]
    public void A_withdrawal_told_in_its_episode_is_read_back() =>
        ShouldComeBack(Cases.DischargeCancelled(), FhirSender.Composed(Cases.DischargeCancelled(), Cases.Reopened(), Cases.Discharged()));

    [Property(MaxTest = 150)]
    public void Whatever_an_admission_says_is_read_back(byte[] dice)
    {
        var d = new Dice(dice);
        var told = Cases.Admission() with
        {
            Patient = d.Person(), Kind = d.Of(EpisodeKind.Crt, EpisodeKind.Ward), Team = d.Of(Cases.Crt, Cases.Ward with { Phone24h = null }), Reason = d.Of(null, "Overdose", "A & B <c>"),
            AdmissionMethod = d.Of(null, "25", "21"), SourceOfAdmission = d.Of(null, "19"), LegalStatus = d.Of(null, new Coded { Text = "Informal", Code = "01" }, Coded.Of("Section 2")),
            LeadWorker = d.Of(null, Cases.Nurse), Consultant = d.Of(null, Cases.Doctor), KeyWorker = d.Of(null, Cases.Nurse with { Name = "Kim Bell" }),
            CareCoordinator = d.Of(CareCoordinator.Unknown, new() { Status = CareCoordinatorStatus.None }, new() { Status = CareCoordinatorStatus.Named, Person = Cases.Doctor }),
            Cmht = d.Of(null, Cases.Cmht), Ward = d.Of(null, Cases.Ward), Medicines = d.Lines(MedicineAction.Continue, MedicineAction.Start, MedicineAction.Hold),
            Allergies = d.Allergies(), Risks = d.Risks(), Carers = d.Of([], Cases.Admission().Carers), Plan = d.Plan(), OccurredAt = d.Time(), RecordedAt = d.Of(null, d.Time()),
        };

        ShouldComeBack(told, FhirSender.Composed(told));
    }

    [Property(MaxTest = 150)]
    public void Whatever_a_discharge_says_is_read_back(byte[] dice)
    {
        var d = new Dice(dice);
        var told = Cases.Discharge() with
        {
            Patient = d.Person(), Method = d.Of(null, "1", "6"), Destination = d.Of(null, "19", "53"), GpOnly = d.Of(true, false), DestinationTeams = d.Of<IReadOnlyList<Team>>([], [Cases.Cmht]),
            ClinicalSummary = d.Of(null, "Better. 5 < 6 & well.", "Øystein's \"own\" words"), SocialContext = d.Of(null, "Lives alone"), Procedures = d.Of<IReadOnlyList<string>>([], ["ECT, six sessions", "Blood test"]),
            Medicines = d.Lines(MedicineAction.Continue, MedicineAction.Amend, MedicineAction.Stop, MedicineAction.CourseFinished, MedicineAction.Start, MedicineAction.Hold), MedicinesConfirmed = d.Of(true, false),
            Allergies = d.Allergies(), Risks = d.Risks(), Plan = d.Plan(), Carers = d.Of([], Cases.Admission().Carers), Author = d.Of(null, Cases.Nurse), CrisisPlan = d.Of(null, Cases.Discharge().CrisisPlan),
            LegalStatus = d.Of(null, new Coded { Text = "Informal", Code = "01" }), OccurredAt = d.Time(), RecordedAt = d.Of(null, d.Time()),
            FollowUp = d.Of<FollowUp?>(null, new() { Start = Cases.At("2026-05-04T10:00:00+01:00"), Booked = true, With = "Sam Okoro", Channel = "in-person", Place = "the clinic on Elm St. 5" }, new() { Start = Cases.At("2026-05-05"), Team = Cases.Cmht, Channel = "by letter" }),
        };

        ShouldComeBack(told, FhirSender.Composed(told));
    }

    [Property(MaxTest = 150)]
    public void Whatever_a_medication_change_says_is_read_back(byte[] dice)
    {
        var d = new Dice(dice);
        var told = Cases.Change() with
        {
            Patient = d.Person(), Lines = d.Lines([.. Enum.GetValues<MedicineAction>().Where(a => a is not MedicineAction.Switch)]) ?? Cases.Change().Lines, DecidedBy = d.Of(null, Cases.Doctor),
            Team = d.Of(null, Cases.Crt), OccurredAt = d.Time(), RecordedAt = d.Of(null, d.Time()), Allergies = d.Of(null, d.Allergies()),
        };

        ShouldComeBack(told, FhirSender.Composed(told));
    }

    private static Hub.Adapters.Sources.FhirMessages.FhirMessageReading ShouldComeBack(CareEvent told, byte[] message)
    {
        var reading = FhirSender.Read(message);

        reading.Problems.ShouldBeEmpty();
        Carried.Text(reading.Events.ShouldHaveSingleItem()).ShouldBe(Carried.Text(told));
        return reading;
    }

    /// <summary>Chooses by the bytes of a generated array, so that a failure shrinks to the choices that matter.</summary>
    private sealed class Dice(byte[] bytes)
    {
        private int next;

        public T Of<T>(params T[] choices) => choices[(next < bytes.Length ? bytes[next++] : 0) % choices.Length];

        public ClinicalTime Time() => Of(Cases.At("2026-05-01T17:40:00+01:00"), Cases.At("2026-05-01"), Cases.At("2026-10-25T01:30:00Z"), Cases.At("2026-05-01T09:12:13.250+01:00"));

        public PatientRef Person() => Cases.Ama with
        {
            NhsNumber = Of(Cases.Ama.NhsNumber, null), NhsNumberStatus = Of(NhsNumberStatus.Verified, NhsNumberStatus.Conflict, NhsNumberStatus.PresentNotTraced), Address = Of(Cases.Ama.Address, null, Cases.Ama.Address! with { Temporary = true, County = "Northshire" }),
            Contacts = Of([], Cases.Ama.Contacts, [new() { Kind = ContactKind.Email, Value = "ama@example.org" }, new() { Kind = ContactKind.Phone, Value = "01632 960001", Work = true }]),
            BirthDate = Of(Cases.At("1992-02-03"), Cases.At("1992"), null), Sex = Of<AdministrativeSex?>(AdministrativeSex.Female, AdministrativeSex.Unknown, null), Gp = Of(null, Cases.Doctor),
            Language = Of(null, "tw"), LocalIds = Of<IReadOnlyList<LocalIdentifier>>([new("RX1", "L100")], [new("https://epr.example/id", "7"), new("Two words & more", "8")]),
            Name = Of(Cases.Ama.Name, new() { Family = "O'Neil-Ünal", Given = ["Ama", "Esi"], Prefix = "Dr" }, new() { Text = "Known as Ama" }),
        };

        public AllergyRecord Allergies() => Of(
            AllergyRecord.NotSent, new() { Status = AllergyStatus.NoneKnown }, new() { Status = AllergyStatus.NotKnown },
            new() { Status = AllergyStatus.Listed, Items = [new() { Substance = Coded.Of("Penicillin"), Reaction = Coded.Of("Rash"), Severity = "mild" }, new() { Substance = new() { Text = "Nuts", Code = "91935009", System = "http://snomed.info/sct" }, Severity = "severe", IdentifiedOn = Cases.At("2019-04") }] });

        public IReadOnlyList<Risk> Risks() => Of<IReadOnlyList<Risk>>(
            [], Cases.Admission().Risks,
            [new() { Kind = RiskKind.ToOthers, Statement = RiskStatement.Identified }, new() { Kind = RiskKind.ToSelf, Statement = RiskStatement.AssessedNone }, new() { Kind = RiskKind.Safeguarding, Statement = RiskStatement.Identified, Detail = new() { Text = "Not for this reader" } }]);

        public IReadOnlyList<PlannedAction> Plan() => Of<IReadOnlyList<PlannedAction>>([], Cases.Discharge().Plan, [new() { Id = "P9", Text = "Ring the ward", Owner = CareParty.Other, OwnerName = "Liaison", DueOn = Cases.At("2026-05-09T10:00:00+01:00") }]);

        public IReadOnlyList<MedicineLine>? Lines(params MedicineAction[] actions)
        {
            var count = Of(1, 2, 3, 0);
            return count == 0 ? null : [.. Enumerable.Range(1, count).Select(i => Line($"N{i}", Of(actions)))];
        }

        private MedicineLine Line(string id, MedicineAction action)
        {
            var ends = action is MedicineAction.Stop or MedicineAction.CourseFinished or MedicineAction.Cancelled or MedicineAction.EnteredInError or MedicineAction.NotUnderstood;
            return new()
            {
                LineId = id, Action = action,
                Medicine = new() { Text = $"Medicine {id} 5 mg tablets", DmdCode = Of(null, "39732311000001104"), Form = Of(null, "tablet") },
                After = ends ? null : Of(new Dosage { Text = "one at night" }, new() { Text = "2.5 mg twice a day", Dose = 2.5m, Unit = "mg", Frequency = 2, PeriodDays = 1, Route = new() { Text = "Oral", Code = "26643006", System = "http://snomed.info/sct" }, Instruction = "with food" }, new() { Text = "when needed", AsNeeded = true }),
                Before = action is MedicineAction.Amend or MedicineAction.Stop ? Of(new Dosage { Text = "two at night" }, null) : null,
                Indication = Of(null, "low mood"), Reason = action == MedicineAction.Start ? Of(null, "new") : Of(null, "no better"), EffectiveFrom = Of(null, Cases.At("2026-04-28")), DecidedBy = Of(null, Cases.Nurse),
            };
        }
    }
}
