namespace Hub.Adapters.Contract;

/// <summary>What a partner's code means for the message that it answers. Acceptance is not among these: it is read from the answer, and no table makes it.</summary>
public enum OutcomeMeaning
{
    /// <summary>Permanent: read and refused; the same bytes cannot help.</summary>
    Rejected,

    /// <summary>Permanent, and the person is none of theirs: the lane stops until somebody has decided.</summary>
    NotOurPatient,

    /// <summary>Transient: not taken, to be sent again.</summary>
    Unavailable,

    /// <summary>Nobody can tell whether it was taken.</summary>
    Unknown,

    /// <summary>The partner refuses the hub as a whole: it is held, the message waits.</summary>
    PartnerRefusesUs,
}

/// <summary>One row of a protocol's outcome table.</summary>
/// <param name="Code">The code as the protocol writes it: <c>503</c>, <c>5xx</c>, <c>fatal-error</c>, <c>issue:lock-error</c>, <c>30002</c>, <c>AR</c>, <c>AR+207</c>.</param>
/// <param name="Means">What follows.</param>
/// <param name="Because">Why, with its source.</param>
public sealed record OutcomeRow(string Code, OutcomeMeaning Means, string Because);

/// <summary>A row that one partner's file puts in place of the protocol's, or adds to it.</summary>
public sealed record OutcomeOverride
{
    /// <summary>A code of the protocol, as <c>hub partner outcomes</c> prints it.</summary>
    public required string Code { get; init; }

    public required OutcomeMeaning Means { get; init; }

    /// <summary>Who said so and when.</summary>
    public string? Because { get; init; }
}
