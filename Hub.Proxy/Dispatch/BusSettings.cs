using Hub.Adapters.Contract;

namespace Hub.Proxy.Dispatch;

/// <summary>What the doorbell rings over. Section <c>Hub:Bus</c>. Nothing is lost without a bus: it only makes delivery sooner on other nodes.</summary>
public sealed class BusSettings
{
    public const string Section = "Hub:Bus";

    /// <summary>memory: inside this process. rabbitmq: between nodes.</summary>
    public BusProvider Provider { get; set; } = BusProvider.Memory;

    /// <summary>RabbitMQ's address with user, password and virtual host (amqp or amqps): <c>Hub:Bus:Connection:FromEnv</c> or <c>...:FromFile</c>.</summary>
    public SecretRef? Connection { get; set; }

    /// <summary>Everything that is wrong, each with the setting's name; never the address itself.</summary>
    public IEnumerable<string> Problems()
    {
        if (Provider == BusProvider.RabbitMq && Address(out var why) is null)
        {
            yield return $"Hub:Bus:Connection: {why}.";
        }
    }

    internal Uri? Address(out string? why)
    {
        why = "name RabbitMQ's address by reference (FromEnv or FromFile)";
        if (Connection is null || !Connection.TryRead(out var text, out why))
        {
            return null;
        }

        var address = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" ? uri : null;
        why = address is null ? $"{Connection} is not an address such as amqps://user:password@host:5671/vhost" : null;
        return address;
    }
}

/// <summary>What carries the bell.</summary>
public enum BusProvider
{
    Memory = 0,
    RabbitMq = 1,
}
