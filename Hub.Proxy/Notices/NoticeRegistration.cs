using Hub.Proxy.Store;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Notices;

/// <summary>Telling people, in the composition root.</summary>
internal static class NoticeRegistration
{
    public static IServiceCollection AddNotices(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<NoticeSettings>, NoticeSettingsValidator>();
        services.AddOptionsWithValidateOnStart<NoticeSettings>().Bind(configuration.GetSection(NoticeSettings.Section));
        services.AddHttpClient(SignedPost.Client).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        return services
            .AddSingleton<SignedPost>()
            .AddSingleton<NoticeRungs>()
            .AddSingleton<NoticeLinks>()
            .AddSingleton<NoticeDesk>()
            .AddSingleton(provider => new NoticeBook(() => StoreStart.Context(provider.GetRequiredService<StoreOptions>())))
            .AddSingleton(Channels)
            .AddSingleton<NoticeSweeper>()
            .AddHostedService(provider => provider.GetRequiredService<NoticeSweeper>())
            .AddHostedService<RotaWatch>();
    }

    private static IReadOnlyList<INoticeChannel> Channels(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<IOptions<NoticeSettings>>().Value;
        return
        [
            .. settings.Email is { } email ? [ActivatorUtilities.CreateInstance<EmailChannel>(provider, email)] : (IEnumerable<INoticeChannel>)[],
            .. settings.Fhir is { } fhir ? [ActivatorUtilities.CreateInstance<FhirChannel>(provider, fhir)] : (IEnumerable<INoticeChannel>)[],
            .. settings.Webhook is { } webhook ? [ActivatorUtilities.CreateInstance<WebhookChannel>(provider, webhook)] : (IEnumerable<INoticeChannel>)[],
        ];
    }
}

/// <summary>Stops the process over a channel that could tell nobody.</summary>
internal sealed class NoticeSettingsValidator : IValidateOptions<NoticeSettings>
{
    public ValidateOptionsResult Validate(string? name, NoticeSettings options) =>
        options.Faults().ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}
