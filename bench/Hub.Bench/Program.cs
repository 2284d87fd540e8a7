using Hub.Bench;
using Hub.Fhir.Conformance;

// Usage: dotnet run -c Release --project bench/Hub.Bench -- [--json] [--seconds N]
var unknown = args.Where((a, i) => a is not ("--json" or "--seconds") && (i == 0 || args[i - 1] != "--seconds")).ToList();
var at = Array.IndexOf(args, "--seconds");
var seconds = 0;
if (unknown.Count > 0 || (at >= 0 && (at + 1 >= args.Length || !int.TryParse(args[at + 1], out seconds) || seconds is < 1 or > 600)))
{
    await Console.Error.WriteLineAsync("Usage: Hub.Bench [--json] [--seconds N], N from 1 to 600: how long to measure, 30 where it is not said.");
    return 2;
}

BundleValidator.WarmUp();
var work = Workloads.All();
var results = new Harness(TimeProvider.System, TimeSpan.FromSeconds(seconds == 0 ? 30 : seconds)).Measure(work);
Console.Write(args.Contains("--json") ? Report.Json(results) : Report.Markdown(results));
return 0;
