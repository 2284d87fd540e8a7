using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Medicines;

/// <summary>Turns reported lines into the lines of the continuity card, against what was known before.</summary>
public static class MedicineChanges
{
    public const string NoReason = "no reason given";
    public const string NoDose = "dose not stated";

    /// <summary>What a status each action leaves a line in.</summary>
    public static MedicineStatus StatusAfter(MedicineLine line) => line.Action switch
    {
        MedicineAction.Stop => MedicineStatus.Stopped,
        MedicineAction.Switch when line.After is null => MedicineStatus.Stopped,
        MedicineAction.Hold => MedicineStatus.OnHold,
        MedicineAction.CourseFinished => MedicineStatus.CourseFinished,
        MedicineAction.Cancelled => MedicineStatus.CancelledUnknown,
        MedicineAction.EnteredInError => MedicineStatus.EnteredInError,
        MedicineAction.NotUnderstood => MedicineStatus.NotUnderstood,
        _ => MedicineStatus.Active,
    };

    /// <param name="line">The change as reported.</param>
    /// <param name="before">The same line as known before, for the dose that its sender left out.</param>
    /// <param name="occurredAt">When its event took place, where the line itself does not say.</param>
    public static CardLine Describe(MedicineLine line, MedicineLine? before, ClinicalTime occurredAt, Actor? decidedBy, bool recordedLate)
    {
        var (previous, after) = Doses(line, ReferenceEquals(line, before) ? null : before);
        var what = What(line, previous, after);
        return new CardLine
        {
            Group = Group(line, previous, after),
            Line = line,
            Medicine = line.Medicine.Text,
            What = what,
            Before = previous,
            After = after,
            Reason = Reason(line),
            When = Wording.When(line.EffectiveFrom ?? occurredAt),
            OccurredAt = line.EffectiveFrom ?? occurredAt,
            Facts = [.. MedicineFacts.Of(line, line.DecidedBy ?? decidedBy, occurredAt)],
            NextPrescriber = line.NextPrescriber is null && StatusAfter(line) is MedicineStatus.Stopped or MedicineStatus.CourseFinished ? "" : MedicineFacts.NextPrescriber(line.NextPrescriber),
            AskedOfGp = MedicineFacts.AskedOfGp(line, previous, after),
            RecordedLate = recordedLate || WrittenDownLate(line),
            Description = Describe(line, what, previous, after),
        };
    }

    /// <summary>A change written down more than an hour after it took effect is marked; a date alone counts from its end.</summary>
    public static bool WrittenDownLate(MedicineLine line) =>
        line is { EffectiveFrom: { } effective, RecordedAt: { } recorded }
        && recorded.Instant - effective.Instant >= (effective.IsDateOnly ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1));

    // Two doses are set beside each other with their products where their words alone could be taken for one dose; alone, the sender's words are enough.
    private static (string Before, string After) Doses(MedicineLine line, MedicineLine? before) => line.Before?.Text is { Length: > 0 } sent
        ? (sent, sent == After(line, line.After?.Text) ? sent : After(line, MedicineFacts.DoseText(line)))
        : MedicineFacts.DoseText(before) is { } known
            ? known == MedicineFacts.DoseText(line) ? (before!.After!.Text, After(line, line.After?.Text)) : (known, After(line, MedicineFacts.DoseText(line)))
            : ("", After(line, line.After?.Text));

    private static string After(MedicineLine line, string? dose) => line.Action switch
    {
        MedicineAction.Stop or MedicineAction.CourseFinished or MedicineAction.EnteredInError => "no longer taken",
        MedicineAction.Cancelled => "not known whether taken",
        MedicineAction.Switch when line.After is null => "no longer taken",
        MedicineAction.Hold => "on hold",
        _ => dose ?? NoDose,
    };

    private static string Reason(MedicineLine line) => line switch
    {
        { Reason.Length: > 0 } => line.Reason,
        { Action: MedicineAction.Start, Indication.Length: > 0 } => "for " + line.Indication,
        { Action: MedicineAction.Continue or MedicineAction.Administer } => "",
        _ => NoReason,
    };

    private static CardGroup Group(MedicineLine line, string previous, string after) => line.Action switch
    {
        MedicineAction.Start => CardGroup.Started,
        MedicineAction.Stop or MedicineAction.CourseFinished => CardGroup.Stopped,
        MedicineAction.Switch => line.After is null ? CardGroup.Stopped : CardGroup.Started,
        MedicineAction.Continue when previous.Length == 0 || previous == after => CardGroup.Unchanged,
        MedicineAction.Cancelled or MedicineAction.NotUnderstood or MedicineAction.EnteredInError => CardGroup.Unclear,
        _ => CardGroup.Changed,
    };

    private static string What(MedicineLine line, string previous, string after) => line switch
    {
        { Action: MedicineAction.Amend } when previous.Length > 0 && previous != after => "Dose changed",
        { Action: MedicineAction.Switch, After: null } => "Stopped: switched to another product",
        { Action: MedicineAction.Switch } => "Started: switched from another product",
        { Action: MedicineAction.NotUnderstood, SourceControl: { Length: > 0 } control } => $"Not understood ({control})",
        { Action: MedicineAction.Administer, Depot: not null } => "Depot given",
        { Action: MedicineAction.Continue } when previous.Length > 0 && previous != after => "Continued, with another dose line",
        _ => Wording.Action(line.Action),
    };

    private static string Describe(MedicineLine line, string what, string previous, string after)
    {
        var name = line.Medicine.Text;
        return (previous.Length, line.Action) switch
        {
            (> 0, MedicineAction.Stop or MedicineAction.CourseFinished or MedicineAction.EnteredInError) => $"{name}: {what}. It was {previous}.",
            (> 0, _) when previous != after => $"{name}: {what}. Before: {previous}. Now: {after}.",
            (_, MedicineAction.Stop or MedicineAction.CourseFinished or MedicineAction.EnteredInError) => $"{name}: {what}.",
            _ => $"{name}: {what}, {after}.",
        };
    }
}
