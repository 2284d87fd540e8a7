using Hub.Proxy.Access.People;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>What each role may do, and who gets it. Changed in the hub's settings and at the provider, not here.</summary>
internal sealed class AccessModel(IOptions<HubOptions> options) : PageModel
{
    public IReadOnlyList<FactTable> Tables { get; private set; } = [];

    public IActionResult OnGet()
    {
        if (SignedInPerson.Of(HttpContext) is null)
        {
            return NotFound();
        }

        var people = options.Value.People;
        Tables =
        [
            new("Roles", ["Role", "What it sees and does"], "") { Rows = [.. Enum.GetValues<PersonRole>().Select(r => new FactRow(r.ToString(), PersonRoles.InWords(r)))] },
            new("Who has which", [$"Value of {people.RoleClaim}", "Role"], "Nobody has any.") { Rows = [.. people.Roles.Select(r => new FactRow(r.Claim, r.Role.ToString()!))] },
            new("Who is of which team", [$"Value of {people.TeamClaim}", "Team"], "No team is known: a clinician sees nobody but by break-glass.") { Rows = [.. people.Teams.Select(t => new FactRow(t.Claim, t.Team))] },
            new("Sessions", ["What", "How long"], "")
            {
                Rows =
                [
                    new("Without anybody there", Handovers.Words.Span(people.Idle)), new("At the most", Handovers.Words.Span(people.Longest)), new("Break-glass", Handovers.Words.Span(people.BreakGlass)),
                    new("Signed in as surely as", people.Acr.Count > 0 ? string.Join(" or ", people.Acr) : "the provider decides"),
                ],
            },
        ];
        return Page();
    }
}
