using Hub.Proxy.Access;
using Hub.Proxy.Access.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>The page in front of the others, where people sign in: the way to the provider, why somebody is not in, and the way out. There is none where nobody signs in.</summary>
internal sealed class SignInModel(PersonPolicy policy, PersonSessions sessions, AccessRecord record) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Refused { get; set; }

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
