using Hub.Proxy.Access.People;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Intake;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>How each partner and its file stand, and the switch that stops and starts sending to it.</summary>
internal sealed class PartnersModel(PartnerStatus status, PartnerFiles files, UnmappedCodes unmapped, IMessageStore store, IDoorbell doorbell, TimeProvider time) : PageModel, IActs
{
    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public IReadOnlyList<PartnerStatusView> Partners { get; private set; } = [];
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];

    [BindProperty]
    public string? By { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    /// <summary>A source is not sent to.</summary>
    public bool CanBeHeld(PartnerStatusView partner) => files.Find(partner.Id) is { Role: Hub.Adapters.Contract.PartnerRole.Recipient };

    public async Task OnGetAsync(CancellationToken cancellationToken) => Partners = await PartnerStatusEndpoint.AllAsync(status, files, unmapped, cancellationToken);

    public async Task<IActionResult> OnPostHoldAsync(string id, CancellationToken cancellationToken)
    {
        await OnGetAsync(cancellationToken);
        Problems = WhoActs.Problems($"hold-{id}-", By, Note);
        if (files.Find(id) is null)
        {
            return NotFound();
        }

        if (Problems.Count > 0)
        {
            return Page();
        }

        await store.HoldPartnerAsync(id, $"{Note!.Trim()} ({By!.Trim()})", By.Trim(), cancellationToken);
        return Redirect($"/console/partners#{id}");
    }

    public async Task<IActionResult> OnPostReleaseAsync(string id, string? perMinute, CancellationToken cancellationToken)
    {
        await OnGetAsync(cancellationToken);
        if (files.Find(id) is null)
        {
            return NotFound();
        }

        Problems = WhoActs.Problems($"release-{id}-", By, Note);
        if (Problems.Count > 0)
        {
            return Page();
        }

        double? perSecond = null;
        if (!string.IsNullOrWhiteSpace(perMinute))
        {
            if (!int.TryParse(perMinute, out var rate) || rate is < 1 or > 60_000)
            {
                Problems = [($"rate-{id}", "A whole number from 1 to 60000 is expected.")];
                return Page();
            }

            perSecond = rate / 60.0;
        }

        await store.ReleasePartnerAsync(id, perSecond, By!.Trim(), cancellationToken);
        doorbell.Ring([id]);
        return Redirect($"/console/partners#{id}");
    }
}
