using Hub.Proxy.Dispatch;
using Hub.Proxy.Replays;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;

namespace Hub.Proxy.Commands.Demo;

/// <summary>The person at the operator's list in the demo: what a practice returned is traced, confirmed for another one and sent there, by the same desk as every operator's word.</summary>
internal sealed class DemoOperator(HubHost hub, TimeProvider time)
{
    public async Task ReaddressReturnedAsync(string partnerId, string practice, TimeSpan patience, bool json, CancellationToken cancellationToken)
    {
        var found = await UntilAsync(hub, d => d.PartnerId == partnerId && d.HeldBy == HeldBy.Returned, atLeast: 1, patience, time, cancellationToken);
        if (found.Count == 0)
        {
            return;
        }

        var desk = hub.Services.GetRequiredService<ReaddressDesk>();
        var done = await desk.ConfirmAsync(
            found[0].Id, practice, new ReaddressWord("A. Clerk, CRT administration (demo)", "the practice by telephone", "moved last week"), cancellationToken);
        hub.Services.GetRequiredService<IDoorbell>().Ring([.. desk.PartnersOf(practice)]);
        if (json)
        {
            CliJson.Print(new { readdressed = done.DeliveryId, done.From, done.To, done.Refused });
        }
        else
        {
            AnsiConsole.MarkupLine($"               [bold]an operator[/] traces the person anew, confirms {Markup.Escape(done.To ?? practice)}, and what {Markup.Escape(done.From ?? partnerId)} returned goes there");
        }
    }

    /// <summary>These deliveries, as soon as there are so many; fewer where patience ran out.</summary>
    public static async Task<IReadOnlyList<DeliveryRow>> UntilAsync(
        HubHost hub, System.Linq.Expressions.Expression<Func<DeliveryRow, bool>> which, int atLeast, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var open = hub.Services.GetRequiredService<Func<HubDbContext>>();
        for (var began = time.GetTimestamp(); ;)
        {
            await using var context = open();
            var found = await context.Deliveries.AsNoTracking().Where(which).ToListAsync(cancellationToken);
            if (found.Count >= atLeast || time.GetElapsedTime(began) > patience)
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }
}
