using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;

namespace Hub.Adapters.Recipients.FhirMessaging;

/// <summary>The part of a partner file that FHIR messaging reads.</summary>
internal sealed record FhirMessagingSettings
{
    /// <summary>The partner's $process-message endpoint.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>How long to wait for one whole answer before the outcome is Unknown: one second to two minutes.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Certificates and credentials.</summary>
    public required HttpAccess Access { get; init; }

    public required OutcomeTable Outcomes { get; init; }

    /// <summary>How long silence is expected after a 202, where this partner answers later by a message of its own; null where it answers at once, and 202 says nothing.</summary>
    public TimeSpan? AnswersWithin { get; init; }

    public AskAsync AskAsync { get; init; }

    /// <summary>The MessageHeader.source.endpoint of its answers, where they name their sender so.</summary>
    public required IReadOnlyList<string> AnswersFrom { get; init; }

    public static (FhirMessagingSettings? Settings, IReadOnlyList<PartnerProblem> Problems) Read(PartnerFile partner)
    {
        var settings = new PartnerSettings(partner.Settings);
        var endpoint = settings.RequiredEndpoint("endpoint");
        var timeout = settings.Duration("timeout", TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));

        var access = HttpAccess.Read(settings, endpoint);
        var (within, ask) = ReadLater(settings);
        var from = settings.Texts("answersFrom");
        IReadOnlyList<PartnerProblem> problems = [.. settings.Problems(), .. OutcomeTable.Check(partner.Outcomes, FhirOutcomes.IsCode, FhirOutcomes.Expected)];
        return problems.Count > 0 || endpoint is null
            ? (null, problems)
            : (new FhirMessagingSettings { Endpoint = endpoint, Timeout = timeout, Access = access, Outcomes = OutcomeTable.Of(FhirOutcomes.Rows, partner.Outcomes), AnswersWithin = within, AskAsync = ask, AnswersFrom = from ?? [endpoint.AbsoluteUri, endpoint.OriginalString] }, problems);
    }

    private static (TimeSpan? Within, AskAsync Ask) ReadLater(PartnerSettings settings)
    {
        var later = settings.Choice("answers", false, new Dictionary<string, bool> { ["now"] = false, ["later"] = true });
        var within = settings.Duration("answersWithin", TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
        var ask = settings.Choice("askAsync", AskAsync.No, new Dictionary<string, AskAsync> { ["no"] = AskAsync.No, ["prefer"] = AskAsync.Prefer, ["query"] = AskAsync.Query });
        if (later && !settings.Has("answersWithin"))
        {
            settings.Wrong("answersWithin", "is missing: nobody would notice that no answer comes", "\"d.hh:mm:ss\", the longest silence that is no alarm");
        }

        foreach (var name in (ReadOnlySpan<string>)["answersWithin", "askAsync"])
        {
            if (!later && settings.Has(name))
            {
                settings.Wrong(name, "has no meaning here", "only beside answers: later");
            }
        }

        return (later ? within : null, ask);
    }
}

/// <summary>How a partner is asked to answer later (FHIR R4, $process-message and 3.1.6 Asynchronous Request Pattern).</summary>
internal enum AskAsync
{
    /// <summary>It need not be asked.</summary>
    No,

    /// <summary>By the header <c>Prefer: respond-async</c>.</summary>
    Prefer,

    /// <summary>By <c>?async=true</c>, with the hub's own address as <c>response-url</c> where one is set.</summary>
    Query,
}
