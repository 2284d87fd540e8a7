using System.Security.Cryptography;
using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Microsoft.EntityFrameworkCore;

namespace Hub.Tests.Support;

/// <summary>Makes a store what it would have been before there were keys of contents: everything in clear, under its plain hash, and no key.</summary>
internal static class BeforeKeys
{
    public static async Task MakeAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        await using var context = StoreStart.Context(options);
        foreach (var row in await context.Payloads.ToListAsync(cancellationToken))
        {
            var plain = row.BaseId is { } over ? context.Keys.Read(row, await context.Payloads.SingleAsync(p => p.Id == over, cancellationToken)) : context.Keys.Read(row);
            (long, int)? of = row.BaseId is { } id ? (id, row.Tail!.Value) : null;
            await context.Payloads.Where(p => p.Id == row.Id).ExecuteUpdateAsync(
                set => set.SetProperty(p => p.Content, context.Keys.Opened(new StoredContent(row.Encoding, row.Content, row.KeyId), ContentPlace.Payload(row.Hash, of)).Content)
                    .SetProperty(p => p.KeyId, (string?)null).SetProperty(p => p.Hash, SHA256.HashData(plain)),
                cancellationToken);
        }

        foreach (var row in await context.Persons.ToListAsync(cancellationToken))
        {
            var clear = context.Keys.Opened(new StoredContent(row.Encoding, row.Identity, row.KeyId), ContentPlace.Person(row.Id)).Content;
            await context.Persons.Where(p => p.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.Identity, clear).SetProperty(p => p.KeyId, (string?)null), cancellationToken);
        }

        foreach (var row in await context.EpisodeVersions.ToListAsync(cancellationToken))
        {
            var clear = context.Keys.Opened(new StoredContent(row.Encoding, row.Content, row.KeyId), ContentPlace.EpisodeVersion(row.EpisodeId, row.Version)).Content;
            await context.EpisodeVersions.Where(v => v.EpisodeId == row.EpisodeId && v.Version == row.Version)
                .ExecuteUpdateAsync(set => set.SetProperty(v => v.Content, clear).SetProperty(v => v.KeyId, (string?)null), cancellationToken);
        }

        foreach (var row in await context.Attempts.Where(a => a.Reason != null).ToListAsync(cancellationToken))
        {
            var clear = context.Keys.Reason(row);
            await context.Attempts.Where(a => a.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Reason, clear), cancellationToken);
        }

        await context.ContentKeys.ExecuteDeleteAsync(cancellationToken);
    }
}
