using Hub.Fhir.Events;
using Hub.Proxy.Access.People;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>Where somebody says why they need to see a person that is not theirs to see. A number is sent in a form and stands in no address.</summary>
internal sealed class BreakGlassModel(BreakGlassBook glass, PersonSight sight, StoreOptions keys, IOptions<HubOptions> options) : PageModel
{
    private const int Shortest = 10;

    public TimeSpan For => options.Value.People.BreakGlass;
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];

    /// <summary>By the hub's own id, from a handover.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Person { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Message { get; set; }

    [BindProperty(Name = "why")]
    public string? Reason { get; set; }

    public IActionResult OnGet() => SignedInPerson.Of(HttpContext) is null ? NotFound() : Page();

    public async Task<IActionResult> OnPostAsync(string? number, CancellationToken cancellationToken)
    {
        if (SignedInPerson.Of(HttpContext) is not { } who)
        {
            return NotFound(); // where nobody signs in, nothing is shut
        }

        var why = Reason?.Trim() ?? "";
        if (why.Length < Shortest)
        {
            Problems = [("why", "Say why, so that somebody else understands it.")];
            return Page();
        }

        if (Message is { } message)
        {
            return await OfMessageAsync(who, message, why, cancellationToken);
        }

        IReadOnlyList<Guid> found = Person is { } person ? await sight.PersonsAsync(About.Person, person, cancellationToken) is { } known ? known.Persons : []
            : NhsNumber.TryParse(number?.Replace(" ", "", StringComparison.Ordinal), out var parsed) ? await glass.FindAsync(parsed, keys, cancellationToken) : [];
        if (found.Count == 0)
        {
            await glass.NobodyAsync(who, why, cancellationToken);
            Problems = [("number", "The hub knows nobody of this number. That you asked is written down.")];
            return Page();
        }

        foreach (var one in found)
        {
            await glass.OpenAsync(who, one, "person", why, cancellationToken);
        }

        return Redirect($"/console/people/{found[0]}");
    }

    private async Task<IActionResult> OfMessageAsync(SignedInPerson who, Guid id, string why, CancellationToken cancellationToken)
    {
        if (await sight.PersonsAsync(About.Message, id, cancellationToken) is not ({ } persons, { } message))
        {
            await glass.NobodyAsync(who, why, cancellationToken);
            return NotFound();
        }

        foreach (var person in persons)
        {
            await glass.OpenAsync(who, person, "person", why, cancellationToken);
        }

        if (persons.Count == 0)
        {
            await glass.OpenAsync(who, message, "message", why, cancellationToken);
        }

        return Redirect($"/console/messages/{message}");
    }
}
