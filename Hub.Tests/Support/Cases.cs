using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;

namespace Hub.Tests.Support;

/// <summary>One invented person, her teams, and one event of every kind about her.</summary>
internal static class Cases
{
    public static readonly OdsCode Trust = OdsCode.Parse("RX1");
    public static readonly OdsCode Practice = OdsCode.Parse("X26001");
    public static readonly SourceSystem Source = new() { Application = "EPR", Organisation = Trust };
    public static readonly EpisodeKey Episode = new(Trust, "E-1001");
    public static readonly DateTimeOffset Received = new(2026, 5, 1, 17, 45, 0, TimeSpan.FromHours(1));

    public static readonly Team Crt = new()
    {
        Name = "Northside Crisis Team", Organisation = Trust, LocalCode = "CRTN", TypeCode = "A02", Phone24h = "0300 555 0101", Phone = "0300 555 0102",
    };

    public static readonly Team Cmht = new() { Name = "South CMHT", Organisation = Trust, LocalCode = "CMHTS", TypeCode = "A06", Phone = "0300 555 0201" };
    public static readonly Team Ward = new() { Name = "Rowan Ward", Organisation = Trust, LocalCode = "ROWAN", TypeCode = "A10", Phone = "0300 555 0301" };

    public static readonly Actor Doctor = new()
    {
        Name = "Dr Priya Nair", Role = "Consultant psychiatrist", Organisation = Trust, Phone = "0300 555 0103", RegisterId = new("GMC", "C1234567"),
    };

    public static readonly Actor Nurse = new() { Name = "Sam Okoro", Role = "Crisis nurse", Organisation = Trust, Phone = "0300 555 0104" };

    public static readonly PatientRef Ama = new()
    {
        NhsNumber = Number("9912003888"),
        NhsNumberStatus = NhsNumberStatus.Verified,
        LocalIds = [new("RX1", "L100")],
        Name = new() { Family = "Mensah", Given = ["Ama"] },
        BirthDate = At("1992-02-03"),
        Sex = AdministrativeSex.Female,
        Address = new() { Lines = ["14 Larkfield Terrace"], Town = "Northby", Postcode = "ZZ9 9ZZ" },
        Contacts = [new() { Kind = ContactKind.Mobile, Value = "07700 900123" }],
        GpPractice = Practice,
        GpPracticeName = "Elm Surgery",
        ReasonableAdjustments = [Coded.Of("Needs a quiet room and written instructions")],
    };

    public static ClinicalTime At(string iso) => ClinicalTime.TryParseIso(iso, out var time) ? time : throw new FormatException(iso);

    public static NhsNumber Number(string digits) => NhsNumber.TryParse(digits, out var number) ? number : throw new FormatException(digits);

    public static MedicineLine Line(string id, MedicineAction action, string medicine, string? dose = null, string? reason = null) => new()
    {
        LineId = id,
        Action = action,
        Medicine = new() { Text = medicine },
        After = dose is null ? null : new() { Text = dose },
        Reason = reason,
    };

    /// <summary>A rule as a trust's invented pharmacist enabled it.</summary>
    public static MonitoringRule Signed(MonitoringRule rule) => rule with { Enabled = true, Signature = new() { Name = "Robin Vale", Role = "Lead pharmacist", SignedOn = new(2026, 3, 2) } };

    public static ComposeRequest Request(CareEvent happened, Audience audience = Audience.Gp, EpisodeState? episode = null, EpisodeState? before = null) => new()
    {
        Event = happened,
        Episode = episode,
        Before = before,
        Audience = audience,
        ReceivedAt = Received,
    };

    public static Admission Admission() => new()
    {
        SourceMessageId = new("M-adm"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = At("2026-04-20T14:00:00+01:00"), RecordedAt = At("2026-04-20T14:20:00+01:00"),
        RecordedBy = Nurse, Kind = EpisodeKind.Crt, Team = Crt, Reason = "Overdose, wants treatment at home", LeadWorker = Nurse, Consultant = Doctor, Cmht = Cmht,
        CareCoordinator = new() { Status = CareCoordinatorStatus.None, Lead = "GP leads" },
        ExpectedReviewAt = At("2026-04-22"),
        Medicines =
        [
            Line("L1", MedicineAction.Continue, "Zopiclone 7.5 mg tablets", "one at night"),
            Line("L2", MedicineAction.Start, "Diazepam 2 mg tablets", "one up to three times a day", "acute distress"),
        ],
        Allergies = new() { Status = AllergyStatus.NoneKnown, Source = "told by the person" },
        Diagnoses = [new() { Condition = new() { Text = "Depressive episode, severe", Code = "F32.2", System = "http://hl7.org/fhir/sid/icd-10" }, Presenting = true }],
        Risks = [new() { Kind = RiskKind.ToSelf, Statement = RiskStatement.Identified, Detail = new() { Text = "Overdose on 19 April" }, AssessedAt = At("2026-04-20") }],
        InformationGiven = [new() { To = CareParty.Patient, What = "Who we are sheet", By = "Sam Okoro", At = At("2026-04-20T15:00:00+01:00"), How = "on paper" }],
        Plan = [new() { Id = "P1", Text = "Visit every day", Owner = CareParty.Crt, DueOn = At("2026-04-21") }],
        Carers =
        [
            new()
            {
                Id = "NK1-1", Name = new() { Given = ["Esi"], Family = "Mensah" }, Relationship = Coded.Of("Sister"), IsCarer = true, KnowsOfCare = true,
                Contacts = [new() { Kind = ContactKind.Mobile, Value = "07700 900456" }],
                Consent = [new() { Class = ConsentClass.General, State = ConsentState.Given, At = At("2026-04-20") }],
            },
        ],
    };

    public static MedicationChange Change() => new()
    {
        SourceMessageId = new("M-med"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = At("2026-04-27T11:00:00+01:00"), RecordedAt = At("2026-04-27T11:10:00+01:00"),
        DecidedBy = Doctor, Team = Crt,
        Lines =
        [
            Line("L3", MedicineAction.Start, "Sertraline 50 mg tablets", "one in the morning", "depressive episode") with
            {
                GpRequest = GpRequest.None, SupplyDays = 7, SupplyEndsOn = At("2026-05-04"), StopOrReviewOn = At("2026-05-01"),
            },
            Line("L1", MedicineAction.Stop, "Zopiclone 7.5 mg tablets", null, "sleep has returned; overdose risk") with
            {
                Before = new() { Text = "one at night" }, GpRequest = GpRequest.RemoveFromRepeat, GpRequestDueOn = At("2026-05-06"),
            },
        ],
    };

    public static Discharge Discharge() => new()
    {
        SourceMessageId = new("M-dis"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = At("2026-05-01T17:40:00+01:00"), RecordedAt = At("2026-05-01T17:42:00+01:00"),
        RecordedBy = Nurse, Kind = EpisodeKind.Crt, Team = Crt, Method = "1", Destination = "19", GpOnly = true, Reason = "Crisis has passed",
        ClinicalSummary = "Home treatment for eleven days after an overdose. Mood better, no plans to harm herself.",
        MedicinesConfirmed = true,
        Medicines =
        [
            Line("L3", MedicineAction.Amend, "Sertraline 100 mg tablets", "one in the morning", "partial response to 50 mg") with
            {
                Before = new() { Text = "50 mg, one in the morning" }, Indication = "depressive episode", GpRequest = GpRequest.Repeat, GpRequestDays = 7, GpRequestDueOn = At("2026-05-06"),
                SupplyDays = 5, SupplyEndsOn = At("2026-05-06"), SupplyLimit = new(5, "recent overdose"),
                NextPrescriber = new() { Party = CareParty.Gp, Status = PrescriberStatus.Asked, UntilThen = "Northside Crisis Team" },
            },
            Line("L2", MedicineAction.CourseFinished, "Diazepam 2 mg tablets", null, "planned short course"),
            Line("L1", MedicineAction.Stop, "Zopiclone 7.5 mg tablets", null, "sleep has returned; overdose risk") with
            {
                Before = new() { Text = "one at night" }, GpRequest = GpRequest.RemoveFromRepeat, GpRequestDueOn = At("2026-05-06"),
            },
        ],
        Allergies = new() { Status = AllergyStatus.NoneKnown, Source = "told by the person" },
        Diagnoses = [new() { Condition = new() { Text = "Depressive episode, severe", Code = "F32.2", System = "http://hl7.org/fhir/sid/icd-10" } }],
        Risks = [new() { Kind = RiskKind.ToSelf, Statement = RiskStatement.Identified, Detail = new() { Text = "Overdose on 19 April; none since" }, AssessedAt = At("2026-05-01") }],
        Plan =
        [
            new() { Id = "P1", Text = "See the person and review mood and sertraline", Owner = CareParty.Gp, DueOn = At("2026-05-13") },
            new() { Id = "P2", Text = "Ring the practice on Monday to hear who prescribes", Owner = CareParty.Crt, DueOn = At("2026-05-04") },
            new() { Id = "P3", Text = "Housing: call the council about the tenancy", Owner = CareParty.Patient, Practical = true },
        ],
        CrisisPlan = new() { DocumentId = "CP-9", Version = "2", Title = "Crisis plan", At = At("2026-05-01T12:00:00+01:00"), Summary = "Warning signs: not sleeping, giving things away. Ring the crisis team." },
        CareCoordinator = new() { Status = CareCoordinatorStatus.None, Lead = "GP leads" },
        InformationGiven = [new() { To = CareParty.Patient, What = "Discharge plan", By = "Sam Okoro", At = At("2026-05-01T17:30:00+01:00"), How = "on paper" }],
        PatientConcerns = new() { Text = "Worried about sleeping without zopiclone", From = "Ama" },
        Author = Nurse,
        SelfReferralRoute = "Ring 0300 555 0101 within three months",
        PhysicalHealth = [new() { Check = Coded.Of("ECG"), LastDoneAt = At("2026-04-22"), LastResult = "normal", NextDueOn = At("2026-10-22"), Owner = CareParty.Gp }],
    };

    public static DischargeCancelled DischargeCancelled() => new()
    {
        SourceMessageId = new("M-can"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = At("2026-05-01T17:40:00+01:00"), RecordedAt = At("2026-05-02T09:00:00+01:00"),
        Reason = "She asked to stay with the team over the weekend", ChangesThatStand = ["L1", "L2", "L3"],
    };

    /// <summary>The episode after <see cref="Admission"/>.</summary>
    public static EpisodeState Open() => new()
    {
        Key = Episode,
        Kind = EpisodeKind.Crt,
        Status = EpisodeStatus.Open,
        Patient = Ama,
        Admission = Admission(),
        StartedAt = Admission().OccurredAt,
        Crt = Crt,
        Cmht = Cmht,
        LeadWorker = Nurse,
        Consultant = Doctor,
        CareCoordinator = Admission().CareCoordinator,
        Medicines = Reported(Admission(), Admission().Medicines!),
        Changes = Recorded(Admission(), Admission().Medicines!),
        Allergies = Admission().Allergies,
        Diagnoses = Admission().Diagnoses,
        Risks = Admission().Risks,
        Carers = Admission().Carers,
        Given = Admission().InformationGiven,
    };

    /// <summary>The episode after <see cref="Change"/>.</summary>
    public static EpisodeState Changed() => Open() with
    {
        Medicines = [.. Open().Medicines.Where(m => m.Line.LineId == "L2"), .. Reported(Change(), Change().Lines)],
        Changes = [.. Open().Changes, .. Recorded(Change(), Change().Lines)],
    };

    /// <summary>The episode after <see cref="Discharge"/>.</summary>
    public static EpisodeState Discharged() => Changed() with
    {
        Status = EpisodeStatus.Discharged,
        EndedAt = Discharge().OccurredAt,
        Discharge = Discharge(),
        LastTold = Discharge(),
        FirstTold = Discharge(),
        DischargeVersion = 1,
        Medicines = Reported(Discharge(), Discharge().Medicines!),
        Changes = [.. Changed().Changes, .. Recorded(Discharge(), Discharge().Medicines!)],
        Risks = Discharge().Risks,
        Diagnoses = Discharge().Diagnoses,
        PhysicalHealth = Discharge().PhysicalHealth,
        CrisisPlan = Discharge().CrisisPlan,
        Given = [.. Open().Given, .. Discharge().InformationGiven],
    };

    /// <summary>The episode after <see cref="DischargeCancelled"/>.</summary>
    public static EpisodeState Reopened() => Discharged() with { Status = EpisodeStatus.Open, EndedAt = null, Discharge = null, DischargeVersion = 2 };

    public static IReadOnlyList<ReportedMedicine> Reported(CareEvent happened, IEnumerable<MedicineLine> lines) =>
        [.. lines.Select(l => new ReportedMedicine { Line = l, Status = MedicineChanges.StatusAfter(l), AsOf = happened.RecordedAt ?? happened.OccurredAt, From = happened.SourceMessageId })];

    public static IReadOnlyList<RecordedChange> Recorded(CareEvent happened, IEnumerable<MedicineLine> lines) =>
        [.. lines.Select(l => new RecordedChange { Line = l, OccurredAt = happened.OccurredAt, RecordedAt = happened.RecordedAt, From = happened.SourceMessageId, DecidedBy = Doctor })];

    /// <summary>One event of every kind.</summary>
    public static IEnumerable<CareEvent> All()
    {
        yield return Admission();
        yield return Change();
        yield return Discharge();
        yield return DischargeCancelled();
        var at = At("2026-04-21T09:00:00+01:00");
        yield return new ReferralReceived { SourceMessageId = new("R1"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, Referrer = Doctor, SourceType = "a-and-e", Reason = "Overdose", Team = Crt, Priority = ResponsePriority.VeryUrgent };
        yield return new ReferralAnswered { SourceMessageId = new("R2"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, AnsweredBy = Nurse, Answer = "Will see her at 03:50", Team = Crt };
        yield return new ReferralDeclined { SourceMessageId = new("R3"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, DeclinedBy = Nurse, Reason = "Lives outside our area", SignpostedTo = ["Southside Crisis Team"], Team = Crt };
        yield return new GatekeepingDecision
        {
            SourceMessageId = new("G1"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, RequestedBy = Doctor, RequestedAt = at, AssessedInPerson = true, AssessedAt = at,
            Outcome = GatekeepingOutcome.Admit, Rationale = "Risk cannot be held at home.", PatientPreference = new() { Text = "Wants to stay at home" }, DecidedBy = Nurse, Ward = Ward,
            Dissent = [new() { By = "Dr Nair", Text = new() { Text = "Would try home treatment" } }], HomeMatters = [new() { Text = "Dog at home, neighbour has a key" }],
        };
        yield return new AdmissionCancelled { SourceMessageId = new("C1"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, Reason = "Wrong team" };
        yield return new Transfer { SourceMessageId = new("T1"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, From = Ward, To = Crt, Direction = TransferDirection.WardToCrt, AcceptedBy = Nurse };
        yield return new TransferCancelled { SourceMessageId = new("T2"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, BackTo = Ward };
        yield return new Leave { SourceMessageId = new("L1"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, Returned = false, Ward = Ward, ExpectedBackAt = At("2026-04-22") };
        yield return new SideEffectReported { SourceMessageId = new("S1"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, SideEffectId = "SE1", By = CareParty.Patient, Text = new() { Text = "Feels sick in the morning" }, LineIds = ["L3"] };
        yield return new PhysicalHealthCheck { SourceMessageId = new("H1"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, Check = new() { Check = Coded.Of("Weight"), LastDoneAt = at, LastResult = "71 kg", NextDueOn = At("2026-05-21"), Owner = CareParty.Gp } };
        yield return new WorkerChange { SourceMessageId = new("W1"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, Role = WorkerRole.KeyWorker, From = Nurse, To = Doctor };
        yield return new NextVisit { SourceMessageId = new("V1"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, VisitAt = At("2026-04-22T10:00:00+01:00"), Who = "Sam Okoro", Channel = "in-person", PersonTold = true };
        yield return new ContactRecorded { SourceMessageId = new("V2"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, Channel = "telephone", Staff = ["Sam Okoro"] };
        yield return new ContactMissed { SourceMessageId = new("V3"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, PlannedAt = at, Outcome = "not-known" };
        yield return new CarerViewRecorded { SourceMessageId = new("K1"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, CarerId = "NK1-1", View = new() { Text = "Thinks it is too early", From = "Esi" } };
        yield return new ConsentChanged { SourceMessageId = new("K2"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, CarerId = "NK1-1", Consent = [new() { Class = ConsentClass.Medication, State = ConsentState.Withdrawn, At = at }] };
        yield return new CrisisPlanPublished { SourceMessageId = new("CP"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, Plan = new() { DocumentId = "CP-9", Title = "Crisis plan" } };
        yield return new DischargePlanned { SourceMessageId = new("DP"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, PlannedFor = At("2026-05-01"), MeetingAt = At("2026-04-29T14:00:00+01:00"), FollowOn = [Cmht] };
        yield return new EpisodeUpdated { SourceMessageId = new("U1"), Source = Source, Patient = Ama, Episode = Episode, OccurredAt = at, LegalStatus = new() { Text = "Informal", Code = "01" } };
        yield return new PatientUpdated { SourceMessageId = new("U2"), Source = Source, Patient = Ama, OccurredAt = at };
        yield return new PatientMerged { SourceMessageId = new("I1"), Source = Source, Patient = Ama, OccurredAt = at, Retired = new() { LocalIds = [new("RX1", "L200")] } };
        yield return new PatientUnmerged { SourceMessageId = new("I2"), Source = Source, Patient = Ama, OccurredAt = at, Separated = new() { LocalIds = [new("RX1", "L200")] } };
        yield return new PatientLinkReported { SourceMessageId = new("I3"), Source = Source, Patient = Ama, OccurredAt = at, Kind = PatientLinkKind.Linked, Other = new() { LocalIds = [new("RX1", "L300")] } };
        yield return new DeathReported { SourceMessageId = new("D1"), Source = Source, Patient = Ama, OccurredAt = at, DiedAt = At("2026-04-20") };
        yield return new DeathWithdrawn { SourceMessageId = new("D2"), Source = Source, Patient = Ama, OccurredAt = at };
    }
}
