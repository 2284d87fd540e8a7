using System.Diagnostics.CodeAnalysis;

namespace Hub.Adapters.Contract;

/// <summary>
/// Where a secret is kept: <c>{ "fromEnv": "NAME" }</c> or <c>{ "fromFile": "/run/secrets/name" }</c>. A partner file never holds the secret itself.
/// </summary>
public sealed record SecretRef
{
    /// <summary>Name of an environment variable.</summary>
    public string? FromEnv { get; init; }

    /// <summary>Absolute path of a file, read each time, so that a rotated secret counts at once.</summary>
    public string? FromFile { get; init; }

    /// <summary>The secret as it stands now, without a final line break. False where it is not there; <paramref name="why"/> never holds the secret.</summary>
    public bool TryRead([NotNullWhen(true)] out string? secret, [NotNullWhen(false)] out string? why)
    {
        secret = FromEnv is { } name ? Environment.GetEnvironmentVariable(name) : ReadFile(FromFile);
        why = string.IsNullOrEmpty(secret) ? $"{this} is missing or empty" : null;
        return why is null;
    }

    // A secret that is being replaced, or that we may not read, is one that is not there now.
    private static string? ReadFile(string? path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).TrimEnd('\r', '\n') : null;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public override string ToString() => FromEnv is null ? $"file {FromFile}" : $"environment variable {FromEnv}";
}
