using System.Globalization;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Proxy.Store.HotPath;
using Hub.Proxy.Store.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Hub.Bench;

/// <summary>
/// The same questions to a store with a handful of open obligations and to one with many: a page of the worklist, and what the sweeper does when nothing has run out and when one clock
/// has. What grows with the store is a fault; the ratio says so.
/// </summary>
internal static class OpenObligations
{
    private const int Handful = 100;
    private const int Rounds = 200;

    public static async Task<string> MeasureAsync(int many, TimeProvider time)
    {
        var small = await FilledAsync(Handful, time);
        var large = await FilledAsync(many, time);
        try
        {
            var lines = new List<string> { $"{many} open obligations beside {Handful}, SQLite, medians of {Rounds} turns.", "", "| question | us, few | us, many | ratio |", "|---|---|---|---|" };
            foreach (var (name, ask) in Questions(time))
            {
                var (few, lots) = (await MedianAsync(small, ask, time), await MedianAsync(large, ask, time));
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"| {name} | {few:F0} | {lots:F0} | {lots / few:F2} |"));
            }

            return string.Join('\n', lines) + "\n";
        }
        finally
        {
            Directory.Delete(small, recursive: true);
            Directory.Delete(large, recursive: true);
        }
    }

    private static IEnumerable<(string Name, Func<Subject, Task> Ask)> Questions(TimeProvider time)
    {
        var now = time.GetUtcNow();
        yield return ("first page of the worklist", s => s.Book.WorklistAsync(new WorklistRequest(null, null, null, null, 50), default));
        yield return ("a later page", s => s.Book.WorklistAsync(new WorklistRequest(null, null, null, (now.AddHours(1), Guid.Empty), 50), default));
        yield return ("one partner's page", s => s.Book.WorklistAsync(new WorklistRequest("partner7", null, null, null, 50), default));
        yield return ("one episode's", s => s.Book.WorklistAsync(new WorklistRequest(null, 1, null, null, 50), default));
        yield return ("sweeper, nothing has run out", async s =>
        {
            await s.Store.TellOverdueAsync(s.Ladder.Next, 50, default);
            await s.Store.NextClockAsync(default);
        });
    }

    private static async Task<double> MedianAsync(string folder, Func<Subject, Task> ask, TimeProvider time)
    {
        var options = StoreOptions.InDirectory(folder, "RXX");
        using var store = new MessageStore(new SqliteDatabase(options, time), options, time);
        var subject = new Subject(new HandoverBook(() => StoreStart.Context(options), HandoverRules.Default), store, new Ladder(HandoverRules.Default, Rota.None));
        var taken = new List<double>();
        for (var round = -20; round < Rounds; round++)
        {
            var began = time.GetTimestamp();
            await ask(subject);
            if (round >= 0)
            {
                taken.Add(time.GetElapsedTime(began).TotalMicroseconds);
            }
        }

        return taken.Order().ElementAt(Rounds / 2);
    }

    /// <summary>Numbers only, nobody's: each obligation is due in an hour or later, of one of fifty partners.</summary>
    private static async Task<string> FilledAsync(int open, TimeProvider time)
    {
        var folder = Directory.CreateTempSubdirectory("hub-bench-").FullName;
        var options = StoreOptions.InDirectory(folder, "RXX");
        await StoreStart.MigrateAsync(options, default);
        await using var context = StoreStart.Context(options);
        await context.Database.OpenConnectionAsync();
        await context.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = OFF");
        var due = time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds();
        await context.Database.ExecuteSqlAsync($"""
            WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {open})
            INSERT INTO obligation (id, organisation, person_id, episode_id, episode_version, event_id, kind, subject, actor, chaser, partner_id, state, starts_at, due_at, clock, urgent, never_paused,
                rungs_told, next_clock_at, fingerprint, version, opened_at, changed_at)
            SELECT printf('%08X-0000-0000-0000-000000000000', n), 'RXX', printf('%08X-0000-0000-0000-000000000000', n / 5), n / 5, 1, printf('%08X-0000-0000-0000-000000000000', n / 5), n % 20, 's', 0, 'c',
                'partner' || (n % 50), 2, {due}, {due} + n * 1000, 'c', 0, 0, 0, {due} + n * 1000, n, 1, {due}, {due} FROM n
            """);
        await context.Database.ExecuteSqlRawAsync("ANALYZE");
        return folder;
    }

    private sealed record Subject(HandoverBook Book, MessageStore Store, Ladder Ladder);
}
