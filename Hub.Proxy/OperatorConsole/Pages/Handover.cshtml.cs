using Hub.Proxy.Handovers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>One handover on one page: who holds the person, what is owed, what each recipient has. It prints as a sheet.</summary>
[ShowsPeople]
internal sealed class HandoverModel(HandoverBook book, Caseload caseload, ConsolePeople people, TimeProvider time) : PageModel
{
    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public HandoverView View { get; private set; } = null!;
    public PersonLine? Person { get; private set; }
    public Guid PersonId { get; private set; }
    public FactTable PhysicalHealth { get; private set; } = null!;
    public FactTable Carers { get; private set; } = null!;
    public IReadOnlyList<HandoverCheck> Readiness { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(long episode, CancellationToken cancellationToken)
    {
        if (await book.HandoverAsync(episode, cancellationToken) is not { } view || (await caseload.OfAsync([episode], cancellationToken)).GetValueOrDefault(episode) is not { } entry)
        {
            return NotFound();
        }

        View = view;
        PersonId = entry.PersonId;
        Readiness = Handovers.Readiness.Of(entry.State);
        PhysicalHealth = EpisodeFacts.PhysicalHealth(entry.State);
        Carers = EpisodeFacts.Carers(entry.State);
        Person = (await people.OfEpisodesAsync([episode], cancellationToken)).GetValueOrDefault(episode);
        return Page();
    }
}
