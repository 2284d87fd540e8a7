using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>A person's timeline. Its address holds the hub's own id and nothing of the person.</summary>
[ShowsPeople]
internal sealed class PersonModel(Func<HubDbContext> open) : PageModel
{
    public PersonLine? Person { get; private set; }
    public IReadOnlyList<string> Merges { get; private set; } = [];
    public FactTable Episodes { get; private set; } = null!;
    public IReadOnlyList<PersonStoryLine> Lines { get; private set; } = [];
    public bool IsCut => Lines.Count == PersonStory.Most;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await PersonStory.ReadAsync(open, id, cancellationToken) is not { } story)
        {
            return NotFound();
        }

        (Person, Merges, Lines) = (story.Person, story.Merges, story.Lines);
        Episodes = new FactTable("Episodes", ["Episode", "Stands", "Last changed"], "No episode is kept.")
        {
            Rows = [.. story.Episodes.Select(e => new FactRow($"{e.Row.LocalId} at {e.Row.EpisodeOrganisation}", e.Row.Status.ToString().ToLowerInvariant(), Handovers.Words.London(e.Row.UpdatedAt)) { Link = $"/console/handovers/{e.EpisodeId}" })],
        };
        return Page();
    }
}
