using System.Security.Cryptography;
using System.Text;
using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Access.People;

/// <summary>Sessions that were ended before their time: a cookie that somebody has kept is good for nothing then, at no node.</summary>
internal sealed class PersonSessions(IMessageStore store, Func<HubDbContext> open, IOptions<HubOptions> options, TimeProvider time)
{
    public Task EndAsync(SignedInPerson who, CancellationToken cancellationToken) => store.UseOnceAsync(Key(who), who.SignedInAt + options.Value.People.Longest, cancellationToken);

    /// <summary>Whether a session goes on: it is not too old, and was not ended.</summary>
    public async Task<bool> GoesOnAsync(SignedInPerson who, CancellationToken cancellationToken)
    {
        var age = time.GetUtcNow() - who.SignedInAt;
        if (age > options.Value.People.Longest || age < -TimeSpan.FromMinutes(5))
        {
            return false;
        }

        var key = Key(who);
        await using var context = open();
        return !await context.UsedOnce.AnyAsync(u => u.UsedKey == key, cancellationToken);
    }

    private static string Key(SignedInPerson who) => "ended-" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(who.SessionId)));
}
