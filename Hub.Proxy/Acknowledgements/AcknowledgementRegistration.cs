using Hub.Adapters.Contract;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Proxy.Handovers.Senders;

namespace Hub.Proxy.Acknowledgements;

/// <summary>Answers that come later, in the composition root.</summary>
internal static class AcknowledgementRegistration
{
    /// <summary>Needs the store, the partners and Dispatch, whose schedule says what an outcome means.</summary>
    public static IServiceCollection AddAcknowledgements(this IServiceCollection services) => services
        .AddSingleton<IAnswerIntake, AnswerIntake>()
        .AddPostedAnswers()
        .AddHostedService<AnswerSweeper>()
        .AddSingleton<StatusPosts>()
        .AddSingleton<ResponsePoster>()
        .AddSingleton<IResponsePosts>(provider => provider.GetRequiredService<ResponsePoster>())
        .AddHostedService(provider => provider.GetRequiredService<ResponsePoster>());
}
