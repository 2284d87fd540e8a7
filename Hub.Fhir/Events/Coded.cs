namespace Hub.Fhir.Events;

/// <summary>A word of the ward with, where the sender had one, its code. The text is never lost when a code is not understood.</summary>
public sealed record Coded
{
    /// <summary>The words as the sender wrote them.</summary>
    public required string Text { get; init; }

    public string? Code { get; init; }

    /// <summary>The code system as a FHIR URI, or the sender's own name for it when it is not known to us.</summary>
    public string? System { get; init; }

    public static Coded Of(string text) => new() { Text = text };
}
