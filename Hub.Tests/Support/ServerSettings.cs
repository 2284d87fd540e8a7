using System.Globalization;

namespace Hub.Tests.Support;

/// <summary>Settings of a hub on PostgreSQL and RabbitMQ, with their secrets in files as an operator keeps them.</summary>
internal static class ServerSettings
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("hub-secrets-").FullName;
    private static int files;

    public static Dictionary<string, string?> Of(string? database, Uri? bus)
    {
        var settings = new Dictionary<string, string?>();
        if (database is not null)
        {
            settings["Hub:Store:Provider"] = "postgres";
            settings["Hub:Store:Connection:FromFile"] = Keep(database);
            settings["Hub:Store:IdentifierKey:FromFile"] = Keep(Convert.ToBase64String(new byte[32]));
        }

        if (bus is not null)
        {
            settings["Hub:Bus:Provider"] = "rabbitmq";
            settings["Logging:LogLevel:MassTransit"] = "None"; // each attempt to find a broker that a test has stopped
            settings["Hub:Bus:Connection:FromFile"] = Keep(bus.ToString());
        }

        return settings;
    }

    private static string Keep(string secret)
    {
        var path = Path.Combine(Folder, Interlocked.Increment(ref files).ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(path, secret + "\n");
        return path;
    }
}
