using Hub.Adapters.Contract;
using Hub.Proxy.Commands.Try;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>A message pasted or uploaded, and all that <c>hub try --explain</c> shows of it.</summary>
internal sealed class TryModel(TryDesk desk, IPartnerDirectory partners) : PageModel
{
    public IReadOnlyList<TriedPlan> Tried { get; private set; } = [];
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];
    public IReadOnlyList<PartnerFile> Sources => [.. partners.All.Where(p => p.Role == PartnerRole.Source)];

    [BindProperty]
    public string? Message { get; set; }

    [BindProperty]
    public string? Source { get; set; }

    [BindProperty]
    public string? Type { get; set; }

    public async Task<IActionResult> OnPostAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        if (file is { Length: > 0 and <= TryDesk.MostBytes })
        {
            using var reader = new StreamReader(file.OpenReadStream());
            Message = await reader.ReadToEndAsync(cancellationToken);
        }

        Problems = string.IsNullOrWhiteSpace(Message) ? [("message", "Paste a message, or choose a file of at most 1 MB.")]
            : Message.Length > TryDesk.MostBytes ? [("message", "The message is longer than 1 MB.")]
            : !string.IsNullOrEmpty(Source) && partners.Find(Source) is not { Role: PartnerRole.Source } ? [("source", "There is no such source.")] : [];
        if (Problems.Count == 0)
        {
            Tried = await desk.TryAsync(Message!, new TriedAs(Blank(Type), Blank(Source), null), cancellationToken);
            Problems = Tried.Count == 0 ? [("message", "No message can be found in this text.")] : [];
        }

        return Page();
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
