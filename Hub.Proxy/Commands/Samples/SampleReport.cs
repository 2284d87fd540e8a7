using System.Globalization;
using System.Xml.Linq;

namespace Hub.Proxy.Commands.Samples;

/// <summary>Tells what golden cases came to: lines for people, an object a case for programs, and JUnit's XML for a build server.</summary>
internal sealed class SampleReport(bool json)
{
    private const int LongestShown = 400;
    private readonly List<SampleResult> results = [];
    private string? partner;

    public IReadOnlyList<SampleResult> Results => results;

    public void Add(SampleResult result)
    {
        results.Add(result);
        if (json)
        {
            CliJson.Print(new { result.Partner, result.Case, result.Stands, result.Accepted, result.Fault, result.Differences, milliseconds = (long)result.Took.TotalMilliseconds });
            return;
        }

        if (result.Partner != partner)
        {
            Console.WriteLine(partner = result.Partner);
        }

        Console.WriteLine($"  {(result.Accepted ? "written" : result.Stands ? "ok     " : "DIFFERS")} {result.Case}");
        foreach (var line in Lines(result))
        {
            Console.WriteLine("          " + line);
        }
    }

    public void End()
    {
        var (stand, written) = (results.Count(r => r.Stands), results.Count(r => r.Accepted));
        if (json)
        {
            CliJson.Print(new { cases = results.Count, stand, differ = results.Count - stand, written });
        }
        else
        {
            Console.WriteLine($"{results.Count} case(s): {stand - written} stand, {written} written, {results.Count - stand} differ.");
            Console.WriteLine(written > 0 ? "Read every expected.json that was written before you commit it: it says from now on what is right." : "");
        }
    }

    /// <summary>The file that build servers read: a suite a partner, a failure with all its differences.</summary>
    public void WriteJUnit(FileInfo file)
    {
        var suites = results.GroupBy(r => r.Partner).Select(suite => new XElement(
            "testsuite", new XAttribute("name", suite.Key), new XAttribute("tests", suite.Count()), new XAttribute("failures", suite.Count(r => !r.Stands)),
            suite.Select(r => new XElement(
                "testcase", new XAttribute("classname", r.Partner), new XAttribute("name", r.Case), new XAttribute("time", r.Took.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)),
                r.Stands ? null : new XElement("failure", new XAttribute("message", r.Fault is null ? $"{r.Differences.Count} field(s) differ" : Plain(r.Fault)), Plain(string.Join('\n', Lines(r))))))));
        new XDocument(new XElement("testsuites", suites)).Save(file.FullName);
    }

    private static IEnumerable<string> Lines(SampleResult result)
    {
        if (result.Fault is { } fault)
        {
            yield return fault;
        }

        foreach (var difference in result.Accepted ? [] : result.Differences)
        {
            yield return $"expected.json:{difference.Line} {difference.Field}";
            yield return $"  expected  {Shown(difference.Expected)}";
            yield return $"  now       {Shown(difference.Actual)}";
        }
    }

    internal static string Shown(string? value) => value is null ? "(nothing)" : value.Length > LongestShown ? $"{value[..LongestShown]} ... ({value.Length} characters)" : value;

    // XML 1.0 has no place for most control characters, and a field may hold any.
    private static string Plain(string text) => new([.. text.Where(c => c is '\n' or '\t' || !char.IsControl(c))]);
}
