using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.Proxy.Commands;
using Hub.Proxy.Commands.Doctor;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Commands;

/// <summary><c>hub doctor</c>: each fault of a configuration is one line with what to do, and looking changes nothing.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-doctor-");

    public DoctorTests() => TestPartners.Write(Partners, 9001, 9002, 9003);

    private string Partners => Path.Combine(folder.FullName, "partners");

    [Fact]
    public async Task A_configuration_that_is_right_is_found_right_and_nothing_is_made()
    {
        var found = await FindAsync();

        found.Where(f => f.State != FindingState.Ok).Select(f => f.Check).ShouldBe(["golden samples", "notices"], string.Join('\n', found));
        found.Select(f => f.Check).ShouldBe(
            ["settings", "partner files", "who takes part", "golden samples", "store", "content keys", "disk", "bus", "monitoring rules", "notices", "rota", "http port", "mllp port", "http is open to", "mllp is open to"]);
        found.Single(f => f.Check == "http is open to").Text.ShouldContain("this machine only");
        Directory.Exists(Path.Combine(folder.FullName, "data")).ShouldBeFalse();
    }

    [Fact]
    public async Task Where_people_sign_in_it_says_who_sees_what_and_what_is_missing_for_it()
    {
        (string, string)[] people = [("Hub:People:Authority", "https://provider.example"), ("Hub:People:ClientId", "crt-hub"), ("Hub:People:ClientSecret:FromFile", Path.Combine(folder.FullName, "secret")),
            ("Hub:People:Roles:0:Claim", "R8000"), ("Hub:People:Roles:0:Role", "Clinician"), ("Hub:People:Roles:1:Claim", "R8001"), ("Hub:People:Roles:1:Role", "Operator")];

        var found = await FindAsync(people);

        found.Single(f => f.Check == "http is open to").Text.ShouldEndWith("The console, handovers and reports are for people who sign in, from this machine too.");
        found.Single(f => f.Check == "role clinician").Text.ShouldContain("whom their own teams treat");
        found.Single(f => f.Check == "role operator").Text.ShouldContain("No content");
        found.Where(f => f.Check == "people sign in").Select(f => f.State).ShouldBe([FindingState.Ok, FindingState.Wrong, FindingState.Warning]);

        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "secret"), "hunter2", TestContext.Current.CancellationToken);
        found = await FindAsync([.. people, ("Hub:People:Teams:0:Claim", "North"), ("Hub:People:Teams:0:Team", "RXN01"), ("Hub:People:Acr:0", "AAL3_ANY")]);
        found.Single(f => f.Check == "people sign in").Text.ShouldContain("As surely as AAL3_ANY.");
        string.Join('\n', found).ShouldNotContain("hunter2");
        (await FindAsync([.. people, ("Hub:People:Roles:2:Claim", "R8002")])).ShouldContain(f => f.Check == "settings" && f.State == FindingState.Wrong);
    }

    [Fact]
    public async Task A_store_whose_key_file_is_gone_is_named_with_the_key_that_nobody_can_open()
    {
        var options = StoreOptions.InDirectory(Path.Combine(folder.FullName, "data"), "RXN");
        await StoreStart.MigrateAsync(options, TestContext.Current.CancellationToken);
        State(await FindAsync(), "content keys").ShouldBe(FindingState.Ok);
        File.Delete(Path.Combine(folder.FullName, "data", "identifier.key"));

        var found = (await FindAsync()).Single(f => f.Check == "content keys");

        found.State.ShouldBe(FindingState.Wrong);
        found.Text.ShouldContain("content key c1");
        found.Text.ShouldContain("Hub:Store:IdentifierKey");
    }

    [Fact]
    public async Task Each_fault_is_named_and_says_what_to_do()
    {
        var certificate = Certificate(DateTimeOffset.UnixEpoch.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(Partners, "elm.json"), "{ nothing", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Partners, "willow.json"), $$"""
            { "id": "willow", "name": "Willow Ward", "role": "recipient", "organisation": "RXN03", "audience": "ward", "protocol": "hl7v2-mllp", "serves": ["WILLOW"],
              "settings": { "host": "ward.example", "port": 2575, "tls": true, "trustedCertificateFile": "{{certificate}}", "sendingFacility": "RXN", "receivingApplication": "W", "receivingFacility": "RXN03" } }
            """, TestContext.Current.CancellationToken);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var found = await FindAsync(("Hub:Http:Port", ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("Hub:Mllp:Address", "0.0.0.0"), ("Hub:Mllp:AllowPlainBeyondLoopback", "true"), ("Hub:Disk:WarnBelowMegabytes", "1000000"), ("Hub:Bus:Provider", "rabbitmq"), ("Hub:Bus:Connection:FromFile", Bus()));

        State(found, "partner files").ShouldBe(FindingState.Wrong);
        found.Single(f => f.Check == "partner files").Text.ShouldContain("elm.json, line 1");
        State(found, "partner willow").ShouldBe(FindingState.Wrong);
        found.Single(f => f.Check == "partner willow").Text.ShouldContain("expired on 1970-01-02");
        State(found, "http port").ShouldBe(FindingState.Wrong);
        State(found, "mllp is open to").ShouldBe(FindingState.Warning);
        State(found, "disk").ShouldNotBe(FindingState.Ok);
        State(found, "bus").ShouldBe(FindingState.Warning);
        found.Where(f => f.State != FindingState.Ok).ShouldAllBe(f => f.NextStep != null);
        string.Join('\n', found).ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("Hub:Organisation", "no")]
    [InlineData("Hub:Http:Address", "0.0.0.0")]
    [InlineData("Hub:Environment", "nowhere")]
    [InlineData("Hub:PartnersDirectory", "/nowhere")]
    public async Task A_hub_that_would_not_start_is_said_so(string setting, string value)
    {
        var found = await FindAsync((setting, value));

        found.ShouldAllBe(f => f.Check == "settings" && f.State == FindingState.Wrong);
        found[0].Text.ShouldContain(setting.Replace("Hub:Organisation", "Organisation", StringComparison.Ordinal));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static FindingState State(IReadOnlyList<Finding> found, string check) => found.Single(f => f.Check == check).State;

    private string Bus()
    {
        var path = Path.Combine(folder.FullName, "bus");
        File.WriteAllText(path, $"amqp://hub:hunter2@127.0.0.1:{HubProcess.FreePort()}/");
        return path;
    }

    private string Certificate(DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=ward.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(until.AddDays(-1), until);
        var path = Path.Combine(folder.FullName, "ward.pem");
        File.WriteAllText(path, certificate.ExportCertificatePem());
        return path;
    }

    private Task<IReadOnlyList<Finding>> FindAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Hub:PartnersDirectory"] = Partners, ["Hub:DataDirectory"] = Path.Combine(folder.FullName, "data"), ["Hub:Http:Port"] = "0", ["Hub:Mllp:Port"] = "0",
            ["Hub:Disk:StopIntakeBelowMegabytes"] = "1", ["Hub:Disk:WarnBelowMegabytes"] = "1",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return DoctorCommand.FindAsync(all, TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
