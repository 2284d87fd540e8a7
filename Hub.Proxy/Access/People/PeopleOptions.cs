using System.ComponentModel.DataAnnotations;
using Hub.Adapters.Contract;

namespace Hub.Proxy.Access.People;

/// <summary>
/// Sign-in of people, by the trust's own provider (OpenID Connect). Off until <see cref="Authority"/> is set: then nobody but who signs in sees the console, on
/// the hub's own machine or elsewhere.
/// </summary>
public sealed class PeopleOptions
{
    /// <summary>The provider, such as <c>https://am.nhsidentity.example/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare</c>.</summary>
    public string? Authority { get; set; }

    public string? ClientId { get; set; }

    /// <summary>The secret that the provider gave; either this or <see cref="ClientKey"/>.</summary>
    public SecretRef? ClientSecret { get; set; }

    /// <summary>A private key in PEM form, RSA or P-384: the hub signs who it is (private_key_jwt).</summary>
    public SecretRef? ClientKey { get; set; }

    /// <summary>The name under which the provider knows the public half.</summary>
    public string? ClientKeyId { get; set; }

    /// <summary>What is asked for; <c>openid</c> and <c>profile</c> where it is left out.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>What <c>aud</c> of an id_token must hold; the client id where it is left out.</summary>
    public string? Audience { get; set; }

    /// <summary>How surely somebody must have signed in: one of these values of <c>acr</c>, such as <c>AAL3_ANY</c>. Any where it is left out.</summary>
    public IList<string> Acr { get; } = [];

    /// <summary>Where a person's roles stand, as a path through arrays and objects: <c>roles</c>, or <c>nhsid_nrbac_roles.role_code</c>.</summary>
    [Required]
    public string RoleClaim { get; set; } = "roles";

    /// <summary>Where a person's teams stand, as <see cref="RoleClaim"/>.</summary>
    [Required]
    public string TeamClaim { get; set; } = "teams";

    /// <summary>What the person is called on record.</summary>
    [Required]
    public string NameClaim { get; set; } = "name";

    /// <summary>What each value of the role claim is here. A value that stands in no rule is nothing.</summary>
    public IList<RoleRule> Roles { get; } = [];

    /// <summary>What team each value of the team claim is here.</summary>
    public IList<TeamRule> Teams { get; } = [];

    /// <summary>A session in which nobody does anything ends after this.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "04:00:00")]
    public TimeSpan Idle { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>A session ends after this whatever is done in it.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "24:00:00")]
    public TimeSpan Longest { get; set; } = TimeSpan.FromHours(10);

    /// <summary>For how long somebody who says why sees a person that is not theirs to see.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "08:00:00")]
    public TimeSpan BreakGlass { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>Lets one account of the hub's own in, as administrator and nothing else, for the time in which no provider works yet (<c>hub people first-administrator</c>).</summary>
    public bool FirstAdministrator { get; set; }

    /// <summary>Whether people sign in at all.</summary>
    public bool IsOn => Authority is not null || FirstAdministrator;
}

/// <summary>What one value of the role claim is here.</summary>
public sealed class RoleRule
{
    public string Claim { get; set; } = "";
    public PersonRole? Role { get; set; }
}

/// <summary>What team one value of the team claim is here: an ODS code (<c>RXN01</c>), one with the sender's code for a team of it (<c>RXN/NCRT</c>), or the id of a partner file.</summary>
public sealed class TeamRule
{
    public string Claim { get; set; } = "";
    public string Team { get; set; } = "";
}
