using System.CommandLine;
using Hub.Adapters.Contract;
using Hub.Proxy.Census;
using Hub.Proxy.Intake;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands;

/// <summary><c>hub census load|compare</c>: the caseload on the day of the cut-over, and every day after it.</summary>
internal static class CensusCommand
{
    private static readonly Argument<FileInfo> Caseload = new("caseload") { Description = "Comma-separated, with a header: " + CensusReader.Columns + "." };
    private static readonly Option<string> Source = new("--source") { Description = "Id of the source partner whose episodes these are.", Required = true };

    public static Command Create(TimeProvider time) => new("census", "Load a caseload at cut-over, and compare it with the hub's open episodes.") { Load(time), Compare() };

    private static Command Load(TimeProvider time)
    {
        var by = new Option<string>("--by") { Description = "Who loads it: kept with each row.", Required = true };
        var (data, partners, json) = (CommonOptions.Data(), CommonOptions.Partners(), CommonOptions.Json());
        var command = new Command("load", "Open the episodes of a caseload quietly: nobody is sent an admission notice, by design; each row is kept. What the hub knows already is left alone. Status 1 if a row could not be opened.")
        {
            Caseload, Source, by, data, partners, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = new Dictionary<string, string?> { ["Hub:DataDirectory"] = parsed.GetValue(data)!.FullName, ["Hub:PartnersDirectory"] = parsed.GetValue(partners)!.FullName };
            await using var provider = new ServiceCollection().AddLogging().AddHub(StoreReading.Configuration().AddInMemoryCollection(settings).Build()).BuildServiceProvider();
            var (rows, fault) = await ReadAsync(parsed, provider.GetRequiredService<IPartnerDirectory>().All, json, cancellationToken);
            if (rows is null)
            {
                return fault;
            }

            await StoreStart.ReadyAsync(provider.GetRequiredService<StoreOptions>(), cancellationToken);
            var load = new CensusLoad(provider.GetRequiredService<IntakePlanner>(), provider.GetRequiredService<IMessageStore>(), time);
            var source = provider.GetRequiredService<IPartnerDirectory>().Find(parsed.GetValue(Source)!)!;
            var counts = new Dictionary<CensusOutcome, int>();
            foreach (var row in rows)
            {
                var (outcome, why) = await load.LoadAsync(row, source, parsed.GetValue(by)!, cancellationToken);
                counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
                if (why is not null)
                {
                    Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { row.Line, row.EpisodeId, outcome, why }) : $"line {row.Line}, episode {row.EpisodeId}: not opened, {why}");
                }
            }

            var (opened, known, not) = (counts.GetValueOrDefault(CensusOutcome.Opened), counts.GetValueOrDefault(CensusOutcome.Known), counts.GetValueOrDefault(CensusOutcome.NotOpened));
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { opened, known, notOpened = not }) : $"{opened} episode(s) opened, nobody told; {known} known already; {not} not opened.");
            return not == 0 ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }

    private static Command Compare()
    {
        var (data, partners, json) = (CommonOptions.Data(), CommonOptions.Partners(), CommonOptions.Json());
        var command = new Command("compare", "What the record system and the hub do not say alike: an open episode that one of them does not have, another team, another date. Prints episode ids and no names. Status 1 if anything differs.")
        {
            Caseload, Source, data, partners, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Options(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var files = PartnerCommand.Load(parsed.GetValue(partners)!).All;
            var (rows, fault) = await ReadAsync(parsed, files, json, cancellationToken);
            if (rows is null)
            {
                return fault;
            }

            var organisation = CensusReader.OrganisationOf(files.Single(p => p.Id == parsed.GetValue(Source)))!;
            var held = await new Timeline(() => StoreStart.Context(options)).EpisodesToCompareAsync(organisation, [.. rows.Select(r => r.EpisodeId)], cancellationToken);
            var differences = CensusComparison.Of(rows, held);
            foreach (var difference in differences)
            {
                Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(difference) : $"{difference.EpisodeId}: {difference.Kind}: {difference.What}");
            }

            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { rows = rows.Count, differences = differences.Count }) : $"{rows.Count} row(s), {differences.Count} difference(s).");
            return differences.Count == 0 ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }

    private static async Task<(IReadOnlyList<CensusRow>? Rows, int Fault)> ReadAsync(
        ParseResult parsed, IReadOnlyList<PartnerFile> files, Option<bool> json, CancellationToken cancellationToken)
    {
        var asJson = parsed.GetValue(json);
        if (files.FirstOrDefault(p => p.Id == parsed.GetValue(Source)) is not { Role: PartnerRole.Source } source)
        {
            return (null, CliJson.Fault(asJson, $"--source: there is no source {parsed.GetValue(Source)} among the partner files."));
        }

        if (CensusReader.OrganisationOf(source) is null)
        {
            return (null, CliJson.Fault(asJson, $"{source.Id}: its file names no organisation, and episodes are numbered by one."));
        }

        if (!parsed.GetValue(Caseload)!.Exists)
        {
            return (null, CliJson.Fault(asJson, $"There is no file {parsed.GetValue(Caseload)!.FullName}."));
        }

        try
        {
            var (rows, problems) = CensusReader.Read(await File.ReadAllTextAsync(parsed.GetValue(Caseload)!.FullName, cancellationToken));
            return problems.Count == 0 ? (rows, HubCommand.Done) : (null, CliJson.Fault(asJson, string.Join(Environment.NewLine, problems)));
        }
        catch (FormatException wrong)
        {
            return (null, CliJson.Fault(asJson, wrong.Message));
        }
    }
}
