using System.CommandLine;
using Hub.Proxy.Commands.Print;
using Hub.Proxy.Intake;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands;

/// <summary><c>hub print EPISODE --what KIND</c>: one page of an episode as it stands, to hand over or to read.</summary>
internal static class PrintCommand
{
    public static Command Create(TimeProvider time)
    {
        var episode = new Argument<string>("episode") { Description = "The episode's id in the crisis team's system, as ID or ORGANISATION/ID." };
        var what = new Option<string>("--what") { Description = "patient-copy, carer-copy, who-we-are or discharge-plan to hand over; gp, cmht or ward as those readers get it; document for the discharge as one FHIR document; itk3 (STU3, XML) or pdf as the practice files it.", Required = true };
        what.AcceptOnlyFromAmong([.. Printout.Kinds]);
        var carer = new Option<string?>("--carer") { Description = "Which carer: a number, 1 for the first one on record, or the contact's id." };
        var output = new Option<FileInfo?>("--out") { Description = "The file to write; standard output when left out." };
        var rules = new Option<DirectoryInfo?>("--rules") { Description = "The folder of monitoring rules, as in Hub:RulesDirectory." };
        var json = new Option<bool>("--json") { Description = "Write the FHIR bundle that the page is made from instead of the page." };
        var data = CommonOptions.Data();
        var command = new Command("print", "Write one page of an episode as it stands now. It is about a person: handle it so. What may not be made is refused with its reason, status 1.")
        {
            episode, what, carer, output, rules, json, data,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var timeline = new Timeline(() => StoreStart.Context(options));

            var book = MonitoringRuleBook.Open(parsed.GetValue(rules)?.FullName, time);
            if (book.Problems is [var wrong, ..])
            {
                return CliJson.Fault(false, $"{wrong.File}, line {wrong.Line}, {wrong.Field}: {wrong.Text}");
            }

            var (found, refused) = await FindAsync(timeline, parsed.GetValue(episode)!, cancellationToken);
            if (found is not null)
            {
                await StoreReading.AuditAsync(options, new(AuditKind.Read, StoreReading.User, $"episode/{found.State.Key.Organisation.Value}/{found.State.Key.LocalId}") { Result = parsed.GetValue(what)! }, cancellationToken);
            }

            var page = found is null ? new Printout { Refused = refused } : Printout.Of(parsed.GetValue(what)!, parsed.GetValue(carer), found, book.Enabled);
            return await WriteAsync(page, parsed.GetValue(json), parsed.GetValue(output), cancellationToken);
        });
        return command;
    }

    private static async Task<(EpisodeView? Found, string? Refused)> FindAsync(Timeline timeline, string named, CancellationToken cancellationToken)
    {
        var cut = named.IndexOf('/', StringComparison.Ordinal);
        var found = await timeline.EpisodesAsync(named[(cut + 1)..], cancellationToken);
        if (cut > 0)
        {
            found = [.. found.Where(e => e.State.Key.Organisation.Value == named[..cut])];
        }

        return found switch
        {
            [var one] => (one, null),
            [] => (null, "There is no such episode."),
            _ => (null, $"Episodes of several organisations go by this id: write one of {string.Join(", ", found.Select(e => e.State.Key.Organisation.Value + "/ID"))}."),
        };
    }

    private static async Task<int> WriteAsync(Printout page, bool asJson, FileInfo? output, CancellationToken cancellationToken)
    {
        if (page.Refused is { } why)
        {
            await Console.Error.WriteLineAsync(why);
            return HubCommand.Found;
        }

        if (asJson && page.Json is null)
        {
            await Console.Error.WriteLineAsync("This sheet is a page only: there is no bundle of it.");
            return HubCommand.Found;
        }

        var bytes = asJson ? page.Json!.Value : page.File ?? System.Text.Encoding.UTF8.GetBytes(page.Html!);
        await using (var stream = output?.Create() ?? Console.OpenStandardOutput())
        {
            await stream.WriteAsync(bytes, cancellationToken);
        }

        if (page.Handling is { } handling)
        {
            await Console.Error.WriteLineAsync(handling);
        }

        return HubCommand.Done;
    }
}
