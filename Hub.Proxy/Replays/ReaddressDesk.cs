using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Replays;

/// <summary>One copy that would go to the new practice.</summary>
/// <param name="DeliveryId">The copy that came back, or waits behind one that did.</param>
/// <param name="Title">What the new practice would see.</param>
/// <param name="MessageId">The new message's own id; null where it may not go.</param>
/// <param name="Refused">Why it may not go; null where it may.</param>
/// <param name="HeldBecause">Why it would wait for a person all the same.</param>
internal sealed record ReaddressedCopy(Guid DeliveryId, string Title, string? MessageId, string? Refused, string? HeldBecause);

/// <summary>What sending a returned message to another practice would be. Nothing is changed by it.</summary>
internal sealed record ReaddressProposal
{
    public required Guid DeliveryId { get; init; }

    /// <summary>Why it may not be; null where it may.</summary>
    public string? Refused { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }
    public IReadOnlyList<ReaddressedCopy> Copies { get; init; } = [];

    /// <summary>What a fresh trace says; it decides nothing.</summary>
    public string? Traced { get; init; }
}

/// <summary>Who has confirmed a practice, and how.</summary>
/// <param name="By">By name.</param>
/// <param name="Traced">How the practice was traced anew: PDS, the practice by telephone, the person.</param>
/// <param name="Note">What else is to be known.</param>
internal sealed record ReaddressWord(string By, string Traced, string Note);

/// <summary>
/// Clinical rule 17: what a practice returned goes to another one when a named person has traced and confirmed it, as a new message about the same document, with all that waits
/// behind it. Never by itself: each return asks a person again.
/// </summary>
internal sealed class ReaddressDesk(
    ReplayPlanner planner, PracticeTracer tracer, StoredMessages stored, IMessageStore store, IPartnerDirectory partners, Func<HubDbContext> open, TimeProvider time)
{
    public async Task<ReaddressProposal> ProposeAsync(Guid deliveryId, string practice, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(deliveryId, practice, cancellationToken);
        var shown = Shown(deliveryId, plan);
        if (plan.Replays.Count == 0)
        {
            return shown;
        }

        var trace = await tracer.TraceAsync(plan.Replays[0].Event.Person.Identity, cancellationToken);
        return shown with { Traced = trace.Practice is { } other && other != plan.Practice!.Code ? trace.Words + ", which is another than is proposed" : trace.Words };
    }

    /// <summary>Does it; what is refused in the result was not sent.</summary>
    public async Task<ReaddressProposal> ConfirmAsync(Guid deliveryId, string practice, ReaddressWord word, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(deliveryId, practice, cancellationToken);
        if (plan.Refused is not null)
        {
            return Shown(deliveryId, plan);
        }

        var (version, identity) = (plan.PersonVersion, (PatientRef?)plan.Practice!.Of(plan.Replays[0].Event.Person.Identity));
        var note = $"{word.Note} (traced: {word.Traced})";
        var done = new List<Replay>();
        foreach (var replay in plan.Replays.Where(r => r.Judgement.RemapRefused is null))
        {
            var order = await planner.OrderAsync(replay, ReplayForm.Readdress, word.By, note, TimeSpan.Zero) with
            {
                Readdress = new Readdressed(replay.Original.PartnerId!, identity, version),
                Attention = [.. replay.Attention.Select(a => a with { DueAt = time.GetUtcNow().AddHours(4) }), .. identity is null ? [] : new[] { AskToDelete(replay, plan.From!) }],
            };
            if (!await store.ReplayAsync(order, cancellationToken))
            {
                return Shown(deliveryId, plan with { Refused = done.Count == 0 ? "It has moved on meanwhile: look at it again." : "Some of it has moved on meanwhile: look at it again." });
            }

            version += identity is null ? 0 : 1;
            identity = null; // where the person is registered is written once
            done.Add(replay);
        }

        return Shown(deliveryId, plan);
    }

    /// <summary>Whom the doorbell is rung for.</summary>
    public IReadOnlyList<string> PartnersOf(string practice) =>
        OdsCode.TryParse(practice, out var code) && RecipientMatch.Practice(code, partners.All) is { } to ? [to.Id] : [];

    private async Task<Plan> PlanAsync(Guid deliveryId, string code, CancellationToken cancellationToken)
    {
        await using var context = open();
        if (await context.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.Id == deliveryId, cancellationToken) is not { } row)
        {
            return new Plan("There is no delivery of this id.");
        }

        if (!row.IsReturned)
        {
            return new Plan("It was not returned: only what a recipient says is not theirs goes to another.");
        }

        if (row.Audience != Hub.Fhir.Bundles.Audience.Gp)
        {
            return new Plan("Only a practice's copies are sent to another practice. Which team takes over is the sender's to say.");
        }

        if (!OdsCode.TryParse(code, out var practice) || practice.NamesNoPractice)
        {
            return new Plan($"{code} names no practice. Is the person registered nowhere, help them to register and settle who prescribes meanwhile.");
        }

        if (RecipientMatch.Practice(practice, partners.All) is not { } to)
        {
            return new Plan($"No partner file serves practice {practice}: add one, and tell it by telephone until then.");
        }

        var copies = await context.Deliveries.AsNoTracking().Where(d => d.PersonId == row.PersonId && d.Audience == row.Audience).ToListAsync(cancellationToken);
        if (copies.Any(d => d.PartnerId == to.Id && d.IsReturned))
        {
            return new Plan($"{to.Name} has returned this person's copies already.");
        }

        if (copies.FirstOrDefault(d => d.ReplayOf == row.Id && d.ReplayForm == ReplayForm.Readdress) is { } earlier)
        {
            return new Plan($"It was sent on to {earlier.RecipientName} already.");
        }

        var from = partners.Find(row.PartnerId!);
        var person = await context.Persons.AsNoTracking().SingleAsync(p => p.Id == row.PersonId, cancellationToken);
        var confirmed = new ConfirmedPractice(practice, to.Name);
        var replays = new List<Replay>();
        foreach (var copy in copies.Where(d => d.PartnerId == row.PartnerId && GoesAlong(d, copies)).OrderBy(d => d.Seq))
        {
            if (await stored.ResolveAsync(copy.Id, cancellationToken) is { } received && await stored.ReadAsync(received, cancellationToken) is { } message
                && message.Events.FirstOrDefault(e => e.Row.Id == copy.EventId) is { } one)
            {
                replays.Add(await planner.ReaddressAsync(message, one, copy, to, confirmed, cancellationToken));
            }
        }

        var refused = replays.FirstOrDefault(r => r.Original.Id == row.Id) is not { } asked ? "The message it came from was not kept, or no longer is." : asked.Judgement.RemapRefused;
        return new Plan(refused) { Replays = replays, Practice = confirmed, PersonVersion = person.Version, From = from ?? new PartnerFile { Id = row.PartnerId!, Name = row.RecipientName, Role = PartnerRole.Recipient, Protocol = "" }, To = to };
    }

    /// <summary>What came back too and nobody has sent on, and what waits behind it and never left.</summary>
    private static bool GoesAlong(DeliveryRow copy, IReadOnlyList<DeliveryRow> all) =>
        (copy is { FinishedAt: null, State: DeliveryState.Waiting or DeliveryState.Held, FrozenPayloadId: null } || (copy.IsReturned && copy.State == DeliveryState.Refused))
        && all.All(d => d.ReplayOf != copy.Id || d.ReplayForm != ReplayForm.Readdress);

    private PlannedAttention AskToDelete(Replay replay, PartnerFile from) => new()
    {
        AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
        Kind = "ask-to-delete",
        Reason = $"{from.Name} was sent copies of a person who is not registered there. They have gone to {replay.Partner.Name} since; {from.Name} still has what it got.",
        Owner = "CRT administration",
        NextStep = $"Ask {from.SupportContact ?? from.Name} to delete it, log the incident, have the practice corrected in the sending system; then close this with who confirmed.",
        Urgency = Urgency.Urgent,
        DueAt = time.GetUtcNow().AddDays(1),
        DeliveryId = replay.Original.Id,
        PartnerId = from.Id,
    };

    private static ReaddressProposal Shown(Guid deliveryId, Plan plan) => new()
    {
        DeliveryId = deliveryId,
        Refused = plan.Refused,
        From = plan.From?.Name,
        To = plan.To?.Name,
        Copies = [.. plan.Replays.Select(r => new ReaddressedCopy(
            r.Original.Id, r.Today?.Title ?? r.Original.Title, r.Today is null ? null : ReplayPlanner.MessageId(r).ToString(), r.Judgement.RemapRefused, r.Today?.HeldBecause))],
    };

    private sealed record Plan(string? Refused)
    {
        public List<Replay> Replays { get; init; } = [];
        public ConfirmedPractice? Practice { get; init; }
        public long PersonVersion { get; init; }
        public PartnerFile? From { get; init; }
        public PartnerFile? To { get; init; }
    }
}
