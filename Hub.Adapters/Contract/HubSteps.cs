using System.Diagnostics;

namespace Hub.Adapters.Contract;

/// <summary>The steps that a message takes through the hub, as activities of one source. They carry no content; where nobody listens they cost nothing.</summary>
public static class HubSteps
{
    public const string SourceName = "Hub";

    public const string Read = "read";
    public const string Accept = "accept";
    public const string Plan = "plan";
    public const string Prepare = "prepare";
    public const string Commit = "commit";
    public const string WriteGroup = "write-group";
    public const string WriteItem = "write-item";
    public const string MakeDurable = "make-durable";
    public const string Ring = "ring";
    public const string Acknowledge = "acknowledge";
    public const string Claim = "claim";
    public const string ReadHead = "read-head";
    public const string Bind = "bind";
    public const string StartAttempt = "start-attempt";
    public const string Deliver = "deliver";
    public const string Complete = "complete";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins a step, which ends when what is returned is disposed; null where nobody listens.</summary>
    public static Activity? Start(string name) => Source.StartActivity(name);

    /// <summary>As <see cref="Start(string)"/>, for work that is done elsewhere than where it was asked for: a part of the trace that <paramref name="cause"/> names.</summary>
    public static Activity? Start(string name, ActivityContext cause) => Source.StartActivity(name, ActivityKind.Internal, cause);
}
