using Hub.Adapters.Contract;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Store;

namespace Hub.Proxy.Acknowledgements;

/// <summary>
/// Correlates an answer that came later with the delivery that it answers (Correlation Identifier), and has it mean what it would have meant at once.
/// An answer is looked for among what its own partner was sent, and nowhere else.
/// </summary>
internal sealed partial class AnswerIntake(IMessageStore store, IPartnerDirectory partners, DeliverySchedule schedule, ILogger<AnswerIntake> logger) : IAnswerIntake
{
    public async Task<AnswerTaking> AcceptAsync(LateAnswer answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var taking = await store.AnswerAsync(answer, RulesFor(answer.PartnerId), cancellationToken);
        LogTaken(answer.PartnerId, answer.Stage, answer.Outcome?.Name ?? "no outcome", taking);
        return taking;
    }

    private AnswerRules RulesFor(string partnerId)
    {
        // A file that went away since the message was sent is no reason to lose its answer.
        var partner = partners.Find(partnerId) ?? new PartnerFile { Id = partnerId, Name = partnerId, Role = PartnerRole.Recipient, Protocol = "" };
        return new AnswerRules
        {
            Follow = (outcome, attempt, now) => schedule.Next(outcome, attempt, partner, now, now),
            Stray = now => AnswerEntries.Stray(partner, now),
            Contradiction = (delivery, now) => AnswerEntries.Contradiction(partner, delivery, now),
        };
    }

    [LoggerMessage(3020, LogLevel.Information, "An answer of {PartnerId} came later ({Stage}, {Outcome}): {Taking}")]
    private partial void LogTaken(string partnerId, AnswerStage stage, string outcome, AnswerTaking taking);
}
