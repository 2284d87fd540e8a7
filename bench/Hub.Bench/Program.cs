using Hub.Bench;
using Hub.Fhir.Conformance;

// Usage: dotnet run -c Release --project bench/Hub.Bench -- [--json] [--seconds N] [--only WORDS] | --obligations N
var (seconds, only, json) = (30, "", false);
for (var i = 0; i < args.Length; i++)
{
    var next = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--json":
            json = true;
            break;
        case "--obligations" when int.TryParse(next, out var many) && many is >= 1000 and <= 10_000_000:
            Console.Write(await OpenObligations.MeasureAsync(many, TimeProvider.System));
            return 0;
        case "--seconds" when int.TryParse(next, out seconds) && seconds is >= 1 and <= 600:
            i++;
            break;
        case "--only" when next.Length > 0:
            only = next;
            i++;
            break;
        default:
            await Console.Error.WriteLineAsync(
                "Usage: Hub.Bench [--json] [--seconds N] [--only WORDS], or --obligations N (1000 to 10000000 open ones in a store of its own, beside a hundred). N, 1 to 600, is how long to measure (30); WORDS are part of the name of a row: no ratios then.");
            return 2;
    }
}

BundleValidator.WarmUp();
var work = Workloads.All();
if (only.Length > 0)
{
    work = [.. work.Where(w => w.Name.Contains(only, StringComparison.OrdinalIgnoreCase)).Select(w => w with { Baseline = null })];
}

if (work.Count == 0)
{
    await Console.Error.WriteLineAsync("No row has these words in its name.");
    return 2;
}

var results = new Harness(TimeProvider.System, TimeSpan.FromSeconds(seconds)).Measure(work);
Console.Write(json ? Report.Json(results) : Report.Markdown(results));
return 0;
