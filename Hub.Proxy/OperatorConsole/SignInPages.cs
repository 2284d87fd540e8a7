using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.OperatorConsole;

/// <summary>What the pages must know of signing in.</summary>
internal static partial class SignInPages
{
    /// <summary>Whether people sign in here.</summary>
    public static bool AreOn(HttpContext context) => context.RequestServices.GetRequiredService<IOptions<HubOptions>>().Value.People.IsOn;

    /// <summary>Where to go after signing in: a page of the console, whatever was asked for.</summary>
    public static string Safe(string? to) => to is not null && OfTheConsole().IsMatch(to) ? to : ConsoleGate.Root;

    [GeneratedRegex(@"^/console(/[A-Za-z0-9_-]+)*(\?[A-Za-z0-9_=&%.-]*)?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex OfTheConsole();
}
