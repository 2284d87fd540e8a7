using System.Security.Cryptography;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;

namespace Hub.Proxy.Mapping;

/// <summary>
/// What read and composed a message: the product's version and a digest of the two assemblies that map, templates, code tables and profiles inside them
/// included. It is kept with every message. Another build may map the same and have another version; the same version never maps otherwise.
/// </summary>
internal static class MappingVersion
{
    public static string Current { get; } = Compute();

    private static string Compute()
    {
        var (language, edges) = (typeof(CareEvent).Assembly, typeof(IEventIntake).Assembly);
        byte[] modules = [.. language.ManifestModule.ModuleVersionId.ToByteArray(), .. edges.ManifestModule.ModuleVersionId.ToByteArray()];
        return $"{language.GetName().Version!.ToString(3)}+{Convert.ToHexStringLower(SHA256.HashData(modules))[..12]}";
    }
}
