using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Medicines;

/// <summary>Facts about one line in words: what was said, and nothing that was not.</summary>
public static partial class MedicineFacts
{
    public const string NoOwner = "no owner named";

    private static readonly string[] ClozapineNames = ["clozapine", "clozaril", "denzapine", "zaponex"];

    public static IEnumerable<string> Of(MedicineLine line, Actor? decidedBy, ClinicalTime occurredAt)
    {
        if (line.Indication is { Length: > 0 } && line.Action != MedicineAction.Start)
        {
            yield return $"For {line.Indication}.";
        }

        if (decidedBy is not null)
        {
            yield return $"Decided by {Wording.Person(decidedBy)}.";
        }

        if (line.RecordedAt is { } recorded && MedicineChanges.WrittenDownLate(line))
        {
            yield return $"Written down {Wording.When(recorded)}.";
        }

        if (line.StopOrReviewOn is { } review)
        {
            yield return $"Stop or review on {Wording.When(review)}.";
        }

        if (line.Quantity is { Length: > 0 })
        {
            yield return $"Quantity: {line.Quantity}.";
        }

        foreach (var fact in Supply(line).Concat(LastDose(line, occurredAt)).Concat(DepotFacts(line)).Concat(line.Monitoring.Select(Monitoring)))
        {
            yield return fact;
        }

        if (line.ControlledDrug)
        {
            yield return "Controlled drug.";
        }

        if (line.HospitalOnly)
        {
            yield return "Only the hospital supplies this medicine.";
        }

        if (line.Note is { Length: > 0 })
        {
            yield return line.Note;
        }
    }

    /// <summary>
    /// A dose as it can be read alone: "one in the morning" of two strengths is not one dose, so the product's name stands with it unless the dose names an amount.
    /// </summary>
    public static string? DoseText(MedicineLine? line) => line?.After is not { } dose ? null
        : Amount().IsMatch(line.Medicine.Text) && !Amount().IsMatch(dose.Text) ? $"{line.Medicine.Text}, {dose.Text}"
        : dose.Text;

    [GeneratedRegex(@"\d\s*(mg|g|mcg|micrograms?|nanograms?|ml|units?|mmol|%)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Amount();

    /// <summary>What was supplied, until when, and that a short supply was meant.</summary>
    public static IEnumerable<string> Supply(MedicineLine line)
    {
        var days = line.SupplyDays is { } n ? string.Create(CultureInfo.InvariantCulture, $" for {n} days") : "";
        var until = line.SupplyEndsOn is { } end ? $" until {Wording.When(end)}" : "";
        if (days.Length + until.Length > 0)
        {
            yield return $"Supplied{days}{(days.Length > 0 && until.Length > 0 ? "," : "")}{until}.";
        }

        if (line.SupplyLimit is { } limit)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Short supply is deliberate; do not lengthen ({limit.Days} days; reason: {limit.Reason}).");
        }
    }

    /// <summary>The hours come from the two times that were sent, never from a clock; no advice follows from them here (clinical rule 10).</summary>
    public static IEnumerable<string> LastDose(MedicineLine line, ClinicalTime occurredAt)
    {
        if (line.LastDoseAt is not { } last)
        {
            yield break;
        }

        var name = line.Medicine.Text;
        if (last.IsDateOnly || occurredAt.IsDateOnly)
        {
            yield return $"Last {name} dose reported {Wording.When(last)} (hours since: not known, the time was not given).";
            yield break;
        }

        var hours = Math.Floor((occurredAt.Instant - last.Instant).TotalHours);
        yield return hours >= 0
            ? string.Create(CultureInfo.InvariantCulture, $"Last {name} dose reported {Wording.When(last)} ({hours:0} h before {Wording.When(occurredAt)}).")
            : $"Last {name} dose reported {Wording.When(last)}.";
    }

    public static IEnumerable<string> DepotFacts(MedicineLine line)
    {
        if (line.Depot is not { } depot)
        {
            yield break;
        }

        yield return $"Last depot: {(depot.LastGivenAt is { } last ? Wording.When(last) : "not stated")}"
            + $"{(depot.LastDose is { Length: > 0 } dose ? ", " + dose : ", dose not stated")}{(depot.Site is { Length: > 0 } site ? ", " + site : ", site not stated")}.";
        yield return $"Next depot due: {(depot.NextDueOn is { } next ? Wording.When(next) : "not stated")}; given by: {Stated(depot.GivenBy)}; supply at: {Stated(depot.SupplyAt)}.";
    }

    public static string Monitoring(MonitoringCheck check) =>
        $"{check.Check.Text}: last {(check.LastDoneAt is { } last ? Wording.When(last) : "not stated")}"
        + $"{(check.LastResult is { Length: > 0 } result ? " (" + result + ")" : "")}, next due {(check.NextDueOn is { } due ? Wording.When(due) : "not stated")}, "
        + $"owner {Owner(check)}{(check.NotDoneReason is { Length: > 0 } reason ? "; not done: " + reason : "")}.";

    /// <summary>Asked is not accepted, and undecided is said (clinical rule 9).</summary>
    public static string NextPrescriber(NextPrescriber? next)
    {
        if (next is null)
        {
            return "not stated";
        }

        var who = next.Name ?? (next.Party is { } party ? Wording.Party(party) : "undecided");
        return next.Status switch
        {
            PrescriberStatus.Accepted => $"{who} (accepted)",
            PrescriberStatus.Asked => $"{who} (asked, not accepted){(next.UntilThen is { Length: > 0 } until ? $"; until then, {AsWritten(until)}" : "")}",
            _ when next.Party is null && next.Name is null => "undecided; nobody has been asked",
            _ => $"{who} (not asked)",
        };
    }

    /// <summary>What the GP is asked to do about this line, in one sentence.</summary>
    public static string AskedOfGp(MedicineLine line, string before, string after)
    {
        var days = line.GpRequestDays is { } n ? n.ToString(CultureInfo.InvariantCulture) : null;
        return line switch
        {
            { GpRequest: GpRequest.Repeat } when CannotRepeat(line) =>
                "The request sent to us cannot be made for a medicine that only the hospital supplies. Do not issue; the crisis team is asked to correct it.",
            { GpRequest: GpRequest.RecordOnly } => "Record only: the hospital supplies it; do not issue it.",
            { GpRequest: GpRequest.IssueOnce } => days is null ? "Issue once; for how many days is not stated." : $"Issue once, {days} days.",
            { GpRequest: GpRequest.Repeat } => days is null ? "Issue repeatedly; the longest supply is not stated." : $"Issue at most {days} days at a time.",
            { GpRequest: GpRequest.ChangeDoseOnRepeat } => $"Change the dose on repeat{(before.Length > 0 ? " from " + before : "")} to {after}.",
            { GpRequest: GpRequest.RemoveFromRepeat } => "Remove from repeat.",
            { GpRequest: GpRequest.SharedCare } =>
                "Shared care is requested. It is not in force until the practice accepts; until then"
                + (line.NextPrescriber?.UntilThen is { Length: > 0 } until ? $", {AsWritten(until)}." : " the present team prescribes."),
            _ => "Nothing is asked of the GP for this medicine.",
        };
    }

    /// <summary>Clozapine and hospital-only medicines cannot carry repeat (clinical rule 9).</summary>
    public static bool CannotRepeat(MedicineLine line) => line.HospitalOnly || IsClozapine(line.Medicine);

    /// <summary>By name, as every product of clozapine sold in the UK is known.</summary>
    public static bool IsClozapine(MedicineRef medicine) => NamesClozapine(medicine.Text);

    /// <summary>True where words speak of clozapine under any of its names.</summary>
    public static bool NamesClozapine(string text) => ClozapineNames.Any(n => text.Contains(n, StringComparison.OrdinalIgnoreCase));

    public static string Owner(MonitoringCheck check) => (check.OwnerName ?? (check.Owner is { } party ? Wording.Party(party) : null)) switch
    {
        null => NoOwner,
        var who => who + (check.OwnerAccepted ? " (accepted)" : " (not accepted)"),
    };

    // What one team writes of another is not that other's word (clinical rule 12).
    private static string AsWritten(string until) => $"as the sender wrote, {until}; that {until} accepts was not reported to us";

    private static string Stated(string? text) => string.IsNullOrWhiteSpace(text) ? "not stated" : text;
}
