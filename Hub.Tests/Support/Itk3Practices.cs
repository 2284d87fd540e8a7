using System.Text.Json;
using Hub.Proxy.Simulators;

namespace Hub.Tests.Support;

/// <summary>Practices behind a scripted MESH that take ITK3, as partner files.</summary>
internal static class Itk3Practices
{
    public const string Discharges = "TOC_FHIR_MH_DISCH";
    public const string Documents = "GPCONNECT_SEND_DOCUMENT";

    /// <summary>One practice with a mailbox of its own; what is sent of a discharge and of all else is answered in a workflow each.</summary>
    public static string File(SimulatedMesh mesh, string id, string organisation, string mailbox, string name = "Oak Surgery") => JsonSerializer.Serialize(new
    {
        id, name, role = "recipient", organisation, audience = "gp", protocol = "mesh",
        settings = new Dictionary<string, object>(MeshSettings.Mailbox(mesh))
        {
            ["to"] = mailbox,
            ["workflow"] = Documents,
            ["workflows"] = new[] { new { @event = "discharge", workflow = Discharges } },
            ["answerWorkflow"] = new[] { Discharges + "_ACK", Documents + "_ACK" },
            ["format"] = "itk3-xml",
        },
    });

    /// <summary>A hub with these practices beside its own.</summary>
    public static Task<TestHub> StartAsync(params (string Id, string File)[] practices) => StartAsync(new Dictionary<string, string?>(), practices);

    public static async Task<TestHub> StartAsync(IReadOnlyDictionary<string, string?> settings, params (string Id, string File)[] practices)
    {
        var hub = await TestHub.StartAsync(TestPartners.Patience, settings);
        foreach (var (id, file) in practices)
        {
            await System.IO.File.WriteAllTextAsync(Path.Combine(hub.PartnersFolder, id + ".json"), file);
        }

        await hub.RestartAsync();
        if (hub.PartnerProblems.Count > 0)
        {
            throw new InvalidOperationException(string.Join('\n', hub.PartnerProblems));
        }

        return hub;
    }
}
