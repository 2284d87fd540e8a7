using Hub.Adapters.Contract;
using Hub.Proxy.Access.People;
using Hub.Proxy.Store;

namespace Hub.Proxy.Access;

/// <summary>
/// Writes sign-ins and refusals to the audit trail. Refusals are the work of whoever is refused: of more than so many in a minute only the number is kept, so that
/// nobody fills the store by being turned away.
/// </summary>
internal sealed class AccessRecord(IMessageStore store, TimeProvider time)
{
    private const int MostAMinute = 60;
    private readonly Lock gate = new();
    private DateTimeOffset minute;
    private int written;
    private int left;

    public Task SignedInAsync(string partnerId, string kid, CancellationToken cancellationToken) =>
        store.AuditAsync([new(AuditKind.SignIn, partnerId, $"key/{kid}")], cancellationToken);

    public Task PersonSignedInAsync(SignedInPerson person, CancellationToken cancellationToken) =>
        store.AuditAsync([new(AuditKind.SignIn, person.Actor, "console") { Result = string.Join(", ", person.Roles) }], cancellationToken);

    public Task PersonSignedOutAsync(SignedInPerson person, CancellationToken cancellationToken) =>
        store.AuditAsync([new(AuditKind.SignOut, person.Actor, "console")], cancellationToken);

    public async Task RefusedAsync(string who, string what, string code, CancellationToken cancellationToken)
    {
        var entries = new List<AuditEntry>(2);
        lock (gate)
        {
            var now = time.GetUtcNow();
            if ((now - minute).Duration() >= TimeSpan.FromMinutes(1))
            {
                if (left > 0)
                {
                    entries.Add(new(AuditKind.Refuse, "several", "access") { Result = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{left} more refusals since {minute:HH:mm:ss} UTC") });
                }

                (minute, written, left) = (now, 0, 0);
            }

            if (written == MostAMinute)
            {
                left++;
                return;
            }

            written++;
        }

        entries.Add(new(AuditKind.Refuse, who, what) { Result = code });
        try
        {
            await store.AuditAsync(entries, cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            // It is refused all the same, and stands in the log.
        }
    }
}
