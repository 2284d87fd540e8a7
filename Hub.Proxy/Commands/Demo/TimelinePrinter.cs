using System.Globalization;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Spectre.Console;

namespace Hub.Proxy.Commands.Demo;

/// <summary>Prints what the store says happened, once each and in order: it knows nothing that is not written down there.</summary>
internal sealed class TimelinePrinter(Timeline timeline, DateTimeOffset since, bool json, TimeProvider time)
{
    private readonly HashSet<string> printed = [];

    /// <summary>Follows the store until cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await PrintNewAsync(cancellationToken);
                await Task.Delay(TimeSpan.FromMilliseconds(150), time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The watcher was told that enough was seen.
        }
    }

    public async Task PrintNewAsync(CancellationToken cancellationToken)
    {
        var received = await timeline.SinceAsync(since, 1000, cancellationToken);
        var lines = received.SelectMany(Lines).Where(l => printed.Add(l.Key)).OrderBy(l => l.At).ToList();
        foreach (var line in lines)
        {
            Print(line);
        }
    }

    private static IEnumerable<Line> Lines(ReceivedView view)
    {
        var came = view.Received;
        var what = view.Events.Count > 0 ? string.Join(", ", view.Events.Select(e => e.Event.Type)) : came.SetAsideBecause ?? came.Outcome.ToString();
        yield return new Line("in" + came.Id, came.ReceivedAt, "in", came.SourceId, came.Kind ?? "?", what, null);
        for (var again = 1; again <= came.Repeats; again++)
        {
            yield return new Line(
                $"again{came.Id}/{again}", came.LastRepeatedAt ?? came.ReceivedAt, "in", came.SourceId, came.Kind ?? "?", "the same message again; answered as before, told to nobody twice", null);
        }

        foreach (var delivery in view.Events.SelectMany(e => e.Deliveries))
        {
            if (delivery.Delivery is { FinishedAt: null, State: DeliveryState.Held or DeliveryState.Unroutable } stays)
            {
                yield return new Line("held" + stays.Id, stays.CreatedAt, "held", stays.RecipientName, stays.Title, stays.HeldReason ?? stays.WaitingBecause ?? "", null);
            }

            foreach (var attempt in delivery.Attempts.Where(a => a.EndedAt is not null))
            {
                yield return OfAttempt(came, delivery, attempt);
            }

            foreach (var answer in delivery.Answers.Where(a => a.Stage is not null))
            {
                yield return OfAnswer(view, delivery, answer);
            }
        }
    }

    private static Line OfAttempt(ReceivedRow came, DeliveryView delivery, AttemptRow attempt)
    {
        var answer = delivery.Answers.LastOrDefault(a => a.Attempt == attempt.Number && a.Stage is null);
        var words = attempt.Outcome switch
        {
            "Delivered" => $"acknowledged {answer?.SentCode}",
            "Awaited" => "taken by the carrier; the answer comes later",
            _ => $"{attempt.Outcome?.ToLowerInvariant()}: {attempt.Reason}",
        };
        return new Line(
            "attempt" + attempt.Id, attempt.EndedAt!.Value, attempt.Outcome == "Delivered" ? "ok" : "wait", delivery.Delivery.RecipientName,
            delivery.Delivery.Title, words, attempt.EndedAt.Value - came.ReceivedAt);
    }

    /// <summary>What came by another way than the attempt's own line.</summary>
    private static Line OfAnswer(ReceivedView view, DeliveryView delivery, AcknowledgementRow answer)
    {
        var (kind, words) = answer switch
        {
            { Outcome: "Delivered" } => ("ok", $"answered {answer.SentCode}: the practice knows the person"),
            { Outcome: "Rejected" } when delivery.Delivery.IsReturned => ("back", $"returned, {answer.SentCode}: not registered there"),
            { Outcome: "Rejected" } => ("back", $"refused, {answer.SentCode}"),
            { Stage: AnswerStage.Technical } => ("wait", "its system could read it"),
            _ => ("wait", "collected from the mailbox"),
        };
        return new Line("answer" + answer.Id, answer.ReceivedAt, kind, delivery.Delivery.RecipientName, delivery.Delivery.Title, words, answer.ReceivedAt - view.Received.ReceivedAt);
    }

    private void Print(Line line)
    {
        var after = line.At - since;
        if (json)
        {
            CliJson.Print(new
            {
                at = line.At, kind = line.Kind, who = line.Who, what = line.What, outcome = line.Words, milliseconds = (long?)line.Took?.TotalMilliseconds,
            });
            return;
        }

        var clock = string.Create(CultureInfo.InvariantCulture, $"{after.TotalSeconds,6:0.0} s");
        var took = line.Took is { } t ? string.Create(CultureInfo.InvariantCulture, $" after {(t.TotalSeconds < 10 ? $"{t.TotalMilliseconds:0} ms" : $"{t.TotalSeconds:0} s")}") : "";
        AnsiConsole.MarkupLine(line.Kind switch
        {
            "in" => $"[grey]{clock}[/]  [bold]IN   {Markup.Escape(line.Who)}[/]  {Markup.Escape(line.What)}: {Markup.Escape(line.Words)}",
            "ok" => $"[grey]{clock}[/]       [green]->[/] {Markup.Escape(line.Who),-24} [green]{Markup.Escape(line.Words)}[/]{took}  [grey]{Markup.Escape(line.What)}[/]",
            "back" => $"[grey]{clock}[/]       [red]<-[/] {Markup.Escape(line.Who),-24} [red]{Markup.Escape(line.Words)}[/]{took}  [grey]{Markup.Escape(line.What)}[/]",
            "wait" => $"[grey]{clock}[/]       [yellow]..[/] {Markup.Escape(line.Who),-24} [yellow]{Markup.Escape(line.Words)}[/]{took}",
            _ => $"[grey]{clock}[/]       [red]||[/] {Markup.Escape(line.Who),-24} [red]{Markup.Escape(line.Words)}[/]  [grey]{Markup.Escape(line.What)}[/]",
        });
    }

    private sealed record Line(string Key, DateTimeOffset At, string Kind, string Who, string What, string Words, TimeSpan? Took);
}
