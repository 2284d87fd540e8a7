using System.Security.Cryptography;
using Hub.Adapters.Contract;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>From bytes to all that intake needs: the pure half of the source, which <c>hub try</c> uses too.</summary>
public static class Hl7v2MessageReader
{
    public const string MediaType = "x-application/hl7-v2+er7";

    /// <summary>Reads the content of one frame or file: one message, or the messages of a batch in their order.</summary>
    public static IReadOnlyList<Hl7v2Received> ReadAll(ReadOnlyMemory<byte> content, IReadOnlyList<Hl7v2Source> sources, DateTimeOffset receivedAt)
    {
        var messages = Hl7Batch.Split(content);

        // A batch without a message is kept whole as what it is: not a message.
        return messages.Count == 0 ? [Read(content, sources, receivedAt)] : [.. messages.Select(m => Read(m, sources, receivedAt))];
    }

    /// <summary>Reads one message. Never throws for what its bytes are.</summary>
    public static Hl7v2Received Read(ReadOnlyMemory<byte> bytes, IReadOnlyList<Hl7v2Source> sources, DateTimeOffset receivedAt)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (!Hl7Header.TryRead(bytes.Span, out var header))
        {
            var fault = new Hl7Fault("not-hl7", "MSH", "The content does not begin with an MSH segment that declares its delimiters.");
            return new Hl7v2Received { Received = Describe(bytes, null, null, receivedAt), Reading = new Unreadable(Refusals.NotHl7(fault)) };
        }

        var source = sources.FirstOrDefault(s => s.Claims(header));
        var reading = Judge(bytes, source);
        var received = Describe(bytes, header, source, receivedAt);
        return new Hl7v2Received
        {
            Received = reading is SetAside aside ? received with { Subject = aside.Subject, SetAsideBecause = aside.Because } : received,
            Reading = reading,
            Header = header,
            Source = source,
        };
    }

    /// <summary>What arrived instead of a message: its first bytes, kept with the reason.</summary>
    public static Hl7v2Received Broken(ReadOnlyMemory<byte> firstBytes, Refusal refusal, IReadOnlyList<Hl7v2Source> sources, DateTimeOffset receivedAt)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var header = Hl7Header.TryRead(firstBytes.Span, out var read) ? read : null;
        var source = header is null ? null : sources.FirstOrDefault(s => s.Claims(header));
        return new Hl7v2Received
        {
            Received = Describe(firstBytes, header, source, receivedAt), Reading = new Unreadable(refusal), Header = header, Source = source,
        };
    }

    private static Hl7Reading Judge(ReadOnlyMemory<byte> bytes, Hl7v2Source? source)
    {
        if (source is null)
        {
            return new Unreadable(Refusals.UnknownSender());
        }

        if (bytes.Length > source.Settings.MaxMessageBytes)
        {
            return new Unreadable(Refusals.TooLong(source.Settings.MaxMessageBytes));
        }

        return Hl7Message.TryParse(bytes.Span, source.Settings.CharsetRule, out var message, out var fault)
            ? Hl7v2EventReader.Read(message, source)
            : new Unreadable(Refusals.Unread(fault));
    }

    private static ReceivedMessage Describe(ReadOnlyMemory<byte> bytes, Hl7Header? header, Hl7v2Source? source, DateTimeOffset receivedAt) => new()
    {
        SourceId = source?.PartnerId ?? ReceivedMessage.UnknownSource,
        Protocol = Hl7v2SourceSettingsReader.Protocol,
        MessageKey = header is { ControlId.Length: > 0 } ? MessageKeys.Of(header.SendingApplication, header.SendingFacility, header.ControlId) : null,
        KeyDate = ClinicalTime.TryParseHl7(header?.SentAt, out var sent) ? sent.Date : null,
        ContentHash = HashWithoutSendTime(bytes.Span),
        Bytes = bytes,
        MediaType = MediaType,
        ReceivedAt = receivedAt,
        Kind = header is null ? null : Kind(header),
    };

    // Shown in lists: only what looks like a message type gets there.
    private static string? Kind(Hl7Header header) =>
        $"{header.MessageCode}^{header.TriggerEvent}" is { Length: <= 9 } kind && kind.All(c => char.IsAsciiLetterOrDigit(c) || c == '^') ? kind : null;

    // MSH-7 alone is left out: a resend writes a new time and means the same.
    private static byte[] HashWithoutSendTime(ReadOnlySpan<byte> bytes)
    {
        var (start, length) = Hl7Header.SentAtRange(bytes).GetOffsetAndLength(bytes.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes[..start]);
        hash.AppendData(bytes[(start + length)..]);
        return hash.GetHashAndReset();
    }
}
