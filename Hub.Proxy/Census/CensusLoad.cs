using System.Security.Cryptography;
using System.Text;
using Hub.Adapters.Contract;
using Hub.Proxy.Intake;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;

namespace Hub.Proxy.Census;

/// <summary>What became of one row of a caseload.</summary>
internal enum CensusOutcome
{
    /// <summary>The episode is open in the hub from now on, and nobody was told.</summary>
    Opened,

    /// <summary>The hub has it already; nothing was changed.</summary>
    Known,

    /// <summary>It needs a person first: who it is is in doubt, or the row names nobody.</summary>
    NotOpened,
}

/// <summary>
/// Opens the episodes of a caseload on the day of a cut-over. By design nobody is told: the recipients know these people, and hundreds of "admitted" notices
/// would bury what matters. Each row is kept as a received message with its event, so that it can be seen what the hub knows from where.
/// </summary>
internal sealed class CensusLoad(IntakePlanner planner, IMessageStore store, TimeProvider time)
{
    public const string Protocol = "census";
    public const string Kind = "census-load";

    public async Task<(CensusOutcome Outcome, string? Why)> LoadAsync(CensusRow row, PartnerFile source, string by, CancellationToken cancellationToken)
    {
        if (row.Patient is null)
        {
            return (CensusOutcome.NotOpened, "the row names nobody: patient_id with patient_id_system, or a right nhs_number");
        }

        var admission = CensusReader.ToAdmission(row, source);
        var received = Received(row, source, by);
        for (var plans = 0; plans < 10; plans++)
        {
            if (await store.FindEpisodeAsync(admission.Episode, cancellationToken) is not null)
            {
                return (CensusOutcome.Known, null);
            }

            var plan = Quiet(await planner.PlanAsync(Guid.CreateVersion7(time.GetUtcNow()), received, [admission], cancellationToken)) with
            {
                SourceFileHash = source.Hash, MappingVersion = MappingVersion.Current,
            };
            switch (await store.CommitAsync(plan, cancellationToken))
            {
                case Committed:
                    return plan.Events.Any(e => e.Episode is not null) ? (CensusOutcome.Opened, null)
                        : (CensusOutcome.NotOpened, plan.Attention is [var first, ..] ? first.Reason : plan.Received.SetAsideBecause);
                case LostRace:
                    return (CensusOutcome.Known, null);
            }
        }

        throw new StorageUnavailableException("The person kept changing while the row was loaded.");
    }

    /// <summary>Nothing for any recipient, and of what a person must look at only what is about who the person is.</summary>
    private static IntakePlan Quiet(IntakePlan plan) => plan with
    {
        Events = [.. plan.Events.Select(e => e with { Deliveries = [] })],
        Attention = [.. plan.Attention.Where(a => a.Kind is "identity-doubt" or "nhs-number-unverified").Select(a => a with { Urgency = a.Kind == "identity-doubt" ? a.Urgency : Urgency.Routine })],
    };

    private ReceivedMessage Received(CensusRow row, PartnerFile source, string by)
    {
        var text = Encoding.UTF8.GetBytes($"episode_id,team,admitted,kind,loaded_by\n{row.EpisodeId},{row.Team},{row.Admitted.SourceText},{row.Kind},\"{by.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        return new ReceivedMessage
        {
            SourceId = source.Id, Protocol = Protocol, MessageKey = $"census|{row.EpisodeId}", ContentHash = SHA256.HashData(text), Bytes = text, MediaType = "text/csv",
            ReceivedAt = time.GetUtcNow(), Kind = Kind, Subject = row.Patient,
        };
    }
}
