namespace Hub.Adapters.Wire.Mesh;

/// <summary>What proves to MESH that a request is the mailbox's own: its password, and the key that the environment shares with its clients.</summary>
public sealed record MeshSecrets(string Password, string SharedKey)
{
    /// <summary>Masked, so that a log line or an exception message cannot leak them by accident.</summary>
    public override string ToString() => "a mailbox's secrets";
}

/// <summary>A secret is not where the file says. Nothing was sent; the message names the place and never holds the secret.</summary>
public sealed class MeshSecretMissingException : Exception
{
    public MeshSecretMissingException(string message) : base(message) { }

    public MeshSecretMissingException() { }

    public MeshSecretMissingException(string message, Exception inner) : base(message, inner) { }
}
