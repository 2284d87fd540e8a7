using Hub.Proxy.Access;
using Hub.Proxy.Access.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>The page in front of the others, where people sign in: the way to the provider, why somebody is not in, and the way out. There is none where nobody signs in.</summary>
internal sealed class SignInModel(PersonPolicy policy, PersonSessions sessions, FirstAdministrator first, AccessRecord record, IOptions<HubOptions> options) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Refused { get; set; }

    /// <summary>Whether there is a provider to go to.</summary>
    public bool HasProvider => options.Value.People.Authority is not null;

    /// <summary>Whether the hub's own account is let in.</summary>
    public bool HasFirst => options.Value.People.FirstAdministrator;

    /// <summary>Whether that account has been made.</summary>
    public bool IsMade => HasFirst && first.IsMade;
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];

    public string Safe => SignInPages.Safe(To);

    /// <summary>Why nobody is signed in, in words of this page: an address must not be able to say anything here.</summary>
    public string? Why => Refused switch
    {
        "role" => "You signed in, and have no role at this hub. Ask whoever looks after the hub to have one given to you.",
        "acr" => "You signed in, and not as surely as this hub asks. Sign in with your smartcard or security key.",
        "failed" => "Signing in did not succeed. Nothing of what was sent is used; try again.",
        "out" => "You are signed out of the hub. At your provider you may still be signed in.",
        _ => null,
    };

    public IActionResult OnGet() => SignInPages.AreOn(HttpContext) ? Page() : NotFound();

    public async Task<IActionResult> OnGetGoAsync()
    {
        if (!SignInPages.AreOn(HttpContext))
        {
            return NotFound();
        }

        await policy.ChallengeAsync(HttpContext, Safe);
        return new EmptyResult();
    }

    public async Task<IActionResult> OnPostFirstAsync(string? token, string? name, string? password, CancellationToken cancellationToken)
    {
        if (!HasFirst || IsMade)
        {
            return NotFound();
        }

        if (string.IsNullOrWhiteSpace(name) || name.Length > 60 || password is not { Length: >= FirstAdministrator.ShortestPassword and <= FirstAdministrator.LongestPassword })
        {
            Problems = [("first-password", $"Give your name, and a password of {FirstAdministrator.ShortestPassword} characters or more.")];
            return Page();
        }

        if (!await first.MakeAsync(token ?? "", name.Trim(), password, cancellationToken))
        {
            await record.RefusedAsync("nobody known", "first-administrator", "token", cancellationToken);
            Problems = [("token", "This is not the token, or it was used, or its time is over, or too many were tried. Wait a quarter of an hour, or make another.")];
            return Page();
        }

        return await LocalAsync(name, password, cancellationToken);
    }

    public Task<IActionResult> OnPostLocalAsync(string? name, string? password, CancellationToken cancellationToken) => LocalAsync(name ?? "", password ?? "", cancellationToken);

    private async Task<IActionResult> LocalAsync(string name, string password, CancellationToken cancellationToken)
    {
        if (!IsMade)
        {
            return NotFound();
        }

        if (first.SignIn(name, password) is not { } person)
        {
            await record.RefusedAsync("nobody known", "sign-in", "password", cancellationToken);
            Problems = [("local-name", "Name or password is wrong, or too many were tried. Wait a quarter of an hour.")];
            return Page();
        }

        await record.PersonSignedInAsync(person, cancellationToken);
        await HttpContext.SignInAsync(SignedInPerson.Scheme, person.ToPrincipal());
        return Redirect(ConsoleGate.Root);
    }

    public async Task<IActionResult> OnPostOutAsync(CancellationToken cancellationToken)
    {
        if (!SignInPages.AreOn(HttpContext))
        {
            return NotFound();
        }

        if (SignedInPerson.Read(User) is { } person)
        {
            await sessions.EndAsync(person, cancellationToken);
            await record.PersonSignedOutAsync(person, cancellationToken);
        }

        await HttpContext.SignOutAsync(SignedInPerson.Scheme);
        return Redirect(PeopleSignIn.SignInModelPath + "?refused=out");
    }
}
