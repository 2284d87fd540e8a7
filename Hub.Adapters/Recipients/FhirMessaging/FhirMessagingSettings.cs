using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients.FhirMessaging;

/// <summary>The part of a partner file that FHIR messaging reads.</summary>
internal sealed record FhirMessagingSettings
{
    /// <summary>The partner's $process-message endpoint.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>How long to wait for one whole answer before the outcome is Unknown: one second to two minutes.</summary>
    public required TimeSpan Timeout { get; init; }

    public required FhirOutcomeTable Outcomes { get; init; }

    public static (FhirMessagingSettings? Settings, IReadOnlyList<PartnerProblem> Problems) Read(PartnerFile partner)
    {
        var settings = new PartnerSettings(partner.Settings);
        var endpoint = settings.RequiredEndpoint("endpoint");
        var timeout = settings.Duration("timeout", TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        var outcomes = FhirOutcomeTable.Read(settings);

        // Patient data crosses a network in clear text only where somebody wrote that down.
        if (!settings.Flag("allowPlainHttp") && endpoint is { Scheme: "http", IsLoopback: false })
        {
            settings.Wrong("endpoint", "is plain http to another machine", "https, or \"allowPlainHttp\": true where the network itself is encrypted");
        }

        var problems = settings.Problems();
        return problems.Count > 0 || endpoint is null
            ? (null, problems)
            : (new FhirMessagingSettings { Endpoint = endpoint, Timeout = timeout, Outcomes = outcomes }, problems);
    }
}
