using System.Security.Cryptography;
using System.Text;
using Hub.Fhir.Events;
using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Access.People;

/// <summary>
/// Whom somebody sees for a reason and a while although they are not theirs to see. On record before anything is shown, an urgent entry for the operators in the
/// same breath, and the same at every node: a row that counts until its time is over.
/// </summary>
internal sealed class BreakGlassBook(IMessageStore store, Func<HubDbContext> open, IOptions<HubOptions> options, TimeProvider time)
{
    /// <summary>Opens one person, or one message that is about nobody known.</summary>
    /// <param name="who">Who asks.</param>
    /// <param name="subject">The person's id, or the message's.</param>
    /// <param name="what">What it is: <c>person</c> or <c>message</c>.</param>
    /// <param name="why">In their words.</param>
    /// <param name="cancellationToken">Stops it before anything is open.</param>
    public async Task OpenAsync(SignedInPerson who, Guid subject, string what, string why, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now + options.Value.People.BreakGlass;
        await store.AuditAsync([new(AuditKind.BreakGlass, who.Actor, $"{what}/{subject}") { Result = $"until {until:yyyy-MM-dd HH:mm:ss} UTC", Reason = why }], cancellationToken);
        await store.AttendAsync(
            new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(now),
                Kind = "break-glass",
                Reason = $"{who.Actor} opened one {what} that is not theirs to see, until {Handovers.Words.London(until)}. Why stands in the audit trail.",
                Owner = "Information governance lead",
                NextStep = "Read the reason (hub audit list), ask if it does not convince, then close this.",
                Urgency = Urgency.Urgent,
                PersonId = what == "person" ? subject : null,
                Subject = $"{who.Subject} {subject}",
            },
            cancellationToken);
        await store.UseOnceAsync(Key(who, subject), until, cancellationToken);
    }

    /// <summary>On record that somebody looked, with a reason, for somebody who is not here.</summary>
    public Task NobodyAsync(SignedInPerson who, string why, CancellationToken cancellationToken) =>
        store.AuditAsync([new(AuditKind.BreakGlass, who.Actor, "person") { Result = "nobody of this number", Reason = why }], cancellationToken);

    /// <summary>Which of these are open to somebody now.</summary>
    public async Task<HashSet<Guid>> OpenedAsync(SignedInPerson who, IReadOnlyList<Guid> subjects, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var keys = subjects.ToDictionary(s => Key(who, s), s => s, StringComparer.Ordinal);
        await using var context = open();
        var found = await context.UsedOnce.Where(u => keys.Keys.Contains(u.UsedKey) && u.Until > now).Select(u => u.UsedKey).ToListAsync(cancellationToken);
        return [.. found.Select(k => keys[k])];
    }

    /// <summary>Everyone who has a number, by its keyed hash; those merged into another are that other.</summary>
    public async Task<IReadOnlyList<Guid>> FindAsync(NhsNumber number, StoreOptions keys, CancellationToken cancellationToken)
    {
        await using var context = open();
        var ids = new HashSet<Guid>();
        foreach (var hash in new IdentifierHasher(keys).ToFind(new PatientRef { NhsNumber = number }))
        {
            ids.UnionWith(await context.PersonIdentifiers.Where(i => i.Hash == hash).Select(i => i.PersonId).ToListAsync(cancellationToken));
        }

        return await context.Persons.Where(p => ids.Contains(p.Id)).Select(p => p.MergedInto ?? p.Id).Distinct().ToListAsync(cancellationToken);
    }

    private static string Key(SignedInPerson who, Guid subject) => "glass-" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{who.Subject} {subject}")));
}
