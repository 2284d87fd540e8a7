using Hub.Adapters.Contract;
using Hub.Adapters.Sources.Mesh;

namespace Hub.Proxy.Acknowledgements;

/// <summary>Puts the pollers of mailboxes into the host.</summary>
internal static class MailboxPollerRegistration
{
    /// <summary>Needs an <see cref="IEventIntake"/>, an <see cref="IAnswerIntake"/> once something was sent by MESH, the message store and the partner files.</summary>
    public static IServiceCollection AddMailboxPollers(this IServiceCollection services) => services
        .AddSingleton<MeshEvents>()
        .AddSingleton<Itk3Documents>()
        .AddSingleton<SentMessages>()
        .AddSingleton<MailboxNotices>()
        .AddSingleton(provider => new MailboxDoors(
            provider.GetRequiredService<MeshEvents>(), provider.GetRequiredService<Itk3Documents>(), provider.GetRequiredService<IAnswerIntake>, provider.GetRequiredService<SentMessages>(), provider.GetRequiredService<MailboxNotices>()))
        .AddHostedService<MailboxPollers>();
}
