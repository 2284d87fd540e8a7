using System.Globalization;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Proxy.OperatorConsole;

/// <summary>
/// The story of an episode so far, as facts that were reported: nothing is worked out, advised or left blank. For staff: what must not be read at home is
/// marked so. Pure.
/// </summary>
internal static class EpisodeFacts
{
    private const string NotSaid = "not said";

    /// <summary>All tables, in the order in which a reader asks for them.</summary>
    public static IReadOnlyList<FactTable> Of(EpisodeState state) =>
        [Asked(state), Gatekeeping(state), Contacts(state), Workers(state), Medicines(state), PhysicalHealth(state), SideEffects(state), Carers(state), Review(state), Plan(state), Given(state)];

    public static FactTable PhysicalHealth(EpisodeState state) => new("Physical health", ["Check", "Last", "Next due", "Who", "Taken on"], "No check was reported, which does not say that none is needed.")
    {
        Rows = [.. state.PhysicalHealth.Concat(state.Discharge?.PhysicalHealth ?? []).GroupBy(c => c.Check.Text, StringComparer.OrdinalIgnoreCase).Select(g => g.Last()).Select(c => new FactRow(
            c.Check.Text,
            c.NotDoneReason is { } why ? $"not done: {why}" : c.LastDoneAt is null && c.LastResult is null ? "never reported" : $"{Wording.When(c.LastDoneAt)}{(c.LastResult is { } result ? $": {result}" : "")}",
            c.NextDueOn is { } due ? Wording.When(due) : "no date was reported",
            c.OwnerName ?? (c.Owner is { } owner ? Wording.Party(owner) : "nobody was named"),
            c.OwnerAccepted ? "yes" : "no"))],
    };

    public static FactTable Carers(EpisodeState state) => new("Carers and others around the person", ["Who", "May be told", "View of the discharge date", "Own support"], "Nobody was reported. Carer not asked.")
    {
        Rows = [.. state.Carers.GroupBy(c => c.Id).Select(g => g.Last()).Select(c => new FactRow(
            $"{c.Name.Display()}, {c.Relationship?.Text ?? "relationship not said"}: {(c.MarkedAsRisk ? "A RISK TO THE PERSON, nothing goes to them" : c.IsCarer ? "carer" : "not known to be a carer")}",
            c.MarkedAsRisk ? "nothing" : c.Consent.Count == 0 ? "consent was not asked; general information only where they know of the care"
                : string.Join("; ", c.Consent.GroupBy(x => x.Class).Select(x => x.Last()).Select(x => $"{Wording.Consent(x.Class)}: {Wording.Consent(x.State)}{(x.At is { } at ? $", {Wording.Day(at)}" : "")}")),
            c.ViewOfDischargeDate ?? "carer not asked",
            c.OwnSupport ?? NotSaid))],
    };

    /// <summary>How many different people have visited.</summary>
    public static int VisitingStaff(EpisodeState state) => state.Contacts.SelectMany(c => c.Staff).Distinct(StringComparer.OrdinalIgnoreCase).Count();

    private static FactTable Asked(EpisodeState state) => new("Referral", ["What", "When", "By whom", "Words"], "No referral was reported.")
    {
        Rows =
        [
            .. Rows(state.Referral, r => new FactRow("Received", Wording.When(r.OccurredAt), $"{Wording.Person(r.Referrer)} ({r.SourceType})", r.Reason)),
            .. Rows(state.ReferralAnswer, r => new FactRow("Answered", Wording.When(r.OccurredAt), Wording.Person(r.AnsweredBy), $"{r.Answer}{(r.SeenFaceToFaceAt is { } seen ? $"; seen face to face {Wording.When(seen)}" : "")}")),
            .. Rows(state.ReferralDecline, r => new FactRow("Declined", Wording.When(r.OccurredAt), Wording.Person(r.DeclinedBy), $"{r.Reason}; signposted to {(r.SignpostedTo.Count > 0 ? string.Join(", ", r.SignpostedTo) : "nowhere")}")),
        ],
    };

    private static FactTable Gatekeeping(EpisodeState state) => new("Gatekeeping", ["What", "Words"], "No gatekeeping decision was reported.")
    {
        Rows = state.Gatekeeping is not { } decision ? [] :
        [
            new("Decision", $"{Wording.Gatekeeping(decision.Outcome)}, {Wording.When(decision.OccurredAt)}, {Wording.Person(decision.DecidedBy)}"),
            new("Seen in person", decision.AssessedInPerson ? $"yes, {Wording.When(decision.AssessedAt)}" : "no"),
            new("Reasons", decision.Rationale),
            new("What the person prefers", decision.PatientPreference is { } preference ? Marked(preference) : NotSaid),
            new("Carer's view", decision.CarerView is { } view ? Marked(view) : "carer not asked"),
            new("Dissent", decision.Dissent.Count == 0 ? "none was reported" : string.Join("; ", decision.Dissent.Select(d => $"{d.By}: {Marked(d.Text)}"))),
            new("At home: dependants, pets, keys", decision.HomeMatters.Count == 0 ? NotSaid : string.Join("; ", decision.HomeMatters.Select(Marked))),
        ],
    };

    private static FactTable Contacts(EpisodeState state) => new(
        VisitingStaff(state) is var staff and > 0 ? string.Create(CultureInfo.InvariantCulture, $"Contacts: {staff} different {(staff == 1 ? "person is" : "people are")} named") : "Contacts", ["When", "How", "Who", "What became of it"], "No contact was reported.")
    {
        Rows = [.. state.Contacts.Reverse().Take(50).Select(c => new FactRow(
            Wording.When(c.At), c.Channel ?? NotSaid, c.Staff.Count > 0 ? string.Join(", ", c.Staff) : NotSaid,
            c.MissedOutcome is { } missed ? $"did not take place ({missed}); {(c.RebookedFor is { } again ? $"rebooked for {Wording.When(again)}" : "apologise and rebook: no new time was reported")}" : "took place"))],
    };

    private static FactTable Workers(EpisodeState state) => new("Who works with the person", ["Role", "Who"], "")
    {
        Rows =
        [
            new("Lead worker", state.LeadWorker is { } lead ? Wording.Person(lead) : NotSaid), new("Key worker", state.KeyWorker is { } key ? Wording.Person(key) : NotSaid),
            new("Consultant", state.Consultant is { } consultant ? Wording.Person(consultant) : NotSaid), new("Care co-ordinator", Wording.CareCoordinator(state.CareCoordinator)),
            new("Next visit", NextVisit(state)), new("Legal status", state.LegalStatus?.Text ?? NotSaid),
        ],
    };

    public static string NextVisit(EpisodeState state) => state.NextVisit is { } next
        ? $"{Wording.When(next.VisitAt)}, {next.Who}{(next.PersonTold switch { true => "; the person was told", false => "; the person was NOT told", _ => "; whether the person was told was not said" })}" : "none was reported";

    private static FactTable Medicines(EpisodeState state) => new("Medicines last reported to us, not confirmed", ["Medicine", "Dose", "As of", "Status", "Supplied until", "Last dose, next due"], "No medicines were reported, which does not say that there are none.")
    {
        Rows = [.. state.Medicines.Select(m => new FactRow(
            m.Line.Medicine.Text, (m.Line.After ?? m.Line.Before)?.Text ?? NotSaid, Wording.When(m.AsOf), Wording.Status(m.Status),
            m.Line.SupplyEndsOn is { } end ? Wording.When(end) : NotSaid,
            m.Line.Depot is { } depot ? $"given {Wording.When(depot.LastGivenAt)}, due {(depot.NextDueOn is { } due ? Wording.When(due) : NotSaid)}" : m.Line.LastDoseAt is { } last ? Wording.When(last) : NotSaid))],
    };

    private static FactTable SideEffects(EpisodeState state) => new("Side effects reported", ["Reported", "What", "Seen", "Answered"], "None was reported.")
    {
        Rows = [.. state.SideEffects.Select(s => new FactRow(
            $"{Wording.When(s.OccurredAt)} by {Wording.Party(s.By)}", Marked(s.Text), s.SeenAt is { } seen ? Wording.When(seen) : "not yet",
            s.AnsweredAt is { } answered ? $"{Wording.When(answered)}: {s.Outcome ?? NotSaid}" : "NOT ANSWERED"))],
    };

    private static FactTable Review(EpisodeState state) => new("Joint review before discharge", ["Who", "Answer"], state.DischargePlanned is null ? "No discharge was planned through the hub." : "Nobody was invited.")
    {
        Rows = [.. (state.DischargePlanned?.Invited ?? []).Select(i => new FactRow($"{i.Who} ({Wording.Party(i.Party)})", i.Status switch
        {
            AttendanceStatus.Attended => "attended", AttendanceStatus.Declined => "declined", AttendanceStatus.NoReply => "no reply", _ => "invited",
        }))],
    };

    private static FactTable Plan(EpisodeState state) => new("Plan and practical needs", ["What", "Who", "By when", "Agreed with the person"], "No action was reported.")
    {
        Rows = [.. (state.Discharge?.Plan ?? state.Admission?.Plan ?? []).Select(a => new FactRow(
            (a.Practical ? "Practical: " : "") + a.Text, a.OwnerName ?? Wording.Party(a.Owner), a.DueOn is { } due ? Wording.When(due) : "no date",
            a.AgreedWithPatient switch { true => "yes", false => "no", _ => NotSaid }))],
    };

    private static FactTable Given(EpisodeState state) => new("Copies given: printed is not given", ["What", "To", "By", "When and how"], "Nothing was reported as given.")
    {
        Rows = [.. state.Given.Concat(state.Admission?.InformationGiven ?? []).Distinct().Select(g => new FactRow(
            g.What, g.ToName ?? Wording.Party(g.To), g.By ?? NotSaid, g.NotGivenReason is { } why ? $"NOT given: {why}" : $"{Wording.When(g.At)}, {g.How ?? "how was not said"}"))],
    };

    // What was said in confidence is marked at every place it is shown (clinical rules 20 and 22).
    private static string Marked(Remark remark) => remark.Privacy switch
    {
        RemarkPrivacy.Shareable => remark.Text,
        RemarkPrivacy.CarerConfidential => $"{remark.Text} [a carer's confidence: not for the person's copy]",
        RemarkPrivacy.ThirdParty => $"{remark.Text} [about somebody else: professionals only]",
        _ => $"{remark.Text} [safeguarding: professionals only]",
    };

    private static IEnumerable<FactRow> Rows<T>(T? fact, Func<T, FactRow> row) where T : class => fact is null ? [] : [row(fact)];
}
