using Hub.Proxy.Handovers;
using Hub.Proxy.Store;

namespace Hub.Proxy.OperatorConsole;

/// <summary>Times and states in the words that people read.</summary>
internal static class ConsoleWords
{
    /// <summary>"due Tue 2 Jun 14:10, in 3 h" or "was due Tue 2 Jun 14:10, 3 h ago".</summary>
    public static string Due(DateTimeOffset? due, DateTimeOffset now) => due is not { } at ? "no clock runs"
        : at > now ? $"due {Words.London(at)}, in {Words.Span(at - now)}" : $"was due {Words.London(at)}, {Words.Span(now - at)} ago";

    /// <summary>An act of the record, as done.</summary>
    public static string Step(string act) => act switch
    {
        "Open" => "Owed since",
        "Receive" => "Received",
        "Accept" => "Accepted",
        "AcceptForAssessmentOnly" => "Accepted for assessment only",
        "AskMore" => "More information asked",
        "Decline" => "Declined",
        "Reassign" => "Asked of somebody else",
        "Start" => "Begun",
        "Complete" => "Done",
        "Waive" => "Waived",
        "Cancel" => "No longer owed",
        "Quieten" => "Reminders quietened",
        _ => Name(act),
    };

    /// <summary>"1 person", "2 people".</summary>
    public static string Count(long many, string one, string more) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{many} {(many == 1 ? one : more)}");

    public static string Ago(DateTimeOffset at, DateTimeOffset now) => $"{Words.London(at)}, {Words.Span(now - at)} ago";

    public static string Kind(ObligationKind kind) => kind switch
    {
        ObligationKind.GpInformed => "GP informed",
        ObligationKind.GpAction => "GP asked to act",
        ObligationKind.CmhtAccepts => "Community team takes the person on",
        _ => string.Concat(kind.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString())),
    };

    /// <summary>The colour of the design system's tag; the word beside it always says the same.</summary>
    public static string Tag(Obligation obligation, DateTimeOffset now) => obligation switch
    {
        { IsOpen: false } => "grey",
        _ when obligation.IsOverdue(now) => "red",
        { State: ObligationState.Accepted or ObligationState.InProgress } => "green",
        { State: ObligationState.Rejected } => "orange",
        _ => "blue",
    };

    public static string State(Obligation obligation, DateTimeOffset now) => obligation.State switch
    {
        _ when obligation.IsOverdue(now) && obligation.State is not (ObligationState.Accepted or ObligationState.InProgress) => "Overdue",
        ObligationState.Proposed => "Nobody asked",
        ObligationState.Requested => "Being sent",
        ObligationState.Received => "Received",
        ObligationState.InProgress => "In progress",
        ObligationState.Rejected => "Declined",
        _ => obligation.State.ToString(),
    };

    public static string Tag(DeliveryState state) => state switch
    {
        DeliveryState.Delivered => "green",
        DeliveryState.Refused or DeliveryState.Unroutable => "red",
        DeliveryState.Held or DeliveryState.Unknown => "orange",
        DeliveryState.Waiting or DeliveryState.Sending => "blue",
        _ => "grey",
    };

    public static string Check(bool? holds) => holds switch { true => "Yes", false => "No", _ => "Not checked" };

    public static string Tag(bool? holds) => holds switch { true => "green", false => "red", _ => "grey" };

    /// <summary>JointDischarge, practice-known: as words.</summary>
    public static string Name(string name) => name.StartsWith("Gp", StringComparison.Ordinal) ? "GP" + Spaced(name[2..]).ToLowerInvariant().Insert(0, " ") : Spaced(name);

    private static string Spaced(string name) => name.Contains('-', StringComparison.Ordinal)
        ? Capital(name.Replace('-', ' '))
        : Capital(string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString())));

    /// <summary>"missing: JointReviewHeld, TeamAccepted": the names of checks as words.</summary>
    public static string Because(string because) => because.Split(": ", 2) is ["missing", var names] ? $"missing: {string.Join(", ", names.Split(", ").Select(n => Name(n).ToLowerInvariant().Replace("gp ", "GP ", StringComparison.Ordinal)))}" : because;

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
