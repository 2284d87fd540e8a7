using System.Text;
using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;

namespace Hub.Tests.Support;

/// <summary>Everything that stands in a store's tables, as whoever copies the database would read it.</summary>
internal static class RawStore
{
    /// <summary>A file as whoever copies it has it, a character a byte; also while the hub writes to it.</summary>
    public static string Bytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.Latin1, detectEncodingFromByteOrderMarks: false);
        return reader.ReadToEnd();
    }

    /// <summary>Where one of these words stands, as table.column; compressed content cannot be found so, and is none where it is sealed.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(HubDbContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        await context.Database.OpenConnectionAsync(cancellationToken);
        foreach (var table in context.Model.GetEntityTypes().Select(e => e.GetTableName()!))
        {
            await using var command = context.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Names of ours.
            command.CommandText = $"SELECT * FROM {table}";
#pragma warning restore CA2100
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    var text = reader.GetValue(column) switch { byte[] bytes => Encoding.Latin1.GetString(bytes), string said => said, _ => "" };
                    if (words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
                    {
                        found.Add($"{table}.{reader.GetName(column)}");
                    }
                }
            }
        }

        return [.. found];
    }
}
