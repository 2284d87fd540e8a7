using Hub.Adapters.Contract;
using Hub.Adapters.Mailboxes;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Recipients.Mesh;

/// <summary>MESH, NHS England's Message Exchange for Social Care and Health: taken by the carrier now, answered later.</summary>
internal sealed class MeshProtocol(MailboxFactory mailboxes, PartnerBreakers breakers, TimeProvider time) : IRecipientProtocol
{
    public string Name => MailboxSettings.Protocol;

    public IReadOnlyList<OutcomeRow> Outcomes { get; } = MeshOutcomes.With(MeshPayload.Formats.Values);

    public IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => MeshRecipientSettings.Read(partner).Problems;

    public IRecipientAdapter Create(PartnerFile partner)
    {
        var settings = MeshRecipientSettings.Read(partner).Settings ?? throw new InvalidOperationException($"Partner file '{partner.Id}' was not checked");
        return new MeshAdapter(partner, settings, mailboxes.Open(settings.Mailbox), DeliveryBreaker.For(breakers, partner.Id), time);
    }
}

internal static class MeshRegistration
{
    public static IServiceCollection AddMesh(this IServiceCollection services) => services.AddMailboxes().AddSingleton<IRecipientProtocol, MeshProtocol>();
}
