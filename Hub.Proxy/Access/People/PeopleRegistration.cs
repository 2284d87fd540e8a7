using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Access.People;

/// <summary>People's sign-in in the composition root.</summary>
internal static class PeopleRegistration
{
    public static IServiceCollection AddPeople(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<HubOptions>, PeopleValidator>();
        services.AddSingleton<PersonPolicy>().AddSingleton<PersonActs>().AddSingleton<PersonSight>().AddSingleton<BreakGlassBook>().AddSingleton<PersonSessions>().AddSingleton<FirstAdministrator>();
        var signIn = services.AddAuthentication(SignedInPerson.Scheme);
        var people = configuration.GetSection($"{HubOptions.Section}:{nameof(HubOptions.People)}");
        var provider = people[nameof(PeopleOptions.Authority)] is { Length: > 0 };
        if (!provider && !people.GetValue<bool>(nameof(PeopleOptions.FirstAdministrator)))
        {
            return services; // there is nobody to sign in, and no scheme that could let somebody in
        }

        services.AddSingleton<PeopleSignIn>().AddSingleton<IConfigureOptions<CookieAuthenticationOptions>>(parts => parts.GetRequiredService<PeopleSignIn>());
        signIn.AddCookie(SignedInPerson.Scheme);
        if (provider)
        {
            services.AddSingleton<IConfigureOptions<OpenIdConnectOptions>>(parts => parts.GetRequiredService<PeopleSignIn>());
            signIn.AddOpenIdConnect();
        }

        return services;
    }

    /// <summary>Who is signed in, and what comes back from the provider. After the gate of the console, before routing.</summary>
    public static void UsePeople(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<HubOptions>>().Value.People.IsOn)
        {
            app.UseAuthentication();
        }
    }
}
