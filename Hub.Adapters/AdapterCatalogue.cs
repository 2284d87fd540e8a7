using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Adapters.Recipients.FhirRest;
using Hub.Adapters.Recipients.Hl7v2;
using Hub.Adapters.Recipients.Mesh;
using Hub.Adapters.Recipients.Pull;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters;

/// <summary>Every protocol the hub can deliver by, one line each. A partner is a file, not a line here.</summary>
public static class AdapterCatalogue
{
    public static IServiceCollection AddHubAdapters(this IServiceCollection services) => services
        .AddFhirMessaging()
        .AddFhirRest()
        .AddHl7v2Mllp()
        .AddPull()
        .AddMesh();
}
