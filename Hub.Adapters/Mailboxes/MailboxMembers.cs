using Hub.Adapters.Contract;
using Hub.Adapters.Recipients;

namespace Hub.Adapters.Mailboxes;

/// <summary>What a source's file says beside the mailbox itself.</summary>
internal static class MailboxMembers
{
    /// <summary>Where the settings of its FHIR messages stand.</summary>
    public const string Messages = "messages";

    public static (IReadOnlyList<string> Workflows, string? From, IReadOnlyList<string> Itk3)? Source(PartnerFile partner)
    {
        var settings = new PartnerSettings(partner.Settings);
        return settings.Texts("workflows") is { } workflows ? (workflows, settings.Text("from"), settings.Texts("itk3Workflows") ?? []) : null;
    }

    public static IReadOnlyList<PartnerProblem> CheckSource(PartnerFile partner)
    {
        var settings = new PartnerSettings(partner.Settings);
        MailboxSettings.Read(settings);
        if (settings.Texts("workflows") is null && !settings.Has("workflows"))
        {
            settings.Wrong("workflows", "is missing", "the workflow ids of its events: [ \"...\" ]");
        }

        settings.Text("from", 32);
        settings.Texts("itk3Workflows");
        settings.Has(Messages); // judged by its own check
        return settings.Problems();
    }
}
