using Hub.Fhir.Narratives;
using Hub.Proxy.Handovers;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary>Handovers and obligations as text or JSON. What it prints speaks of a person.</summary>
internal static class HandoverPrinter
{
    /// <summary>Status 1 where anything is open.</summary>
    public static int Print(HandoverView view, bool json)
    {
        if (json)
        {
            CliJson.Print(new
            {
                view.EpisodeId, view.Organisation, view.LocalId, status = view.Status.ToString().ToLowerInvariant(), view.Holder, view.Checks, view.Copies,
                obligations = view.Obligations.Select(Shape),
            });
        }
        else
        {
            AnsiConsole.MarkupLine($"[bold]Episode {view.EpisodeId}[/] ({Markup.Escape(view.Organisation)}/{Markup.Escape(view.LocalId)}), {view.Status.ToString().ToLowerInvariant()}");
            view.Holder.ToList().ForEach(line => AnsiConsole.MarkupLine($"  {Markup.Escape(line)}"));
            view.Checks.ToList().ForEach(check => Print(check, json: false));
            view.Copies.ToList().ForEach(copy => AnsiConsole.MarkupLine($"  [grey]{Markup.Escape(copy.EventType)}:[/] {Markup.Escape(copy.Line)}"));
            view.Obligations.ToList().ForEach(one => Line(one));
        }

        return view.Obligations.Any(o => o.Entry.Obligation.IsOpen) ? HubCommand.Found : HubCommand.Done;
    }

    public static int Print(ObligationView view, bool json)
    {
        if (json)
        {
            CliJson.Print(Shape(view));
        }
        else
        {
            Line(view);
            foreach (var step in view.Steps)
            {
                AnsiConsole.MarkupLine($"    {Words.London(step.At)} {step.Act} by {Markup.Escape(step.By)}{Markup.Escape(step.Role is { } role ? $" ({role})" : "")}, {step.Channel.ToString().ToLowerInvariant()}{Markup.Escape(Said(step.Note))}");
            }
        }

        return view.Entry.Obligation.IsOpen ? HubCommand.Found : HubCommand.Done;
    }

    public static void Print(HandoverCheck check, bool json)
    {
        if (json)
        {
            CliJson.Print(new { check.Name, check.Holds, check.Because });
            return;
        }

        var mark = check.Holds switch { true => "[green]yes[/]", false => "[red]no [/]", _ => "[grey]-  [/]" };
        AnsiConsole.MarkupLine($"  {mark} {check.Name}: {Markup.Escape(check.Because)}");
    }

    private static void Line(ObligationView view)
    {
        var one = view.Entry.Obligation;
        AnsiConsole.MarkupLine($"  [bold]{ObligationWords.Name(one.Kind)}[/] {Markup.Escape(one.ActorName ?? Wording.Party(one.Actor))}: {Markup.Escape(view.Text)}");
        AnsiConsole.MarkupLine($"    {Markup.Escape(ObligationWords.State(one))}{(one is { IsOpen: true, DueAt: { } due } ? $"; due {Words.London(due)}" : "")} [grey]{one.Id}[/]");
    }

    private static object Shape(ObligationView view) => new
    {
        view.Entry.Obligation.Id, kind = ObligationWords.Name(view.Entry.Obligation.Kind), view.Entry.Obligation.Subject, view.Text,
        state = view.Entry.Obligation.State.ToString().ToLowerInvariant(), words = ObligationWords.State(view.Entry.Obligation), view.Entry.Obligation.ActorName,
        view.Entry.Obligation.Owner, view.Entry.Obligation.Chaser, view.Entry.Obligation.DueAt, view.Entry.Obligation.Version, view.Entry.PartnerId,
        steps = view.Steps.Select(s => new { s.At, s.Act, channel = s.Channel.ToString().ToLowerInvariant(), s.By, s.Role, s.Note }),
    };

    private static string Said(StepNote? note) => note is null ? "" : ": " + string.Join("; ", new[]
    {
        note.Words, note.Note, note.Call is { } call ? $"rang {call.Number}, spoke to {call.SpokeTo}, {(call.ReadBack ? "read back" : "not read back")}" : null,
    }.OfType<string>());
}
