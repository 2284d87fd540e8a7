using Microsoft.Extensions.Options;

namespace Hub.Proxy.Access.People;

/// <summary>Stops the process where sign-in of people is set up by half: a role that nobody can have is found at the start and not at the first sign-in.</summary>
internal sealed class PeopleValidator : IValidateOptions<HubOptions>
{
    public ValidateOptionsResult Validate(string? name, HubOptions options)
    {
        var (people, wrong) = (options.People, new List<string>());
        if (people.Authority is null)
        {
            return people.ClientId is null && people.Roles.Count == 0 ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Hub:People:Authority: people's sign-in is set up and names no provider. Give its address, or take Hub:People out.");
        }

        if (!Uri.TryCreate(people.Authority, UriKind.Absolute, out var authority) || !(authority.Scheme == "https" || (authority.Scheme == "http" && authority.IsLoopback)))
        {
            wrong.Add("Hub:People:Authority: the provider's https address is expected.");
        }

        if (string.IsNullOrWhiteSpace(people.ClientId))
        {
            wrong.Add("Hub:People:ClientId: the name under which the provider knows this hub is expected.");
        }

        if (people.ClientSecret is null == people.ClientKey is null)
        {
            wrong.Add("Hub:People:ClientSecret: either it or Hub:People:ClientKey is expected, as FromEnv or FromFile.");
        }

        if (people.Roles.Count == 0)
        {
            wrong.Add("Hub:People:Roles: without a rule nobody may do anything. Say which value of the role claim is which role here.");
        }

        for (var i = 0; i < people.Roles.Count; i++)
        {
            if (people.Roles[i] is { Claim: "" } or { Role: null })
            {
                wrong.Add($"Hub:People:Roles:{i}: Claim and Role are expected; Role is one of {string.Join(", ", Enum.GetNames<PersonRole>())}.");
            }
        }

        for (var i = 0; i < people.Teams.Count; i++)
        {
            if (people.Teams[i] is { Claim: "" } or { Team: "" })
            {
                wrong.Add($"Hub:People:Teams:{i}: Claim and Team are expected; Team is an ODS code, an ODS code with a team's local code (RXN/NCRT), or the id of a partner file.");
            }
        }

        if (people.Idle > people.Longest)
        {
            wrong.Add("Hub:People:Idle: it is longer than Hub:People:Longest.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
