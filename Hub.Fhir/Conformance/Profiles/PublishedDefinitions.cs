using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Profiles;

/// <summary>The definitions of our package that peers ask a running hub for.</summary>
public static class PublishedDefinitions
{
    private static readonly Lazy<IReadOnlyList<Resource>> All = new(() => [.. EmbeddedDefinitions.Resources().Select(r => r.Resource)]);

    /// <summary>One a message event, in the order of their ids. Shared: not to be changed.</summary>
    public static IReadOnlyList<MessageDefinition> Messages => [.. All.Value.OfType<MessageDefinition>().OrderBy(d => d.Id, StringComparer.Ordinal)];

    /// <summary>What the package says a hub does; a running hub's own statement rests on it.</summary>
    public static CapabilityStatement Capabilities => All.Value.OfType<CapabilityStatement>().Single();
}
