using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Hub.Proxy.Commands.Bench;

/// <summary>
/// Gives a stopped SQLite store a past: every finished message in it is there again as often as asked, with other ids, persons, lanes and keys and earlier times.
/// Content is shared with the original, so rows and indexes grow as in years of work and the file does not.
/// </summary>
internal static class BenchHistory
{
    // In no particular order: foreign keys are off meanwhile, and every row that is copied has all it refers to copied.
    private static readonly string[] Tables =
        ["person", "person_identifier", "episode_state", "episode_version", "received", "event", "lane", "delivery", "attempt", "acknowledgement"];

    private const string Unfinished = "SELECT count(*) FROM delivery WHERE finished_at IS NULL";

    private static readonly HashSet<string> Guids = ["received_id", "event_id", "person_id", "original_person_id", "delivery_id", "merged_into", "carried_by"];
    private static readonly HashSet<string> UniqueTexts = ["dedupe_key", "message_key", "local_id"];

    /// <summary>True while the hub has something still to send, or an answer still to write down.</summary>
    public static bool HasUnfinished(string database)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ConnectionString);
        connection.Open();
        return Number(connection, Unfinished) > 0;
    }

    /// <summary>Adds finished deliveries until there are at least <paramref name="deliveries"/>; returns how many there are.</summary>
    public static long Fill(string database, long deliveries)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false, DefaultTimeout = 3600 }.ConnectionString);
        connection.Open();
        Execute(connection, "PRAGMA synchronous = OFF");
        Execute(connection, "PRAGMA foreign_keys = OFF");
        if (Number(connection, Unfinished) > 0)
        {
            throw new InvalidOperationException("Work is unfinished in the store: it is not copied.");
        }

        var standing = Number(connection, "SELECT count(*) FROM delivery");
        var copies = (deliveries - standing + standing - 1) / standing;
        List<string> statements = [.. Tables.Select(table => CopyOf(connection, table, copies))]; // all made before the first changes what they count
        Execute(connection, "BEGIN");
        statements.ForEach(statement => Execute(connection, statement));

        Execute(connection, "COMMIT");
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        return Number(connection, "SELECT count(*) FROM delivery");
    }

    private static string CopyOf(SqliteConnection connection, string table, long copies)
    {
        var columns = new List<(string Name, string Type)>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = $"SELECT name, type FROM pragma_table_info('{table}')";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                columns.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"""
            WITH RECURSIVE copy (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copy WHERE k < {copies})
            INSERT INTO {table} ({string.Join(", ", columns.Select(c => c.Name))})
            SELECT {string.Join(", ", columns.Select(c => Expression(connection, table, c.Name, c.Type)))} FROM {table} t CROSS JOIN copy
            """);
    }

    private static string Expression(SqliteConnection connection, string table, string name, string type) => (name, type) switch
    {
        ("id", "TEXT") => OtherGuid(name),
        ("id", _) => OtherNumber(connection, table, name),
        ("lane_id", _) => OtherNumber(connection, "lane", name),
        ("episode_id", _) => OtherNumber(connection, "episode_state", name),
        ("hash", _) when table == "person_identifier" => "CAST(t.hash || printf('%08X', k) AS BLOB)",
        _ when Guids.Contains(name) => OtherGuid(name),
        _ when UniqueTexts.Contains(name) => $"t.{name} || '#' || k",
        (_, "INTEGER") when name.EndsWith("_at", StringComparison.Ordinal) => $"t.{name} - k * 3600000",
        _ => $"t.{name}",
    };

    // The first eight digits of a version 7 id are its time, of which no two in one store have so early a one as the small numbers here.
    private static string OtherGuid(string column) => $"CASE WHEN t.{column} IS NULL THEN NULL ELSE printf('%08X', k) || substr(t.{column}, 9) END";

    private static string OtherNumber(SqliteConnection connection, string table, string column) =>
        $"t.{column} + k * {Number(connection, $"SELECT coalesce(max(id), 0) + 1 FROM {table}").ToString(CultureInfo.InvariantCulture)}";

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 3600;
        command.ExecuteNonQuery();
    }
}
