using Hub.Adapters.Contract;
using Hub.Fhir.Conformance;

namespace Hub.Proxy.Routing;

/// <summary>A composed message that breaks a rule, and what its recipient's file says of that.</summary>
internal sealed record InvalidCopy(InvalidPolicy Policy, ConformanceIssue Issue)
{
    /// <summary>Without patient data.</summary>
    public string Why => $"it breaks {Issue.Rule} at {Issue.Location} and is {Policy switch
    {
        InvalidPolicy.Warn => "sent all the same, as the partner's file says",
        InvalidPolicy.Reject => "not sent, as the partner's file says",
        _ => "held",
    }}.";

    public string Kind => Policy switch
    {
        InvalidPolicy.Warn => "sent-invalid",
        InvalidPolicy.Reject => "not-sent-invalid",
        _ => "cannot-render",
    };

    public string NextStep => Policy switch
    {
        InvalidPolicy.Warn => "Tell the hub's maintainers, and ask the recipient whether it could read the message.",
        InvalidPolicy.Reject => "Tell the recipient by phone what the message said; it is never sent. Then tell the hub's maintainers.",
        _ => "Tell the hub's maintainers, and tell the recipient by phone meanwhile.",
    };
}

/// <summary>What partner files say of what does not conform, and what no file can overrule.</summary>
internal static class InvalidRules
{
    /// <summary>Null where nothing is broken.</summary>
    /// <param name="issues">What the check of the composed message found.</param>
    /// <param name="recipient">The partner; null where none serves the recipient.</param>
    /// <param name="stopsLane">True for a withdrawal, merge or identity change.</param>
    public static InvalidCopy? Of(IReadOnlyList<ConformanceIssue> issues, PartnerFile? recipient, bool stopsLane)
    {
        var broken = issues.Where(i => i.Severity == IssueSeverity.Error).OrderByDescending(i => i.Unsendable).FirstOrDefault();
        return (broken, recipient?.OnInvalid) switch
        {
            (null, _) => null,
            ({ Unsendable: true }, _) => new(InvalidPolicy.Quarantine, broken), // what a clinical or privacy rule forbids waits for a person
            (_, InvalidPolicy.Reject) when stopsLane => new(InvalidPolicy.Quarantine, broken), // clinical rule 2: it may not be passed
            (_, { } policy) => new(policy, broken),
            _ => new(InvalidPolicy.Quarantine, broken),
        };
    }

    /// <summary>Why all that follows from a source's message waits; null where it may go.</summary>
    public static string? HoldOf(PartnerFile? source, int notes) => notes > 0 && source?.OnInvalid == InvalidPolicy.Quarantine
        ? $"the sender's message has {notes} thing(s) that do not conform, and the sender's file says quarantine."
        : null;
}
