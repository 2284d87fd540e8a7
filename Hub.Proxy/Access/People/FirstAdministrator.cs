using System.Security.Cryptography;
using System.Text.Json;
using Hub.Proxy.Store;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Access.People;

/// <summary>What is kept of the first administrator, in a file beside the hub's keys. Neither token nor password stands in it.</summary>
internal sealed record FirstAdministratorFile
{
    public string? TokenHash { get; init; }
    public DateTimeOffset? TokenUntil { get; init; }
    public string? Name { get; init; }
    public byte[]? Salt { get; init; }
    public byte[]? Password { get; init; }
    public int Rounds { get; init; }
}

/// <summary>
/// The one account of the hub's own, for the time in which no provider works yet: made with a token that counts once, it is let in as administrator and as nothing
/// else, sees no patient, and ends when <c>Hub:People:FirstAdministrator</c> is taken out.
/// </summary>
internal sealed class FirstAdministrator(IMessageStore store, IOptions<HubOptions> options, TimeProvider time)
{
    public const string FileName = "first-administrator.json";
    public const int ShortestPassword = 14;
    public const int LongestPassword = 200;

    private const int MostTries = 5;
    private const int RoundsNow = 600_000; // OWASP's figure for PBKDF2 with SHA-256
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan TokenLives = TimeSpan.FromHours(24);
    private readonly Queue<DateTimeOffset> tries = new();
    private readonly Lock gate = new();

    private string Path => PathIn(options.Value.DataDirectory);

    /// <summary>Whether an account is there to sign in to.</summary>
    public bool IsMade => Read(Path) is { Password: not null };

    /// <summary>Makes the token, shows it to whoever asked and keeps its hash only. Null where there is an account already.</summary>
    public static string? MakeToken(string dataDirectory, DateTimeOffset now)
    {
        if (Read(PathIn(dataDirectory)) is { Password: not null })
        {
            return null;
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        Write(PathIn(dataDirectory), new FirstAdministratorFile { TokenHash = HashOf(token), TokenUntil = now + TokenLives });
        return token;
    }

    /// <summary>Takes the token and makes the account; false where it is not that token, was used, is too old, or too many tried.</summary>
    public async Task<bool> MakeAsync(string token, string name, string password, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!TakesTurn(now) || Read(Path) is not { Password: null, TokenHash: { } hash, TokenUntil: { } until } || until < now || !Same(hash, HashOf(token.Trim()))
            || !await store.UseOnceAsync("first-" + hash, until + TokenLives, cancellationToken))
        {
            return false;
        }

        var salt = RandomNumberGenerator.GetBytes(16);
        Write(Path, new FirstAdministratorFile { Name = name, Salt = salt, Password = Derive(password, salt, RoundsNow), Rounds = RoundsNow });
        Forgive();
        return true;
    }

    /// <summary>Who signs in with a name and a password; null where they are wrong, or too many were.</summary>
    public SignedInPerson? SignIn(string name, string password)
    {
        var now = time.GetUtcNow();
        if (!TakesTurn(now) || Read(Path) is not { Name: { } known, Salt: { } salt, Password: { } kept, Rounds: var rounds } || password.Length > LongestPassword)
        {
            return null;
        }

        if (!CryptographicOperations.FixedTimeEquals(Derive(password, salt, rounds), kept) | !Same(known, name.Trim()))
        {
            return null;
        }

        Forgive();
        return new SignedInPerson
        {
            Subject = "first administrator", Name = known, Roles = [PersonRole.Administrator], Teams = [], SessionId = Convert.ToHexString(RandomNumberGenerator.GetBytes(18)), SignedInAt = now,
        };
    }

    private static string PathIn(string dataDirectory) => System.IO.Path.Combine(dataDirectory, FileName);

    private static string HashOf(string token) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)));

    private static byte[] Derive(string password, byte[] salt, int rounds) => Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA256, 32);

    private static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(one), System.Text.Encoding.UTF8.GetBytes(other));

    private static FirstAdministratorFile? Read(string path) => File.Exists(path) ? JsonSerializer.Deserialize<FirstAdministratorFile>(File.ReadAllText(path)) : null;

    private static void Write(string path, FirstAdministratorFile file)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var draft = path + ".new";
        File.Delete(draft);
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(draft, how))
        {
            JsonSerializer.Serialize(stream, file);
        }

        File.Move(draft, path, overwrite: true);
    }

    // Counted before anything is compared, so that many at once are no more than many.
    private bool TakesTurn(DateTimeOffset now)
    {
        lock (gate)
        {
            while (tries.TryPeek(out var oldest) && now - oldest > Quarter)
            {
                tries.Dequeue();
            }

            if (tries.Count >= MostTries)
            {
                return false;
            }

            tries.Enqueue(now);
            return true;
        }
    }

    private void Forgive()
    {
        lock (gate)
        {
            tries.Clear();
        }
    }
}
