using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;

namespace Hub.Proxy.Handovers;

/// <summary>How long something may take, and who says so.</summary>
/// <param name="Key">Its name in duties and on obligations.</param>
/// <param name="Minutes">From the start of the obligation; 0 where the sender's own date is the deadline.</param>
/// <param name="Source">Where the figure comes from.</param>
/// <param name="Before">True where the minutes are counted back from the sender's date: a notice that is due before the day.</param>
public sealed record ClockRule(string Key, int Minutes, string Source, bool Before = false)
{
    /// <summary>True where it says nothing without a date of the sender's.</summary>
    public bool NeedsDate => Before || Minutes == 0;
}

/// <summary>One step of the ladder: a role, and how long after the deadline it is told.</summary>
public sealed record LadderRung(string Role, int AfterMinutes);

/// <summary>By when an obligation of one kind is due and who chases it.</summary>
public sealed record DutyRule
{
    public required ObligationKind Kind { get; init; }

    /// <summary>False: this trust does not follow obligations of this kind.</summary>
    public bool Enabled { get; init; } = true;

    public required string Clock { get; init; }

    /// <summary>The clock where the sender gave no date.</summary>
    public string? Otherwise { get; init; }

    /// <summary>The clock where a risk is identified, or was not stated (clinical rule 15).</summary>
    public string? AtRisk { get; init; }

    public required string Chaser { get; init; }
}

/// <summary>
/// What follows from an event of care, by when, and who is told when nobody answers: data, so that a trust can change it and answer for it. Shipped in
/// <c>profiles/rules/handover/handover.json</c>; a file of the same name in <c>Hub:RulesDirectory</c> stands in its place.
/// </summary>
public sealed record HandoverRules
{
    public const string FileName = "handover.json";
    private const string Shipped = "profiles/rules/handover/" + FileName;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    public required string Id { get; init; }

    /// <summary>Who answers for these figures.</summary>
    public required string Owner { get; init; }
    public string? Note { get; init; }
    public required IReadOnlyList<ClockRule> Clocks { get; init; }
    public required IReadOnlyList<LadderRung> Ladder { get; init; }

    /// <summary>After the last rung it is told again this often, for as long as it is open: silence is never taken for an end.</summary>
    public required int RepeatMinutes { get; init; }
    public required IReadOnlyList<DutyRule> Duties { get; init; }

    /// <summary>Other deadlines for one recipient organisation, as was agreed with it.</summary>
    public IReadOnlyList<DutyOverride> Overrides { get; init; } = [];

    /// <summary>Who answers for a person between two teams, movement by movement; a movement that is not here has no rule, and that is said.</summary>
    public IReadOnlyList<GapRule> Gaps { get; init; } = [];

    /// <summary>For how long after a discharge the person may reach the crisis team without a new referral: the clock of this key.</summary>
    public const string DirectContactClock = "direct-contact";

    /// <summary>The trust's file where its rules directory has one, else the shipped one.</summary>
    /// <exception cref="JsonException">The file is not right; the text names the file and what would be.</exception>
    public static HandoverRules Open(string? rulesDirectory)
    {
        var path = rulesDirectory is null ? null : Path.Combine(rulesDirectory, "handover", FileName);
        return path is not null && File.Exists(path) ? Read(File.ReadAllBytes(path), path) : Default;
    }

    /// <summary>The rules that the hub ships.</summary>
    public static HandoverRules Default { get; } = ReadShipped();

    /// <exception cref="JsonException">The bytes are no such rules.</exception>
    public static HandoverRules Read(ReadOnlySpan<byte> json, string file)
    {
        HandoverRules rules;
        try
        {
            rules = JsonSerializer.Deserialize<HandoverRules>(json, Json) ?? throw new JsonException("null is no rule file");
        }
        catch (JsonException fault)
        {
            throw new JsonException($"{file}, line {fault.LineNumber + 1}, {fault.Path}: {fault.Message}", fault);
        }

        return rules.Faults().FirstOrDefault() is { } wrong ? throw new JsonException($"{file}: {wrong}") : rules;
    }

    public DutyRule? For(ObligationKind kind) => Duties.FirstOrDefault(d => d.Kind == kind && d.Enabled);

    /// <summary>The rule of a kind as it was agreed with one organisation; the trust's own where nothing was, or nobody knows the organisation.</summary>
    public DutyRule? For(ObligationKind kind, OdsCode? organisation) => For(kind) is not { } rule ? null
        : organisation is { } code && Overrides.FirstOrDefault(o => o.Kind == kind && o.Organisation == code) is { } agreed ? agreed.Over(rule) : rule;

    public ClockRule Clock(string key) => Clocks.First(c => c.Key == key);

    public ClockRule? FindClock(string key) => Clocks.FirstOrDefault(c => c.Key == key);

    /// <summary>Who answers in the gap of one discharge or transfer; null where no rule is set, or the rule's review was due before.</summary>
    public GapRule? GapFor(GapMovement movement, ClinicalTime at) => Gaps.FirstOrDefault(g => g.Movement == movement && g.ReviewOn >= at.Date);

    /// <summary>What is wrong with the rules, each with what would be right.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var duty in Duties)
        {
            foreach (var key in new[] { duty.Clock, duty.Otherwise, duty.AtRisk }.OfType<string>().Where(key => Clocks.All(c => c.Key != key)))
            {
                yield return $"duties, {duty.Kind}: there is no clock {key}. One of {string.Join(", ", Clocks.Select(c => c.Key))}.";
            }

            if (Clocks.FirstOrDefault(c => c.Key == duty.Clock) is { NeedsDate: true } && duty.Otherwise is null)
            {
                yield return $"duties, {duty.Kind}: the clock {duty.Clock} goes by the sender's date; write otherwise, for when there is none.";
            }

            if (Clocks.FirstOrDefault(c => c.Key == duty.Otherwise) is { NeedsDate: true })
            {
                yield return $"duties, {duty.Kind}: otherwise is {duty.Otherwise}, which goes by the sender's date too; name a clock with minutes of its own.";
            }
        }

        foreach (var fault in Overrides.SelectMany(o => o.Faults(this)).Concat(Gaps.SelectMany(g => g.Faults())))
        {
            yield return fault;
        }

        foreach (var twice in Overrides.GroupBy(o => (o.Organisation, o.Kind)).Where(g => g.Count() > 1).Select(g => $"overrides: {g.Key.Kind} of {g.Key.Organisation.Value} comes twice.")
            .Concat(Gaps.GroupBy(g => g.Movement).Where(g => g.Count() > 1).Select(g => $"gaps: {g.Key} comes twice.")))
        {
            yield return twice;
        }

        if (For(ObligationKind.DeathConfirmed) is null)
        {
            yield return "duties: death-confirmed is missing or switched off; a reported death would hold clocks, and nobody would be asked to confirm it.";
        }

        foreach (var twice in Duties.GroupBy(d => d.Kind).Where(g => g.Count() > 1).Select(g => $"duties: {g.Key} comes twice."))
        {
            yield return twice;
        }

        if (Ladder.Count == 0 || Ladder[0].AfterMinutes != 0 || Ladder.Zip(Ladder.Skip(1)).Any(pair => pair.Second.AfterMinutes <= pair.First.AfterMinutes))
        {
            yield return "ladder: the first rung is told at the deadline (afterMinutes 0), each other later than the one before.";
        }

        if (RepeatMinutes is < 15 or > 1440)
        {
            yield return "repeatMinutes: from 15 to 1440; nobody may be left in silence for more than a day.";
        }

        if (Clocks.Any(c => c.Minutes is < 0 or > 60 * 24 * 60))
        {
            yield return "clocks: minutes from 0 to 60 days.";
        }
    }

    private static HandoverRules ReadShipped()
    {
        using var stream = typeof(MonitoringRules).Assembly.GetManifestResourceStream(Shipped) ?? throw new InvalidOperationException($"{Shipped} is not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Read(bytes, Shipped);
    }
}
