using Hub.Proxy.Access.People;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>One thing that waits for a person, and what that person may do about it.</summary>
internal sealed class AttentionEntryModel(Timeline timeline, IMessageStore store, TimeProvider time) : PageModel, IActs
{
    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public AttentionRow Entry { get; private set; } = null!;
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];

    [BindProperty]
    public string? By { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken) => await ShowAsync(id, cancellationToken) ? Page() : NotFound();

    public Task<IActionResult> OnPostCloseAsync(Guid id, CancellationToken cancellationToken) =>
        DecideAsync(id, "close-", (by, note) => store.CloseAttentionAsync(id, by, note, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostReleaseAsync(Guid id, CancellationToken cancellationToken) =>
        DecideAsync(id, "release-", (by, note) => Entry.DeliveryId is { } delivery ? store.ReleaseDeliveryAsync(delivery, by, note, cancellationToken) : Task.FromResult(false), cancellationToken);

    private async Task<IActionResult> DecideAsync(Guid id, string prefix, Func<string, string, Task<bool>> decide, CancellationToken cancellationToken)
    {
        if (!await ShowAsync(id, cancellationToken))
        {
            return NotFound();
        }

        Problems = WhoActs.Problems(prefix, By, Note);
        if (Problems.Count > 0)
        {
            return Page();
        }

        if (!await decide(By!.Trim(), Note!.Trim()))
        {
            Problems = [("", "It no longer waits for a person: somebody has been faster, or it has moved on.")];
            return Page();
        }

        return Redirect($"/console/attention/{id}");
    }

    private async Task<bool> ShowAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await timeline.AttentionEntryAsync(id, cancellationToken) is not { } entry)
        {
            return false;
        }

        Entry = entry;
        return true;
    }
}
