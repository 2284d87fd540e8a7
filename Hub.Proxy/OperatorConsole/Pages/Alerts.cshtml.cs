using Hub.Proxy.Access.People;
using Hub.Proxy.Notices;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>Notices whose entries are open, and the "I have it" that ends their climb.</summary>
internal sealed class AlertsModel(NoticeBook book, NoticeDesk desk, TimeProvider time) : PageModel, IActs
{
    private const int Most = 100;

    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public IReadOnlyList<NoticeView> Notices { get; private set; } = [];
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];
    public bool IsCut => Notices.Count == Most;

    /// <summary>What came of the last "I have it".</summary>
    public string? Said { get; private set; }

    [BindProperty]
    public string? By { get; set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) => Notices = await book.OpenAsync(Most, cancellationToken);

    public async Task<IActionResult> OnPostAsync(long id, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(By))
        {
            Problems = [($"have-{id}-by", "Give your name.")];
        }
        else
        {
            Said = await desk.HaveAsync(id, By.Trim(), NoticeDesk.UsualMinutes, cancellationToken) ?? "That notice is no longer open.";
        }

        await OnGetAsync(cancellationToken);
        return Page();
    }
}
