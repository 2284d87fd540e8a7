using System.Data.Common;
using Hub.Proxy.Store.HotPath;
using Npgsql;

namespace Hub.Proxy.Store.Postgres;

/// <summary>
/// A session on PostgreSQL. Statements that nobody asks an outcome of wait for the next that somebody does, and travel with it: one message to the
/// server where there would be many. Reads committed data; rows that must not move are locked by the statements themselves.
/// </summary>
internal sealed class PostgresSession : StoreSession
{
    private const string Clock = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    // A server or role may have been set to acknowledge before the disk has it; and a node that hangs must not keep its locks.
    private const string Manners = """
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
        SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET idle_in_transaction_session_timeout = '15s'
        """;

    private readonly NpgsqlConnection connection;
    private readonly TimeProvider? clock;
    private readonly Dictionary<string, PostgresStatement> statements = new(StringComparer.Ordinal);
    private readonly List<(NpgsqlBatchCommand Command, bool HasRows)> waiting = [];
    private int? savepoint;
    private DateTimeOffset? now;

    public PostgresSession(string connectionString, TimeProvider? clock)
    {
        this.clock = clock;
        connection = new NpgsqlConnection(connectionString);
        try
        {
            connection.Open();
            using var manners = new NpgsqlCommand(Manners, connection);
            manners.ExecuteNonQuery();
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The same through a transaction: what one group does happens at one time.</summary>
    public override DateTimeOffset Now => clock?.GetUtcNow() ?? now ?? ReadClock();

    public override void Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => Keep(sql, values);

    public override void Flush()
    {
        if (waiting.Count == 0)
        {
            return;
        }

        using var batch = TakeBatch();
        batch.ExecuteNonQuery();
    }

    public override void LockLane(long lane) => Execute("SELECT id FROM lane WHERE id = @lane FOR NO KEY UPDATE", ("@lane", lane));

    // An advisory lock, because there is no row yet to lock; its number is the hub's own, and ends with the transaction.
    public override void LockAudit() => Execute("SELECT pg_advisory_xact_lock(4747171)");

    public override void Begin()
    {
        Execute("BEGIN");
        now = clock is null ? ReadClock() : null;
    }

    // A statement that fails ends the transaction unless a savepoint stands before it.
    public override bool NeedsSavepoints => true;

    public override void StartOver()
    {
        waiting.Clear();
        Execute("ROLLBACK");
        Begin();
    }

    public override void BeginItem()
    {
        savepoint = waiting.Count;
        Execute("SAVEPOINT item");
    }

    public override void UndoItem()
    {
        // What was never sent needs no undoing, and must not be sent any more.
        if (savepoint is { } from)
        {
            waiting.RemoveRange(from + 1, waiting.Count - from - 1);
        }
        else
        {
            waiting.Clear();
        }

        Execute("ROLLBACK TO SAVEPOINT item");
    }

    public override void EndItem() => Execute("RELEASE SAVEPOINT item");

    /// <summary>
    /// COMMIT of a transaction that has failed is answered as if all were well, and keeps nothing. It travels behind the last item's RELEASE,
    /// which fails in such a transaction, and the server drops what follows a failure.
    /// </summary>
    public override void Commit()
    {
        Execute("COMMIT");
        now = null;
        Flush();
    }

    public override void Dispose() => connection.Dispose();

    protected override DbDataReader Read(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        Keep(sql, values);
        var before = waiting.Count(kept => kept.HasRows) - 1;
        using var batch = TakeBatch();
        var reader = batch.ExecuteReader();
        for (var skipped = 0; skipped < before; skipped++)
        {
            reader.NextResult();
        }

        return reader;
    }

    private DateTimeOffset ReadClock() => DateTimeOffset.FromUnixTimeMilliseconds(Number(Clock)!.Value);

    private void Keep(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            statement = PostgresStatement.Of(sql);
            statements.Add(sql, statement);
        }

        waiting.Add((statement.Bind(values), statement.HasRows));
    }

    private NpgsqlBatch TakeBatch()
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var (command, _) in waiting)
        {
            batch.BatchCommands.Add(command);
        }

        waiting.Clear();
        savepoint = null;
        return batch;
    }
}
