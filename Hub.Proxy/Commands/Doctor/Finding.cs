namespace Hub.Proxy.Commands.Doctor;

internal enum FindingState
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Somebody should look; the hub would run.</summary>
    Warning,

    /// <summary>The hub would not run, or something of it would not.</summary>
    Wrong,
}

/// <summary>One thing that was looked at: what is so, and what to do where it is not as it should be. Never a secret, never patient data.</summary>
internal sealed record Finding(string Check, FindingState State, string Text, string? NextStep = null)
{
    public static Finding Good(string check, string text) => new(check, FindingState.Ok, text);

    public static Finding Warn(string check, string text, string nextStep) => new(check, FindingState.Warning, text, nextStep);

    public static Finding Bad(string check, string text, string nextStep) => new(check, FindingState.Wrong, text, nextStep);
}
