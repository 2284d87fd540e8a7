using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients;

/// <summary>A protocol's outcome rows with one partner's laid over them.</summary>
internal sealed class OutcomeTable
{
    private readonly Dictionary<string, OutcomeRow> rows;

    private OutcomeTable(Dictionary<string, OutcomeRow> rows) => this.rows = rows;

    public static OutcomeTable Of(IReadOnlyList<OutcomeRow> standard, IReadOnlyList<OutcomeOverride> overrides)
    {
        var rows = standard.ToDictionary(r => r.Code, StringComparer.OrdinalIgnoreCase);
        foreach (var row in overrides)
        {
            rows[row.Code] = new OutcomeRow(row.Code, row.Means, row.Because ?? "this partner's file");
        }

        return new OutcomeTable(rows);
    }

    /// <summary>What is wrong with a partner's rows: a code that the protocol cannot have, or one said twice.</summary>
    public static IEnumerable<PartnerProblem> Check(IReadOnlyList<OutcomeOverride> overrides, Func<string, bool> isCode, string expected)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < overrides.Count; i++)
        {
            if (!isCode(overrides[i].Code))
            {
                yield return new PartnerProblem($"/outcomes/{i}/code", "is no code that a table can say anything about", expected);
            }
            else if (!seen.Add(overrides[i].Code))
            {
                yield return new PartnerProblem($"/outcomes/{i}/code", "stands twice", "one row a code");
            }
        }
    }

    /// <summary>Null for a code that no row has.</summary>
    public OutcomeRow? Find(string code) => rows.GetValueOrDefault(code);

    /// <summary>
    /// What several codes of one answer say together: that the person is not theirs, if any says so; else what all of them say. Codes that
    /// disagree, or of which one is in no row, say nothing.
    /// </summary>
    public OutcomeRow? Find(IReadOnlyCollection<string> codes)
    {
        var found = codes.Select(Find).ToList();
        return found.FirstOrDefault(r => r?.Means == OutcomeMeaning.NotOurPatient)
            ?? (found.Count > 0 && found.All(r => r is not null && r.Means == found[0]?.Means) ? found[0] : null);
    }

    public static DeliveryOutcome ToOutcome(OutcomeRow row, string reason, TimeSpan? retryAfter) => row.Means switch
    {
        OutcomeMeaning.Rejected => new Rejected(reason) { Code = row.Code },
        OutcomeMeaning.NotOurPatient => new Rejected(reason) { Code = row.Code, NotOurPatient = true },
        OutcomeMeaning.Unavailable => new Unavailable(reason, retryAfter),
        OutcomeMeaning.PartnerRefusesUs => new PartnerRefusesUs(reason),
        _ => new Unknown(reason),
    };
}
