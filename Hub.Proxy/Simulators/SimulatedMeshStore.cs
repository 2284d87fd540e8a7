using System.Globalization;
using System.IO.Compression;

namespace Hub.Proxy.Simulators;

/// <summary>What a scripted MESH holds: mailboxes, and every message that passed, in the order of its coming.</summary>
public sealed class SimulatedMeshStore
{
    private readonly Lock gate = new();
    private readonly List<SimulatedMeshMessage> messages = [];
    private readonly HashSet<string> mailboxes = new(StringComparer.Ordinal) { "X26ABC1", "X26ABC2", "X26ABC3" };
    private int last;

    /// <summary>Where messages for the practice of a person go, by NHS number; X26ABC2 where nothing is said.</summary>
    public Dictionary<string, string> Practices { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<SimulatedMeshMessage> All
    {
        get
        {
            lock (gate)
            {
                return [.. messages];
            }
        }
    }

    public bool HasMailbox(string id)
    {
        lock (gate)
        {
            return mailboxes.Contains(id);
        }
    }

    public IReadOnlyList<string> Mailboxes
    {
        get
        {
            lock (gate)
            {
                return [.. mailboxes];
            }
        }
    }

    public void AddMailbox(string id)
    {
        lock (gate)
        {
            mailboxes.Add(id);
        }
    }

    /// <summary>The mailbox an address means; null where none takes it.</summary>
    public string? Resolve(string to)
    {
        if (!to.StartsWith("GPPROVIDER_", StringComparison.Ordinal))
        {
            return HasMailbox(to) ? to : null;
        }

        var number = to.Split('_') is [_, var nhs, ..] ? nhs : "";
        return Practices.TryGetValue(number, out var practice) ? practice : "X26ABC2";
    }

    public SimulatedMeshMessage? Find(string id)
    {
        lock (gate)
        {
            return messages.Find(m => m.Id == id);
        }
    }

    public IReadOnlyList<SimulatedMeshMessage> OfLocalId(string mailbox, string localId)
    {
        lock (gate)
        {
            return [.. messages.Where(m => m.From == mailbox && m.LocalId == localId)];
        }
    }

    /// <summary>What waits in a mailbox.</summary>
    public IReadOnlyList<SimulatedMeshMessage> Inbox(string mailbox)
    {
        lock (gate)
        {
            return [.. messages.Where(m => m.To == mailbox && m.Status == "accepted")];
        }
    }

    public string NextId()
    {
        lock (gate)
        {
            return string.Create(CultureInfo.InvariantCulture, $"20260501T{++last:D8}_SIM");
        }
    }

    public void Add(SimulatedMeshMessage message)
    {
        lock (gate)
        {
            messages.Add(message);
        }
    }

    /// <summary>Puts a message into a mailbox as another party's system would; in parts, each compressed, where <paramref name="partSize"/> is given.</summary>
    public SimulatedMeshMessage Deliver(string to, string from, string workflow, ReadOnlyMemory<byte> body, int? partSize = null)
    {
        var parts = partSize is { } size ? Math.Max(1, (body.Length + size - 1) / size) : 1;
        var message = new SimulatedMeshMessage { Id = NextId(), From = from, To = to, Workflow = workflow, Parts = parts, Compressed = partSize is not null };
        for (var n = 1; n <= parts; n++)
        {
            var slice = partSize is { } each ? body[((n - 1) * each)..Math.Min(n * each, body.Length)] : body;
            message.Content[n] = partSize is null ? slice.ToArray() : Packed(slice);
        }

        Add(message);
        return message;
    }

    /// <summary>MESH's own report of a message that it could not deliver, into its sender's mailbox.</summary>
    public void ReportOn(SimulatedMeshMessage message, string code, string words)
    {
        message.Status = "undeliverable";
        message.Failure = (code, words);
        Add(new SimulatedMeshMessage { Id = NextId(), From = "", To = message.From, Workflow = message.Workflow, LocalId = message.LocalId, Parts = 1, Report = (code, words, message.Id) });
    }

    private static byte[] Packed(ReadOnlyMemory<byte> slice)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(slice.Span);
        }

        return packed.ToArray();
    }
}
