using Hub.Proxy.Access.People;
using Hub.Proxy.Handovers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>One obligation: its words, its story, and the acts that can follow. Every act goes through <see cref="ObligationDesk"/>.</summary>
[ShowsPeople]
internal sealed class ObligationModel(HandoverBook book, ObligationDesk desk, ConsolePeople people, TimeProvider time) : PageModel, IActs
{
    public static IReadOnlyList<(string Act, string Name, string Hint)> Acts { get; } =
    [
        ("accept", "Accept", "A named person or team takes it on from now."),
        ("assess-only", "Accept for assessment only", "They will see the person, and have not taken over the care."),
        ("ask", "Ask for more information", "The clock runs on."),
        ("decline", "Decline", "The reason goes back to the team that asked, and the obligation with it."),
        ("reassign", "Ask somebody else", "Say who."),
        ("start", "Say that it has begun", ""),
        ("done", "Say that it is done", ""),
        ("waive", "Waive", "It is no longer needed. Say why."),
    ];

    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public ObligationView View { get; private set; } = null!;
    public PersonLine? Person { get; private set; }
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];

    [BindProperty]
    public string? Act { get; set; }

    [BindProperty]
    public string? What { get; set; }

    [BindProperty]
    public string? By { get; set; }

    [BindProperty]
    public string? Role { get; set; }

    [BindProperty]
    public string? Rang { get; set; }

    [BindProperty]
    public string? SpokeTo { get; set; }

    [BindProperty]
    public bool ReadBack { get; set; }

    /// <summary>What the person saw when the page was opened: another's act meanwhile is not overwritten.</summary>
    [BindProperty]
    public long Version { get; set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken) => await ShowAsync(id, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!await ShowAsync(id, cancellationToken))
        {
            return NotFound();
        }

        Problems = Missing();
        if (Problems.Count > 0)
        {
            return Page();
        }

        var request = new ActRequest
        {
            By = By, Role = Empty(Role), What = Empty(What), Rang = Empty(Rang), SpokeTo = Empty(SpokeTo), ReadBack = ReadBack,
        };
        if (request.ToAct(Act!, Now) is not { } act)
        {
            Problems = [("what", "Say who, what or why.")];
            return Page();
        }

        if (await desk.ActAsync(id, act, Version, cancellationToken) is NotPossible not)
        {
            await ShowAsync(id, cancellationToken);
            Problems = [("", not.Why)];
            return Page();
        }

        return Redirect($"/console/obligations/{id}"); // a reload must not say it again
    }

    /// <summary>What was said with a step, in one line.</summary>
    public static string? Said(StepView step)
    {
        var note = step.Note;
        return note is null ? null : string.Join("; ", new[]
        {
            note.Words, note.Note, note.Call is { } call ? $"rang {call.Number}, spoke to {call.SpokeTo}{(call.ReadBack ? ", read back" : ", not read back")}" : null,
        }.Where(part => !string.IsNullOrEmpty(part)));
    }

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private List<(string Field, string Text)> Missing()
    {
        var missing = new List<(string, string)>();
        if (Acts.All(a => a.Act != Act))
        {
            missing.Add(("act-accept", "Choose what you want to say."));
        }
        else if (Empty(What) is null && Act is not ("start" or "done"))
        {
            missing.Add(("what", "Say who takes it on, or what, or why."));
        }

        if (Empty(By) is null)
        {
            missing.Add(("by", "Give your name."));
        }

        if (Empty(Rang) is null != Empty(SpokeTo) is null)
        {
            missing.Add(("rang", "Of a phone call, give both the number and whom you spoke to."));
        }

        return missing;
    }

    private async Task<bool> ShowAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await book.ObligationAsync(id, cancellationToken) is not { } view)
        {
            return false;
        }

        View = view;
        Person = (await people.OfEpisodesAsync([view.Entry.EpisodeId], cancellationToken)).GetValueOrDefault(view.Entry.EpisodeId);
        return true;
    }
}
