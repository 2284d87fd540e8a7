using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Narratives;

namespace Hub.Tests.Support;

/// <summary>
/// Keeps what the hub emits in the tests, each content once, in <c>artifacts/emitted</c>, where <c>scripts/judge.sh</c> has it judged by
/// validators that this project did not write.
/// </summary>
internal static class Emitted
{
    // A property test composes hundreds of bundles of one shape: more of them tell the judges nothing new.
    private const int MostOfOneTestClass = 60;

    private static readonly string Folder = Directory.CreateDirectory(Repository.PathOf("artifacts", "emitted")).FullName;
    private static readonly ConcurrentDictionary<string, bool> Known = new();
    private static readonly ConcurrentDictionary<string, int> KeptBy = new();

    /// <summary>Composes as the hub does, and keeps the body and its page unless the hub's own check would hold it.</summary>
    public static ComposedBody Compose(ComposeRequest request, [CallerFilePath] string by = "")
    {
        var body = BundleComposer.Compose(request);
        if (!body.Issues.Any(i => i.Severity == IssueSeverity.Error))
        {
            Keep(body.Json, by);
        }

        return body;
    }

    /// <summary>Keeps a FHIR message or document as it left the hub, and its page for people.</summary>
    public static void Keep(ReadOnlyMemory<byte> bundle, [CallerFilePath] string by = "")
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(bundle.Span));
        if (Known.TryAdd(name, true) && KeptBy.AddOrUpdate(by, 1, (_, count) => count + 1) <= MostOfOneTestClass)
        {
            File.WriteAllBytes(Path.Combine(Folder, name + ".json"), bundle.Span);
            File.WriteAllText(Path.Combine(Folder, name + ".html"), NarrativePage.Render(bundle));
        }
    }

    /// <summary>Keeps a resource that has no page for people: an answer, a statement of what the hub can do.</summary>
    public static void KeepResource(ReadOnlyMemory<byte> resource, [CallerFilePath] string by = "")
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(resource.Span));
        if (Known.TryAdd(name, true) && KeptBy.AddOrUpdate(by, 1, (_, count) => count + 1) <= MostOfOneTestClass)
        {
            File.WriteAllBytes(Path.Combine(Folder, name + ".json"), resource.Span);
        }
    }

    /// <summary>Keeps a page that was printed to be handed over.</summary>
    public static void KeepPage(string page, [CallerFilePath] string by = "")
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(page)));
        if (Known.TryAdd(name, true) && KeptBy.AddOrUpdate(by, 1, (_, count) => count + 1) <= MostOfOneTestClass)
        {
            File.WriteAllText(Path.Combine(Folder, name + ".html"), page);
        }
    }
}
