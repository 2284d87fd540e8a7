using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Proxy.Simulators;

namespace Hub.Proxy.Commands.Demo;

/// <summary>The example partners of <c>partners/</c>, each recipient with a simulator behind it and its file pointed there.</summary>
internal sealed class DemoPartners : IAsyncDisposable
{
    private DemoPartners(SimulatedFhirPartner practice, SimulatedFhirPartner cmht, SimulatedMllpPartner ward) => (Practice, Cmht, Ward) = (practice, cmht, ward);

    public SimulatedFhirPartner Practice { get; }

    public SimulatedFhirPartner Cmht { get; }

    public SimulatedMllpPartner Ward { get; }

    public static async Task<DemoPartners> StartAsync(TimeProvider time) => new(
        await SimulatedFhirPartner.StartAsync(time: time), await SimulatedFhirPartner.StartAsync(time: time), await SimulatedMllpPartner.StartAsync(time: time));

    /// <summary>Writes the partner files into <paramref name="folder"/>, with the simulators' addresses.</summary>
    public void WriteFiles(string folder)
    {
        Directory.CreateDirectory(folder);
        Write(folder, "northside-epr", _ => { });
        Write(folder, "elm-surgery", settings => settings["endpoint"] = $"http://127.0.0.1:{Practice.Port}/fhir/$process-message");
        Write(folder, "southside-cmht", settings => settings["endpoint"] = $"http://127.0.0.1:{Cmht.Port}/fhir/$process-message");
        Write(folder, "willow-ward", settings =>
        {
            settings["host"] = "127.0.0.1";
            settings["port"] = Ward.Port;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Practice.DisposeAsync();
        await Cmht.DisposeAsync();
        await Ward.DisposeAsync();
    }

    private static void Write(string folder, string id, Action<JsonObject> point)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"partners/{id}.json")
            ?? throw new InvalidOperationException($"The example partner {id} is not in this build.");
        var file = JsonNode.Parse(stream, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();
        point(file["settings"]!.AsObject());
        File.WriteAllText(Path.Combine(folder, id + ".json"), file.ToJsonString());
    }
}
