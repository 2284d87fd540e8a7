using Hub.Proxy.Store;

namespace Hub.Proxy.Handovers;

/// <summary>Where every act on an obligation goes through, whoever acts and however: command line, FHIR Task, console.</summary>
internal sealed class ObligationDesk(IMessageStore store, HandoverRules rules)
{
    /// <summary>Null where there is no such obligation.</summary>
    public Task<ActResult?> ActAsync(Guid obligationId, ObligationAct act, long? expectedVersion, CancellationToken cancellationToken) =>
        store.ActAsync(obligationId, act, expectedVersion, OneLead, cancellationToken);

    private (DateTimeOffset Due, string Chaser) OneLead(DateTimeOffset now) =>
        rules.For(ObligationKind.AgreeOneLead) is { } rule ? (now.AddMinutes(rules.Clock(rule.Clock).Minutes), rule.Chaser) : UsualLead(now);

    /// <summary>By when, and who sees to it, where no rule says so.</summary>
    internal static (DateTimeOffset Due, string Chaser) UsualLead(DateTimeOffset now) => (now.AddHours(4), "CRT team lead");
}
