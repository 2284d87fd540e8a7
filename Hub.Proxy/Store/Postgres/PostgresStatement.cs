using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace Hub.Proxy.Store.Postgres;

/// <summary>A statement of the hot path as PostgreSQL takes it: places instead of names, and its clauses for several writers.</summary>
internal sealed partial class PostgresStatement
{
    private readonly NpgsqlDbType?[] types;

    private PostgresStatement(string text, List<string> names)
    {
        Text = text;
        Names = names;
        types = new NpgsqlDbType?[names.Count];
        HasRows = Returns(text);
    }

    /// <summary>As PostgreSQL reads it.</summary>
    public string Text { get; }

    /// <summary>The name of each place, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>True where it answers with rows, be there any or none.</summary>
    public bool HasRows { get; }

    public static PostgresStatement Of(string sql)
    {
        var names = new List<string>();
        var text = Parameters().Replace(OnlyHere().Replace(sql, "$1"), name =>
        {
            var place = names.IndexOf(name.Value);
            if (place < 0)
            {
                place = names.Count;
                names.Add(name.Value);
            }

            return "$" + (place + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        });
        return new PostgresStatement(text, names);
    }

    public NpgsqlBatchCommand Bind(ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = new NpgsqlBatchCommand(Text);
        for (var place = 0; place < Names.Count; place++)
        {
            command.Parameters.Add(ToParameter(place, Find(values, Names[place])));
        }

        return command;
    }

    // A value that is missing has no type: it keeps the one that the same place had before, so that the statement stays prepared as it is.
    private NpgsqlParameter ToParameter(int place, object? value)
    {
        (NpgsqlDbType? type, object column) = value switch
        {
            null => (types[place], (object)DBNull.Value),
            DateTimeOffset time => (NpgsqlDbType.Bigint, time.ToUnixTimeMilliseconds()),
            Enum number => (NpgsqlDbType.Bigint, Convert.ToInt64(number, System.Globalization.CultureInfo.InvariantCulture)),
            int number => (NpgsqlDbType.Bigint, (long)number),
            long => (NpgsqlDbType.Bigint, value),
            bool => (NpgsqlDbType.Boolean, value),
            Guid => (NpgsqlDbType.Uuid, value),
            string text => (NpgsqlDbType.Text, Storable(text)),
            byte[] => (NpgsqlDbType.Bytea, value),
            DateOnly => (NpgsqlDbType.Date, value),
            _ => throw new NotSupportedException($"No column holds a {value.GetType().Name}."),
        };
        types[place] ??= type;
        return type is { } known ? new NpgsqlParameter { NpgsqlDbType = known, Value = column } : new NpgsqlParameter { Value = column };
    }

    // What a text column cannot hold, and a sender may yet write: NUL, and half a surrogate pair.
    private static string Storable(string text) => !text.Contains('\0', StringComparison.Ordinal) && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
        ? text
        : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    private static object? Find(ReadOnlySpan<(string Name, object? Value)> values, string name)
    {
        foreach (var (candidate, value) in values)
        {
            if (candidate == name)
            {
                return value;
            }
        }

        throw new InvalidOperationException($"The statement needs {name}.");
    }

    // A statement that changes rows answers some only by RETURNING, a WITH before it or not; read as if it did, what it changed is not counted.
    private static bool Returns(string text) => Answers().IsMatch(text)
        || text.StartsWith("SELECT", StringComparison.Ordinal) || (text.StartsWith("WITH", StringComparison.Ordinal) && !Changes().IsMatch(text));

    [GeneratedRegex(@"\b(UPDATE|INSERT INTO|DELETE FROM)\b")]
    private static partial Regex Changes();

    [GeneratedRegex(@"\bRETURNING\b")]
    private static partial Regex Answers();

    [GeneratedRegex("@[A-Za-z]+")]
    private static partial Regex Parameters();

    // Written as a comment to every other database.
    [GeneratedRegex(@"/\*\+postgres (.*?) \*/")]
    private static partial Regex OnlyHere();
}
