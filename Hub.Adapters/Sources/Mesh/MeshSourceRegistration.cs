using Hub.Adapters.Contract;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hub.Adapters.Sources.Mesh;

/// <summary>Puts FHIR messages that come by MESH into a host: <c>AddMeshSource()</c>. The mailbox is emptied by the host's own poller.</summary>
public static class MeshSourceRegistration
{
    public static IServiceCollection AddMeshSource(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPartnerSettingsCheck, MeshSourceSettingsCheck>());
        return services;
    }
}
