using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Proxy.Simulators;

namespace Hub.Proxy.Commands.Demo;

/// <summary>
/// The example partners of <c>partners/</c>, each recipient with a simulator behind it and its file pointed there; and two practices as practices in England are reached, ITK3 over
/// MESH, with mailboxes at a scripted one.
/// </summary>
internal sealed class DemoPartners : IAsyncDisposable
{
    public const string OakCode = "Y12346";
    public const string Oak = "oak-surgery";
    public const string Ash = "ash-surgery";
    private static readonly string[] AnswerWorkflows = ["TOC_FHIR_MH_DISCH_ACK", "GPCONNECT_SEND_DOCUMENT_ACK"];
    private const string OakMailbox = "X26ABC2";
    private const string AshMailbox = "X26ABC3";

    private DemoPartners(SimulatedFhirPartner practice, SimulatedFhirPartner cmht, SimulatedMllpPartner ward, SimulatedMesh mesh)
    {
        (Practice, Cmht, Ward, Mesh) = (practice, cmht, ward, mesh);
        mesh.OfMailbox[OakMailbox] = mesh.OfMailbox[AshMailbox] = SimulatorFault.Parse("reply:ok");
    }

    public SimulatedMesh Mesh { get; }

    /// <summary>One person has moved: their practice answers from now on that they are no longer registered there (30003).</summary>
    public void PersonMovesAway() => Mesh.OfMailbox[AshMailbox] = SimulatorFault.Parse("reply:30003");

    public SimulatedFhirPartner Practice { get; }

    public SimulatedFhirPartner Cmht { get; }

    public SimulatedMllpPartner Ward { get; }

    public static async Task<DemoPartners> StartAsync(TimeProvider time) => new(
        await SimulatedFhirPartner.StartAsync(time: time), await SimulatedFhirPartner.StartAsync(time: time), await SimulatedMllpPartner.StartAsync(time: time),
        await SimulatedMesh.StartAsync(time: time));

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
        WriteOfMesh(folder, Oak, "Oak Surgery", OakCode, OakMailbox);
        WriteOfMesh(folder, Ash, "Ash Surgery", "Y12347", AshMailbox);
    }

    public async ValueTask DisposeAsync()
    {
        await Practice.DisposeAsync();
        await Cmht.DisposeAsync();
        await Ward.DisposeAsync();
        await Mesh.DisposeAsync();
    }

    /// <summary>As <c>docs/mesh.md</c> connects one; the secrets stand in files beside the partner files.</summary>
    private void WriteOfMesh(string folder, string id, string name, string organisation, string mailbox)
    {
        string Secret(string what, string value)
        {
            var path = Path.Combine(Path.GetDirectoryName(folder)!, what);
            File.WriteAllText(path, value);
            return path;
        }

        File.WriteAllText(Path.Combine(folder, id + ".json"), JsonSerializer.Serialize(new
        {
            id, name, role = "recipient", organisation, audience = "gp", protocol = "mesh", supportContact = "Practice manager, to be named by the practice",
            settings = new
            {
                endpoint = Mesh.Endpoint.AbsoluteUri, mailbox = "X26ABC1", password = new { fromFile = Secret("mesh-password", SimulatedMesh.Password) },
                sharedKey = new { fromFile = Secret("mesh-key", SimulatedMesh.SharedKey) }, to = mailbox, workflow = "GPCONNECT_SEND_DOCUMENT",
                workflows = new[] { new { @event = "discharge", workflow = "TOC_FHIR_MH_DISCH" } },
                answerWorkflow = AnswerWorkflows, format = "itk3-xml", pollEvery = "00:00:01",
            },
        }));
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
