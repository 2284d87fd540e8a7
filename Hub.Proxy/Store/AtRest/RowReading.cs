using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.Store.AtRest;

/// <summary>Reads the content of rows.</summary>
internal static class RowReading
{
    /// <summary>The plain content of a payload that shares its end with no other, or the beginning of one that does.</summary>
    /// <inheritdoc cref="ContentKeys.Read"/>
    public static byte[] Read(this ContentKeys keys, PayloadRow row) =>
        keys.Read(new StoredContent(row.Encoding, row.Content, row.KeyId), ContentPlace.Payload(row.Hash, OverOf(row)), row.BaseId is null ? row.Length : 0);

    /// <summary>The plain content of a payload over another.</summary>
    /// <inheritdoc cref="ContentKeys.Read"/>
    public static byte[] Read(this ContentKeys keys, PayloadRow row, PayloadRow over) => StoredContent.Join(keys.Read(row), row.Tail!.Value, keys.Read(over));

    public static byte[] Read(this ContentKeys keys, PersonRow row) => keys.Read(new StoredContent(row.Encoding, row.Identity, row.KeyId), ContentPlace.Person(row.Id));

    public static byte[] Read(this ContentKeys keys, EpisodeVersionRow row) =>
        keys.Read(new StoredContent(row.Encoding, row.Content, row.KeyId), ContentPlace.EpisodeVersion(row.EpisodeId, row.Version));

    /// <summary>Why an attempt came to what it did; where that cannot be opened, that it cannot.</summary>
    public static string? Reason(this ContentKeys keys, AttemptRow row)
    {
        try
        {
            return keys.Read(row.Reason, ContentPlace.Attempt(row.DeliveryId, row.Number));
        }
        catch (InvalidDataException fault)
        {
            return fault.Message;
        }
    }

    private static (long, int)? OverOf(PayloadRow row) => row is { BaseId: { } id, Tail: { } tail } ? (id, tail) : null;
}
