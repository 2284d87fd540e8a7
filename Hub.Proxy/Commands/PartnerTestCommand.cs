using System.CommandLine;
using Hub.Proxy.Commands.Samples;

namespace Hub.Proxy.Commands;

/// <summary><c>hub partner test</c>: runs the golden samples beside the partner files and says field by field what is not as it was read and accepted.</summary>
internal static class PartnerTestCommand
{
    public static Command Create(TimeProvider time)
    {
        var ids = new Argument<string[]>("id") { Description = "Ids of the partners to test; all that have samples where none is named.", Arity = ArgumentArity.ZeroOrMore };
        var only = new Option<string?>("--case") { Description = "Only the case of this name." };
        var accept = new Option<bool>("--accept") { Description = "Write what is now as what is expected. Refused where CI=true: a person reads it first." };
        var junit = new Option<FileInfo?>("--junit") { Description = "Also write the results to this file as JUnit XML." };
        var (folder, environment, json) = (CommonOptions.Partners(), CommonOptions.Environment(), CommonOptions.Json());
        var command = new Command(
            "test", "Run golden samples (samples/PARTNER/CASE/{in.hl7|in.json|in.xml, given*, expected.json} in the folder of partner files). A source's case is the events, who is told, notes and "
                + "refusals; a recipient's is the very message. Sends nothing. Status 1 if anything differs or nothing was tested.")
        {
            ids, only, accept, junit, folder, environment, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var partners = parsed.GetValue(folder)!;
            if (Refused(partners, parsed.GetValue(accept), Environment.GetEnvironmentVariable("CI")) is { } refused)
            {
                return CliJson.Fault(parsed.GetValue(json), refused);
            }

            var cases = Cases(partners, parsed.GetValue(ids)!, parsed.GetValue(only));
            if (cases.Count == 0)
            {
                Console.Error.WriteLine($"Nothing was tested: there is no such case in {Path.Combine(partners.FullName, SampleCase.FolderName)}.");
                return HubCommand.Found;
            }

            var report = new SampleReport(parsed.GetValue(json));
            await using (var bench = new SampleBench(PartnerCommand.Load(partners, parsed.GetValue(environment)), time))
            {
                foreach (var sample in cases)
                {
                    report.Add(await bench.RunAsync(sample, parsed.GetValue(accept), cancellationToken));
                }
            }

            report.End();
            if (parsed.GetValue(junit) is { } file)
            {
                report.WriteJUnit(file);
            }

            return report.Results.All(r => r.Stands) ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }

    internal static string? Refused(DirectoryInfo partners, bool accept, string? ci) =>
        !partners.Exists ? $"There is no folder {partners.FullName}: name it with --partners."
        : accept && string.Equals(ci, "true", StringComparison.OrdinalIgnoreCase) ? "--accept: refused, because CI=true. A person runs it, reads what it wrote, and commits that."
        : null;

    private static List<SampleCase> Cases(DirectoryInfo partners, string[] ids, string? only)
    {
        var root = new DirectoryInfo(Path.Combine(partners.FullName, SampleCase.FolderName));
        var wanted = ids.Length > 0 ? ids : root.Exists ? [.. root.GetDirectories().Select(d => d.Name).Order(StringComparer.Ordinal)] : [];
        return [.. wanted.SelectMany(id => SampleCase.Find(partners, id)).Where(c => only is null || c.Name == only)];
    }
}
