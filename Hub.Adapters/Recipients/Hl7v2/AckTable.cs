namespace Hub.Adapters.Recipients.Hl7v2;

internal enum AckMeaning
{
    Rejected,
    Unavailable,
    Unknown,
}

/// <summary>
/// What a partner's negative acknowledgements mean: receivers differ, so a partner file may override rows under <c>ackTable</c>. A row is a code
/// of table 0008, or a code and an error of table 0357 (<c>AR+207</c>), which goes before the bare code.
/// </summary>
internal sealed class AckTable
{
    private static readonly Dictionary<string, AckMeaning> Standard = new()
    {
        ["AE"] = AckMeaning.Rejected,
        ["AR"] = AckMeaning.Rejected,
        ["AR+207"] = AckMeaning.Unavailable, // application internal error: the same message may be sent again
        ["CE"] = AckMeaning.Rejected,
        ["CR"] = AckMeaning.Rejected,
        ["CR+207"] = AckMeaning.Unavailable,
    };

    private static readonly Dictionary<string, AckMeaning> Choices = new()
    {
        ["rejected"] = AckMeaning.Rejected,
        ["unavailable"] = AckMeaning.Unavailable,
        ["unknown"] = AckMeaning.Unknown,
    };

    private readonly IReadOnlyDictionary<string, AckMeaning> rows;

    private AckTable(IReadOnlyDictionary<string, AckMeaning> rows) => this.rows = rows;

    public static AckTable Read(PartnerSettings settings) => new(settings.Table("ackTable", Standard, Choices, IsRow));

    /// <summary>Unknown for a code that no table has.</summary>
    public AckMeaning For(string code, IEnumerable<string> errors)
    {
        foreach (var error in errors)
        {
            if (rows.TryGetValue($"{code}+{error}", out var precise))
            {
                return precise;
            }
        }

        return rows.TryGetValue(code, out var meaning) ? meaning : AckMeaning.Unknown;
    }

    // AA is in no table: what acceptance is, a file cannot change.
    private static bool IsRow(string key) =>
        key.Length >= 2 && key[..2] is "AE" or "AR" or "CE" or "CR" && (key.Length == 2 || (key.Length == 6 && key[2] == '+' && key[3..].All(char.IsAsciiDigit)));
}
