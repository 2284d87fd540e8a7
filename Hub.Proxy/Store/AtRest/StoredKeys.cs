using System.Buffers.Binary;
using System.Data.Common;
using System.Security.Cryptography;
using Hub.Proxy.Store.HotPath;

namespace Hub.Proxy.Store.AtRest;

/// <summary>A key of contents as it stands in the store.</summary>
/// <param name="TakesClear">Whether content in clear, from before there were keys, may still be in the store. Sealed in the wrapping.</param>
/// <param name="SweptAt">When everything was found to be under this key; null until then.</param>
internal sealed record ContentKeyState(int Number, DateTimeOffset CreatedAt, bool TakesClear, byte[] Wrapped, string WrappedBy, DateTimeOffset? SweptAt)
{
    public string Id => ContentKey.IdOf(Number);
}

/// <summary>Reads and writes the wrapped keys.</summary>
internal static class StoredKeys
{
    public static List<ContentKeyState> Read(StoreSession db) => db.All(KeySql.All, State);

    /// <summary>A row of <see cref="KeySql.All"/>.</summary>
    public static ContentKeyState State(DbDataReader row) =>
        new(row.GetInt32(0), row.Time(1), row.GetBoolean(2), row.Bytes(3), row.GetString(4), row.IsDBNull(5) ? null : row.Time(5));

    /// <summary>False where one of that number is there already.</summary>
    public static bool TryInsert(StoreSession db, int number, string organisation, IKeyWrapper wrapper, bool takesClear) => db.Scalar(
        KeySql.Insert,
        ("@id", number), ("@org", organisation), ("@now", db.Now), ("@clear", takesClear),
        ("@wrapped", wrapper.Wrap(RandomNumberGenerator.GetBytes(32), Bound(number, takesClear))), ("@by", wrapper.Id)) is not null;

    /// <summary>Each key under the wrapping key of today.</summary>
    public static void Rewrap(StoreSession db, IReadOnlyList<ContentKeyState> keys, IReadOnlyList<IKeyWrapper> wrappers, bool takesClear)
    {
        foreach (var key in keys)
        {
            var plain = wrappers.Single(w => w.Id == key.WrappedBy).Unwrap(key.Wrapped, Bound(key.Number, key.TakesClear));
            db.Scalar(
                KeySql.Rewrap, ("@id", key.Number), ("@clear", takesClear), ("@wrapped", wrappers[0].Wrap(plain, Bound(key.Number, takesClear))), ("@by", wrappers[0].Id), ("@before", key.Wrapped));
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    public static void NoteSwept(StoreSession db, int number, DateTimeOffset? at) => db.Scalar(KeySql.NoteSwept, ("@id", number), ("@now", at));

    public static void Delete(StoreSession db, int number) => db.Scalar(KeySql.Delete, ("@id", number));

    /// <summary>Whether anything was stored before.</summary>
    public static bool HoldsContent(StoreSession db) => db.Scalar(KeySql.AnyPayload) is not null || db.Scalar(KeySql.AnyPerson) is not null;

    /// <summary>The names of the keys under which content was written last.</summary>
    public static IReadOnlyList<string> NewestUsed(StoreSession db) =>
        [.. new[] { db.Scalar(KeySql.NewestOfPayload), db.Scalar(KeySql.NewestOfPerson) }.OfType<string>()];

    /// <summary>What a key is wrapped together with.</summary>
    public static byte[] Bound(int number, bool takesClear)
    {
        var bound = new byte["crt-hub content key"u8.Length + sizeof(int) + 1];
        "crt-hub content key"u8.CopyTo(bound);
        BinaryPrimitives.WriteInt32BigEndian(bound.AsSpan(^(sizeof(int) + 1)..), number);
        bound[^1] = takesClear ? (byte)1 : (byte)0;
        return bound;
    }
}
