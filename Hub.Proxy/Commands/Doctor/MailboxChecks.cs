using Hub.Adapters.Contract;
using Hub.Proxy.Acknowledgements;
using Hub.Proxy.Commands.Probe;

namespace Hub.Proxy.Commands.Doctor;

/// <summary>Whether MESH takes each mailbox that a partner file names.</summary>
internal static class MailboxChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<PartnerFile> partners, TimeProvider time, CancellationToken cancellationToken)
    {
        var found = new List<Finding>();
        foreach (var group in MailboxGroup.Of(partners))
        {
            var check = $"mailbox {group.Settings.MailboxId}";
            var probed = await new MeshProbe(group.Settings, Patience, time).RunAsync(cancellationToken);
            found.Add(probed.FirstOrDefault(f => f.Level == FindingLevel.Bad) is { } bad
                ? Finding.Warn(check, bad.Text, $"{bad.NextStep} `hub endpoint probe {group.First.Id}` looks closer.")
                : Finding.Good(check, probed[0].Text));
        }

        return found;
    }
}
