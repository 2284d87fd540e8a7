using System.Globalization;
using System.Security.Claims;

namespace Hub.Proxy.Access.People;

/// <summary>Somebody who signed in, on the request.</summary>
internal sealed record SignedInPerson
{
    /// <summary>The scheme of the session's cookie.</summary>
    public const string Scheme = "hub-session";

    private const string Role = "role";
    private const string Team = "team";
    private const string Session = "sid";
    private const string Since = "since";
    private const int MostOfName = 60;
    private const int MostOfSubject = 36;

    /// <summary>The provider's id for the person; never changes hands.</summary>
    public required string Subject { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<PersonRole> Roles { get; init; }

    /// <summary>As <see cref="TeamRule.Team"/> writes them.</summary>
    public required IReadOnlyList<string> Teams { get; init; }
    public required string SessionId { get; init; }
    public required DateTimeOffset SignedInAt { get; init; }

    /// <summary>As the person stands in every record: a name for people, and the id that tells two of one name apart.</summary>
    public string Actor => $"{Cut(Name, MostOfName)} ({Cut(Subject, MostOfSubject)})";

    public bool May(PersonRight right) => Roles.Any(r => PersonRoles.Rights(r).Contains(right));

    /// <summary>What is seen of everybody, whosever they are.</summary>
    public Sight OfEverybody => Roles.Select(PersonRoles.OfEverybody).DefaultIfEmpty(Sight.Nothing).Max();

    /// <summary>Null where nobody signed in, or people do not sign in here.</summary>
    public static SignedInPerson? Of(HttpContext context) => context.Features.Get<SignedInPerson>();

    /// <summary>Who is on record for what is done: who signed in; else the name that was given.</summary>
    public static string? ActorOf(HttpContext context, string? named) => Of(context)?.Actor ?? named;

    /// <summary>What the session's cookie holds of the person, and no more.</summary>
    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
    [
        new("sub", Subject), new("name", Name), new(Session, SessionId), new(Since, SignedInAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        .. Roles.Select(r => new Claim(Role, r.ToString())), .. Teams.Select(t => new Claim(Team, t)),
    ], Scheme, "name", Role));

    /// <summary>Null where a principal is none of ours.</summary>
    public static SignedInPerson? Read(ClaimsPrincipal? principal) =>
        principal?.Identity is { IsAuthenticated: true, AuthenticationType: Scheme } && principal.FindFirst("sub") is { Value: { Length: > 0 } subject }
            && principal.FindFirst(Session) is { Value: { Length: > 0 } session } && long.TryParse(principal.FindFirst(Since)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var since)
        ? new SignedInPerson
        {
            Subject = subject, Name = principal.FindFirst("name")?.Value ?? subject, SessionId = session, SignedInAt = DateTimeOffset.FromUnixTimeSeconds(since),
            Roles = [.. principal.FindAll(Role).Select(c => Enum.TryParse<PersonRole>(c.Value, out var role) ? role : (PersonRole?)null).OfType<PersonRole>()],
            Teams = [.. principal.FindAll(Team).Select(c => c.Value)],
        } : null;

    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;
}
