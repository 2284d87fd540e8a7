using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>One page of all that was reported of an episode: carers, physical health, medicines, contacts, copies given. It prints as a sheet.</summary>
[ShowsPeople]
internal sealed class StoryModel(Caseload caseload, ConsolePeople people, TimeProvider time) : PageModel
{
    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public long EpisodeId { get; private set; }
    public PersonLine? Person { get; private set; }
    public IReadOnlyList<FactTable> Tables { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(long episode, CancellationToken cancellationToken)
    {
        if ((await caseload.OfAsync([episode], cancellationToken)).GetValueOrDefault(episode) is not { } entry)
        {
            return NotFound();
        }

        EpisodeId = episode;
        Person = (await people.OfEpisodesAsync([episode], cancellationToken)).GetValueOrDefault(episode);
        Tables = EpisodeFacts.Of(entry.State);
        return Page();
    }
}
