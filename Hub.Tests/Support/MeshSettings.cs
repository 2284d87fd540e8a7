using System.Text.Json;
using Hub.Adapters;
using Hub.Adapters.Contract;
using Hub.Adapters.Mailboxes;
using Hub.Proxy.Simulators;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Tests.Support;

/// <summary>Settings and open mailboxes for a scripted MESH.</summary>
internal static class MeshSettings
{
    public const string Ours = "X26ABC1";
    public const string Practice = "X26ABC2";
    public const string Workflow = "CRT_TEST";
    public const string Answers = "CRT_TEST_ACK";
    public const string Events = "CRT_TEST_EVENT";

    static MeshSettings()
    {
        Environment.SetEnvironmentVariable("HUB_TEST_MESH_PASSWORD", SimulatedMesh.Password);
        Environment.SetEnvironmentVariable("HUB_TEST_MESH_KEY", SimulatedMesh.SharedKey);
    }

    /// <summary>Our mailbox at this MESH.</summary>
    public static Dictionary<string, object> Mailbox(SimulatedMesh mesh, TimeSpan? timeout = null) => new()
    {
        ["endpoint"] = mesh.Endpoint.AbsoluteUri,
        ["mailbox"] = Ours,
        ["password"] = new { fromEnv = "HUB_TEST_MESH_PASSWORD" },
        ["sharedKey"] = new { fromEnv = "HUB_TEST_MESH_KEY" },
        ["timeout"] = (timeout ?? TimeSpan.FromSeconds(5)).ToString("c"),
        ["pollEvery"] = "00:00:01",
    };

    public static Dictionary<string, object> Recipient(SimulatedMesh mesh, TimeSpan? timeout = null) => new(Mailbox(mesh, timeout))
    {
        ["to"] = Practice,
        ["workflow"] = Workflow,
        ["answerWorkflow"] = Answers,
    };

    /// <summary>A mailbox opened as the hub opens it. Dispose the provider.</summary>
    public static (Mailbox Mailbox, ServiceProvider Services) Open(SimulatedMesh mesh, Action<Dictionary<string, object>>? change = null)
    {
        var settings = Mailbox(mesh);
        change?.Invoke(settings);
        var services = new ServiceCollection().AddHubAdapters().BuildServiceProvider();
        var file = new PartnerFile { Id = "m", Name = "M", Role = PartnerRole.Recipient, Protocol = "mesh", Settings = JsonSerializer.SerializeToElement(settings) };
        return (services.GetRequiredService<MailboxFactory>().Open(MailboxSettings.Of(file)!), services);
    }
}
