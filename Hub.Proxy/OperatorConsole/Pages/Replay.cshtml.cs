using Hub.Adapters.Contract;
using Hub.Proxy.Access.People;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Replays;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>What sending one copy again would be; then, if somebody wants it, the order. One copy, so there is no rate to choose.</summary>
internal sealed class ReplayModel(StoredMessages stored, ReplayPlanner planner, IPartnerDirectory partners, IMessageStore store, IDoorbell doorbell) : PageModel, IActs
{
    public Guid MessageId { get; private set; }
    public Replay Replay { get; private set; } = null!;
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];
    public bool MayBeSent => Replay.Judgement.AsSentRefused is null || Replay.Judgement.RemapRefused is null;

    [BindProperty]
    public ReplayForm? Form { get; set; }

    [BindProperty]
    public string? By { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    public async Task<IActionResult> OnGetAsync(Guid id, Guid delivery, CancellationToken cancellationToken) => await PlanAsync(id, delivery, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, Guid delivery, CancellationToken cancellationToken)
    {
        if (!await PlanAsync(id, delivery, cancellationToken))
        {
            return NotFound();
        }

        if (Form is not { } form)
        {
            Problems = [.. WhoActs.Problems("", By, Note), ("form-remap", "Choose which form.")];
            return Page();
        }

        Problems = Replay.Refused(form) is { } refused ? [("", refused)] : WhoActs.Problems("", By, Note);
        if (Problems.Count > 0)
        {
            return Page();
        }

        if (!await store.ReplayAsync(await planner.OrderAsync(Replay, form, By!.Trim(), Note!.Trim(), TimeSpan.Zero), cancellationToken))
        {
            Problems = [("", "It has moved on meanwhile: look at it again.")];
            return Page();
        }

        doorbell.Ring([Replay.Partner.Id]);
        return Redirect($"/console/messages/{id}");
    }

    private async Task<bool> PlanAsync(Guid id, Guid delivery, CancellationToken cancellationToken)
    {
        MessageId = id;
        if (await stored.ReadAsync(id, cancellationToken) is not { } message
            || message.Events.SelectMany(e => e.Deliveries).FirstOrDefault(d => d.Id == delivery)?.PartnerId is not { } partnerId
            || partners.Find(partnerId) is not { Role: PartnerRole.Recipient } partner
            || await planner.PlanAsync(message, partner, delivery, cancellationToken) is not [var replay, ..])
        {
            return false;
        }

        Replay = replay;
        return true;
    }
}
