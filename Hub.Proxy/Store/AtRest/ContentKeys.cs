using System.Buffers;
using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Hub.Proxy.Store.HotPath;

namespace Hub.Proxy.Store.AtRest;

/// <summary>
/// The keys under which a store keeps what it knows about people. They lie in the store itself, each wrapped by a key that does not (<see cref="IKeyWrapper"/>), so that
/// all nodes and every copy of the store have the same ones. The newest seals; every one opens. Read once, and again where a row names one that is not known here.
/// </summary>
internal sealed class ContentKeys
{
    // Past this a node no longer trusts that the newest key it knows is the newest there is.
    private static readonly TimeSpan MostStale = TimeSpan.FromMinutes(10);

    // By reference: one store as one part of the program was given it.
    private static readonly ConditionalWeakTable<StoreOptions, ContentKeys> Known = [];
    private readonly StoreOptions options;
    private readonly Lazy<byte[]> hashKey;
    private readonly Lock reading = new();
    private volatile Ring? ring;

    private ContentKeys(StoreOptions options)
    {
        this.options = options;
        hashKey = new Lazy<byte[]>(() => options.KeyFor("crt-hub content hash"));
    }

    public static ContentKeys Of(StoreOptions options) => Known.GetValue(options, static of => new ContentKeys(of));

    /// <summary>The name of the key that seals; the first is made where the store has none.</summary>
    public string ActiveId => Active().Id;

    /// <summary>Makes the first key where the store has none yet, so that no message has to wait for it.</summary>
    public void Prepare() => Active();

    /// <summary>
    /// What content is kept under: a keyed hash of its SHA-256, so that nobody who has the store alone can try out whether it holds a sentence. The same whatever key seals.
    /// </summary>
    public byte[] HashOf(ReadOnlySpan<byte> sha256) => HMACSHA256.HashData(hashKey.Value, sha256);

    /// <exception cref="InvalidOperationException">The key that opens this store's keys is not here.</exception>
    public byte[] Seal(ReadOnlySpan<byte> content, string encoding, ContentPlace place, out string keyId)
    {
        var key = Active();
        keyId = key.Id;
        return key.Seal(content, encoding, place);
    }

    public StoredContent Seal(StoredContent clear, ContentPlace place) =>
        new(clear.Encoding, Seal(clear.Content, clear.Encoding, place, out var keyId), keyId);

    /// <summary>The plain content of a row.</summary>
    /// <param name="length">Bytes of the plain content where known; 0 where not.</param>
    /// <exception cref="InvalidDataException">It is not as it was written, or cannot be opened with the keys that are here. Names no content.</exception>
    public byte[] Read(StoredContent stored, ContentPlace place, int length = 0)
    {
        if (stored.Encoding == StoredContent.Gone)
        {
            return StoredContent.Read(stored.Encoding, stored.Content);
        }

        if (stored.KeyId is null)
        {
            RequireClearIsTaken(place);
            return StoredContent.Read(stored.Encoding, stored.Content, length);
        }

        var inside = stored.Content.Length - ContentKey.Overhead;
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(inside, 1));
        try
        {
            Open(stored, place, buffer.AsSpan(0, Math.Max(inside, 0)));
            return stored.Encoding == StoredContent.Identity ? buffer[..inside] : StoredContent.Read(stored.Encoding, buffer.AsSpan(0, inside), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: false);
        }
    }

    /// <summary>What is kept as its beginning alone, and ends as another content does.</summary>
    /// <inheritdoc cref="Read"/>
    public byte[] ReadOver(StoredContent stored, ContentPlace place, int tail, byte[] over) => StoredContent.Join(Read(stored, place), tail, over);

    /// <summary>The content of a row in the form it was sealed in, for another seal.</summary>
    /// <inheritdoc cref="Read"/>
    public StoredContent Opened(StoredContent stored, ContentPlace place)
    {
        if (stored.KeyId is null)
        {
            RequireClearIsTaken(place);
            return stored;
        }

        var inside = new byte[Math.Max(stored.Content.Length - ContentKey.Overhead, 0)];
        Open(stored, place, inside);
        return new StoredContent(stored.Encoding, inside);
    }

    /// <summary>Reads the keys again: another node or a verb may have made one.</summary>
    /// <exception cref="InvalidOperationException">The key that opens them is not here.</exception>
    public void Refresh() => Load(StoredKeys.Read);

    /// <summary>The keys as they stand in the store now, oldest first.</summary>
    /// <exception cref="InvalidOperationException">The key that opens them is not here.</exception>
    public IReadOnlyList<ContentKeyState> List() => Load(StoredKeys.Read).States;

    /// <summary>Makes a key that seals from now on, and wraps all keys anew by the wrapping key of today. The new key's name.</summary>
    /// <exception cref="InvalidOperationException">Somebody made one at the same time, or the keys cannot be opened.</exception>
    public string Rotate()
    {
        var now = Load(StoredKeys.Read);
        if (now.Active is not { } before)
        {
            return ActiveId;
        }

        using (var session = Database().Open())
        {
            StoredKeys.Rewrap(session, now.States, options.KeyWrapping, now.TakesClear);
            if (!StoredKeys.TryInsert(session, before.Number + 1, options.Organisation, options.KeyWrapping[0], now.TakesClear))
            {
                throw new InvalidOperationException("Another key was made at the same time: look at hub keys list.");
            }
        }

        Refresh();
        return ActiveId;
    }

    /// <summary>Everything is under the newest key: content in clear is taken for a forgery from now on.</summary>
    /// <param name="at">When; null where it was found to be otherwise after all.</param>
    public void NoteSwept(DateTimeOffset? at)
    {
        var now = Load(StoredKeys.Read);
        using (var session = Database().Open())
        {
            StoredKeys.Rewrap(session, now.States, options.KeyWrapping, takesClear: at is null && now.TakesClear);
            StoredKeys.NoteSwept(session, now.Active!.Number, at);
        }

        Refresh();
    }

    /// <summary>Forgets a key under which nothing is any more. Nothing that was sealed with it, in whatever copy, opens again by this store.</summary>
    public void Retire(int number)
    {
        using (var session = Database().Open())
        {
            StoredKeys.Delete(session, number);
        }

        Refresh();
    }

    /// <summary>Opens every key, and looks whether what was written last is under one of them.</summary>
    /// <exception cref="InvalidOperationException">This store must not be used with these keys; the text says what to do.</exception>
    public void Require()
    {
        var now = Load(StoredKeys.Read);
        using var session = Database().Open();
        if (StoredKeys.NewestUsed(session).FirstOrDefault(id => !now.States.Any(k => k.Id == id)) is { } missing)
        {
            throw new InvalidOperationException(
                $"The store holds content under key {missing}, and that key is not in its table content_key. Put the table back from a backup: without the key nobody can read that content.");
        }
    }

    private ContentKey Active()
    {
        if (ring is { Active: { } known } read)
        {
            return TimeProvider.System.GetElapsedTime(read.ReadAt) < MostStale ? known : Again(known);
        }

        lock (reading)
        {
            return ring?.Active ?? Load(StoredKeys.Read).Active ?? MakeFirst();
        }
    }

    // One asks, and nobody waits for it.
    private ContentKey Again(ContentKey known)
    {
        if (!reading.TryEnter())
        {
            return known;
        }

        try
        {
            return Load(StoredKeys.Read).Active ?? known;
        }
        finally
        {
            reading.Exit();
        }
    }

    // Whoever comes second finds the first one's. Under a key of identifiers that is not this store's nothing is made.
    private ContentKey MakeFirst()
    {
        if (!options.MakesKeys)
        {
            throw new InvalidOperationException("This store has no content key yet: the hub makes it when it starts.");
        }

        Told(() => StoreStart.RequireKey(options));
        return Load(session =>
        {
            StoredKeys.TryInsert(session, 1, options.Organisation, options.KeyWrapping[0], takesClear: StoredKeys.HoldsContent(session));
            return StoredKeys.Read(session);
        }).Active!;
    }

    private void RequireClearIsTaken(ContentPlace place)
    {
        var now = ring ?? Load(StoredKeys.Read);
        if (now.Active is not null && !now.TakesClear)
        {
            throw new InvalidDataException($"Stored content ({place}) is in clear in a store that keeps none so: the hub did not write it.");
        }
    }

    private void Open(StoredContent stored, ContentPlace place, Span<byte> content)
    {
        if (ContentKey.NumberIn(stored.Content) is not { } number || ContentKey.IdOf(number) != stored.KeyId)
        {
            throw new InvalidDataException($"Stored content ({place}, key {stored.KeyId}) is not as it was written: it was changed or cut.");
        }

        try
        {
            Find(number, place).Open(stored.Content, stored.Encoding, place, content);
        }
        catch (CryptographicException)
        {
            throw new InvalidDataException($"Stored content ({place}, key {stored.KeyId}) is not as it was written: it was changed, or moved from another row.");
        }
    }

    private ContentKey Find(int number, ContentPlace place) =>
        ring?.Keys.GetValueOrDefault(number) ?? Load(StoredKeys.Read).Keys.GetValueOrDefault(number)
        ?? throw new InvalidDataException($"Stored content ({place}) is under key {ContentKey.IdOf(number)}, which the store does not have: it was retired, or table content_key is incomplete.");

    private Ring Load(Func<StoreSession, IReadOnlyList<ContentKeyState>> read)
    {
        lock (reading)
        {
            Told(() =>
            {
                using var session = Database().Open();
                var states = read(session);
                var before = ring;
                var keys = states.ToDictionary(s => s.Number, s => before?.Keys.GetValueOrDefault(s.Number) ?? new ContentKey(s.Number, Unwrap(s, options)));
                ring = new Ring(keys, states.Count == 0 ? null : keys[states[^1].Number], states.Count > 0 && states[^1].TakesClear, states, TimeProvider.System.GetTimestamp());
            });
            return ring!;
        }
    }

    // As the rest of the store tells it that the database can take nothing now.
    private void Told(Action work)
    {
        try
        {
            work();
        }
        catch (DbException fault) when (Database() is var database && database.Judge(fault) == StoreFault.Storage)
        {
            throw database.ToUnavailable(fault);
        }
    }

    /// <exception cref="InvalidOperationException">What is given does not open this key; the text says what to do.</exception>
    internal static byte[] Unwrap(ContentKeyState state, StoreOptions options)
    {
        var wrapper = options.KeyWrapping.FirstOrDefault(w => w.Id == state.WrappedBy) ?? throw new InvalidOperationException(options.HasKey
            ? $"Content key {state.Id} of this store was wrapped by {state.WrappedBy}, and what is given here is {string.Join(", ", options.KeyWrapping.Select(w => w.Id))}. "
                + "The identifier key is not the one that this store was written with, or Hub:Store:ContentKey is another: put that key back; without it nothing in the store can be read."
            : $"What this store knows about people is encrypted (content key {state.Id}), and the key that opens it is not here: name it (Hub:Store:IdentifierKey), or read where identifier.key lies.");
        try
        {
            return wrapper.Unwrap(state.Wrapped, StoredKeys.Bound(state.Number, state.TakesClear));
        }
        catch (CryptographicException fault)
        {
            throw new InvalidOperationException($"Content key {state.Id} is not as it was written: its row in table content_key was changed. Put the table back from a backup.", fault);
        }
    }

    private StoreDatabase Database() => StoreDatabase.Of(options, TimeProvider.System);

    private sealed record Ring(
        Dictionary<int, ContentKey> Keys, ContentKey? Active, bool TakesClear, IReadOnlyList<ContentKeyState> States, long ReadAt);
}
