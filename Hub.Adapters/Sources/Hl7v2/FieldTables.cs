namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>Which field is read by which code table of <c>profiles/concept-maps/</c>; for people who ask where a code came from.</summary>
public static class FieldTables
{
    private static readonly Dictionary<string, string[]> Tables = new(StringComparer.Ordinal)
    {
        ["PID-8"] = ["v2-0001-to-administrative-gender"],
        ["PID-32"] = ["nsts-to-nhs-number-verification"],
        ["PV1-2"] = ["v2-0004-to-encounter-class"],
        ["PV1-4"] = ["v2uk-0007-to-admission-method"],
        ["PV1-14"] = ["v2uk-0023-to-source-of-admission"],
        ["PV1-36"] = ["v2uk-0112-to-discharge-method"],
        ["PV1-37"] = ["v2uk-0113-to-discharge-destination"],
        ["ORC-1"] = ["v2-0119-to-medication-change"],
        ["ORC-5"] = ["v2-0038-to-medication-change"],
    };

    public static IEnumerable<string> All => Tables.Values.SelectMany(t => t).Distinct(StringComparer.Ordinal);

    /// <summary>The tables of a field, named with or without occurrence, repetition and component: <c>ORC[2]-1</c>, <c>PID-8.1</c>.</summary>
    public static IReadOnlyList<string> Of(string path)
    {
        var dash = path.IndexOf('-', StringComparison.Ordinal);
        if (dash < 3)
        {
            return [];
        }

        var number = new string([.. path[(dash + 1)..].TakeWhile(char.IsAsciiDigit)]);
        return Tables.GetValueOrDefault($"{path[..3]}-{number}") ?? [];
    }
}
