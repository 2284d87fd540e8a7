using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;

namespace Hub.Adapters.Recipients.FhirRest;

internal enum WriteStyle
{
    /// <summary>One transaction: all of a message or nothing of it.</summary>
    Transaction,

    /// <summary>One resource after the other, for servers that take no transactions. What is there already is found by its identifier, so a broken-off message is resumed.</summary>
    Single,
}

/// <summary>The part of a partner file that FHIR REST reads.</summary>
internal sealed record FhirRestSettings
{
    /// <summary>The server's base address.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>How long one message may take, all its requests together: one second to two minutes.</summary>
    public required TimeSpan Timeout { get; init; }

    public required WriteStyle Style { get; init; }

    /// <summary>Which kinds of resource are written there.</summary>
    public required IReadOnlySet<string> Writes { get; init; }

    /// <summary>False for a server that cannot be searched: then it alone decides whether it knows the person.</summary>
    public required bool CheckPatient { get; init; }

    /// <summary>By which identifiers the server knows people, the best first; the NHS number where the file says nothing.</summary>
    public required IReadOnlyList<string> PatientIdentifiers { get; init; }

    public required HttpAccess Access { get; init; }

    public required OutcomeTable Outcomes { get; init; }

    private static readonly Dictionary<string, WriteStyle> Styles = new() { ["transaction"] = WriteStyle.Transaction, ["single"] = WriteStyle.Single };

    public static (FhirRestSettings? Settings, IReadOnlyList<PartnerProblem> Problems) Read(PartnerFile partner)
    {
        var from = new PartnerSettings(partner.Settings);
        var endpoint = from.RequiredEndpoint("endpoint", "https://host/base");
        var settings = new FhirRestSettings
        {
            Endpoint = endpoint is null ? new Uri("https://missing.invalid") : Base(endpoint),
            Timeout = from.Duration("timeout", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
            Style = from.Choice("style", WriteStyle.Transaction, Styles),
            Writes = Written(from),
            CheckPatient = from.Flag("checkPatient", fallback: true),
            PatientIdentifiers = from.Texts("patientIdentifiers", 500) ?? [Hub.Fhir.Resources.CodeSystems.NhsNumber],
            Access = HttpAccess.Read(from, endpoint),
            Outcomes = OutcomeTable.Of(FhirRestOutcomes.Rows, partner.Outcomes),
        };
        if (settings is { Style: WriteStyle.Single, CheckPatient: false })
        {
            from.Wrong("checkPatient", "is off, and single resources need the server's own id of the person", "true, or \"style\": \"transaction\"");
        }

        IReadOnlyList<PartnerProblem> problems = [.. from.Problems(), .. OutcomeTable.Check(partner.Outcomes, FhirRestOutcomes.IsCode, FhirRestOutcomes.Expected)];
        return (problems.Count == 0 ? settings : null, problems);
    }

    private static HashSet<string> Written(PartnerSettings from)
    {
        var named = from.Texts("writes");
        if (named?.FirstOrDefault(WrittenKinds.AreNeverOurs) is { } theirs)
        {
            from.Wrong("writes", $"names {theirs}, which belongs to the other system and is never written (clinical rule 8)", WrittenKinds.Expected);
        }
        else if (named?.FirstOrDefault(k => !WrittenKinds.All.Contains(k)) is { } unknown)
        {
            from.Wrong("writes", $"names {(unknown.Length > 40 ? "something" : unknown)}, which no message has", WrittenKinds.Expected);
        }
        else if (named is not null && !named.Contains(WrittenKinds.Document) && !named.Contains("Composition"))
        {
            from.Wrong("writes", "leaves out the words that people read", "DocumentReference or Composition among them");
        }

        return [.. named ?? WrittenKinds.Usual];
    }

    private static Uri Base(Uri endpoint) => new(endpoint.AbsoluteUri.TrimEnd('/'));
}
