using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;

namespace Hub.Proxy.Routing;

/// <summary>One that is to be told, and the partner that stands for it.</summary>
public sealed record ChosenRecipient
{
    public required Audience Audience { get; init; }

    /// <summary>The practice's ODS code; null for a team or ward.</summary>
    public OdsCode? Practice { get; init; }

    /// <summary>The team or ward; null for a practice.</summary>
    public Team? Team { get; init; }

    /// <summary>Null where no partner file serves it: the delivery is then unroutable and <see cref="Unroutable"/> says who acts.</summary>
    public PartnerFile? Partner { get; init; }

    /// <summary>As people know it: the partner's name, or "GP practice Y06601".</summary>
    public required string RecipientName { get; init; }
    public UnroutableReason? Unroutable { get; init; }

    /// <summary>Why it must wait for a person; null where it may go.</summary>
    public string? HeldBecause { get; init; }
}

/// <summary>Why nobody can be reached for a recipient that should exist, who must act and what next.</summary>
public sealed record UnroutableReason(string Reason, string Owner, string NextStep);

/// <summary>A recipient that ought to be told and does not exist, or that nobody named: a task for a person, never a silence.</summary>
/// <param name="Kind">Stable name for the operator's list: <c>no-gp-practice</c>, <c>no-cmht</c>.</param>
public sealed record MissingRecipient(Audience Audience, string Kind, string Reason, string Owner, string NextStep);

/// <summary>Who is told of one event, and who is missing.</summary>
public sealed record RecipientChoice(IReadOnlyList<ChosenRecipient> Recipients, IReadOnlyList<MissingRecipient> Missing);
