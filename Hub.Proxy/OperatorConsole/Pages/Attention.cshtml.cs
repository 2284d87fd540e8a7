using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>Everything that waits for a person, urgent first.</summary>
internal sealed class AttentionModel(Timeline timeline, TimeProvider time) : PageModel
{
    private const int PageLength = 50;

    /// <summary>Counted from 1.</summary>
    [BindProperty(SupportsGet = true, Name = "page")]
    public int Number { get; set; } = 1;

    public AttentionView View { get; private set; } = null!;
    public int Count { get; private set; }
    public string? NextPage { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var page = Math.Clamp(Number, 1, 10_000);
        var entries = await timeline.AttentionAsync(PageLength + 1, cancellationToken, (page - 1) * PageLength);
        View = new AttentionView("What waits for a person, urgent first", [.. entries.Take(PageLength)], time.GetUtcNow());
        Count = await timeline.CountAttentionAsync(cancellationToken);
        NextPage = entries.Count > PageLength ? $"/console/attention?page={page + 1}" : null;
    }
}
