using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Hub.Adapters.Sources.Hl7v2;

namespace Hub.Proxy.Mapping;

/// <summary>How one field is filled over many messages; never a value.</summary>
/// <param name="Path">The field; occurrences and repetitions taken together.</param>
/// <param name="Messages">Messages in which it is filled.</param>
/// <param name="Share">The same over all messages, 0 to 1.</param>
/// <param name="Distinct">How many different values it has.</param>
internal sealed record FillRate(string Path, int Messages, double Share, int Distinct);

/// <summary>Gathers which fields a sender really fills: a guide says what may come, this says what does.</summary>
internal sealed partial class FillRates
{
    private readonly Dictionary<string, (int Messages, HashSet<ulong> Values)> fields = new(StringComparer.Ordinal);

    public int Messages { get; private set; }

    public void Add(SourceText text)
    {
        Messages++;
        text = text.AsJson();
        var leaves = text.Protocol == Hl7v2SourceSettingsReader.Protocol ? Hl7Leaves.Of(text.Bytes) : JsonLeaves.Of(text.Bytes);
        foreach (var field in leaves.GroupBy(leaf => Positions().Replace(leaf.Path, "")))
        {
            var (messages, values) = fields.GetValueOrDefault(field.Key, (0, []));
            values.UnionWith(field.Select(leaf => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(leaf.Value)))));
            fields[field.Key] = (messages + 1, values);
        }
    }

    public IReadOnlyList<FillRate> Read() =>
        [.. fields.Select(f => new FillRate(f.Key, f.Value.Messages, Messages == 0 ? 0 : (double)f.Value.Messages / Messages, f.Value.Values.Count)).OrderBy(f => f.Path, StringComparer.Ordinal)];

    // PID-3[2].1 and PID-3.1, name[0] and name[1], /lines/0 and /lines/1 are one field.
    [GeneratedRegex(@"\[\d+\]|(?<=/)\d+(?=/|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Positions();
}
