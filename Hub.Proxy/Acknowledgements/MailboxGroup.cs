using Hub.Adapters.Contract;
using Hub.Adapters.Mailboxes;
using Hub.Adapters.Sources.Mesh;

namespace Hub.Proxy.Acknowledgements;

/// <summary>One mailbox of ours with every partner whose file names it.</summary>
internal sealed record MailboxGroup(MailboxSettings Settings, IReadOnlyList<PartnerFile> Recipients, IReadOnlyList<PartnerFile> Sources)
{
    /// <summary>Changes when anything about the mailbox or its partners does.</summary>
    public string Version => string.Join('|', Recipients.Concat(Sources).Select(p => $"{p.Id}:{p.Hash}"));

    /// <summary>The partner that stands for the mailbox on the operator's list.</summary>
    public PartnerFile First => Recipients.Count > 0 ? Recipients[0] : Sources[0];

    public PartnerFile? SourceOf(string? workflow, string? from) => Sources.FirstOrDefault(s => MeshSourceSettings.Of(s).Takes(workflow, from));

    /// <summary>A recipient in shadow mode was sent nothing, so nothing comes back from it.</summary>
    public static IReadOnlyList<MailboxGroup> Of(IReadOnlyList<PartnerFile> partners) =>
    [
        .. partners.Where(p => p is { Protocol: MailboxSettings.Protocol, Mode: PartnerMode.Live })
            .Select(p => (Partner: p, Settings: MailboxSettings.Of(p))).Where(p => p.Settings is not null)
            .GroupBy(p => p.Settings!.Key, StringComparer.Ordinal)
            .Select(g => new MailboxGroup(
                g.First().Settings!,
                [.. g.Select(p => p.Partner).Where(p => p.Role == PartnerRole.Recipient)],
                [.. g.Select(p => p.Partner).Where(p => p.Role == PartnerRole.Source)])),
    ];
}
