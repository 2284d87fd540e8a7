using Hub.Adapters.Contract;

namespace Hub.Proxy.Access;

/// <summary>Sign-in in the composition root.</summary>
internal static class AccessRegistration
{
    public static IServiceCollection AddAccess(this IServiceCollection services) => services
        .AddSingleton<Callers>()
        .AddSingleton<ICallers>(provider => provider.GetRequiredService<Callers>())
        .AddSingleton<AccessAddress>()
        .AddSingleton<AccessTokens>()
        .AddSingleton<ClientAssertions>()
        .AddSingleton<AccessRecord>()
        .AddSingleton<CallRates>()
        .AddSingleton<TokenEndpoint>();

    /// <summary>Before everything that looks at a request.</summary>
    public static void UseAccessGate(this IApplicationBuilder app) => app.UseMiddleware<AccessGate>();

    /// <summary>After routing.</summary>
    public static void UseAccessPolicy(this IApplicationBuilder app) => app.UseMiddleware<AccessPolicy>();

    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Access").Needs(AccessRule.Public);
        group.MapPost(AccessAddress.TokenPath, (HttpContext context, TokenEndpoint endpoint) => endpoint.PostAsync(context))
            .WithName("token").WithSummary("A token for a partner").WithDescription("grant_type=client_credentials with client_assertion (private_key_jwt, RS384 or ES384, at most five minutes, each jti once) and scope.")
            .Produces<object>().Produces<object>(400).Produces<object>(401).Produces<object>(503);
        foreach (var (path, name) in (ReadOnlySpan<(string, string)>)[("/.well-known/smart-configuration", "smart-configuration"), ("/fhir/.well-known/smart-configuration", "fhir-smart-configuration")])
        {
            group.MapGet(path, (TokenEndpoint endpoint) => endpoint.Configuration()).WithName(name).WithSummary("How a partner signs in (SMART)").Produces<object>();
        }
    }
}
