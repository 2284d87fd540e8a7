using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Hub.Proxy;
using Hub.Tests.Support;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>The HTTP listener over TLS, and partners that are known by their certificate.</summary>
public sealed class AccessTlsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-tls-").FullName;
    private readonly TestAuthority authority = new("hub test authority");

    private static readonly Messages Ama = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Pem => Path.Combine(folder, "hub.pem");

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_partner_is_who_its_certificate_says_and_a_strangers_certificate_is_nobody()
    {
        using var team = authority.Issue("south-cmht");
        using var stranger = authority.Issue("south-cmht"); // the same name, and not the same certificate
        await using var hub = await StartAsync();
        await hub.ChangePartnerAsync("south-cmht", file => file["access"] = new JsonObject
        {
            ["certificates"] = new JsonArray(Convert.ToHexString(SHA256.HashData(team.RawData))), ["scopes"] = new JsonArray("system/Task.read"),
        });

        (await StatusAsync(hub, "/fhir/Task", team)).ShouldBe(200);
        (await StatusAsync(hub, $"/events/{Guid.Empty}", team)).ShouldBe(403, "beyond its scopes");
        (await StatusAsync(hub, "/handovers", team)).ShouldBe(403);
        (await StatusAsync(hub, "/fhir/Task", stranger)).ShouldBe(401);
        (await StatusAsync(hub, "/fhir/Task", null)).ShouldBe(401);
        (await StatusAsync(hub, "/fhir/Task", stranger, "south-cmht")).ShouldBe(401);
        (await StatusAsync(hub, "/fhir/Task", team, "elm")).ShouldBe(403);
        await hub.ChangePartnerAsync("south-cmht", file => file["access"]!["addresses"] = new JsonArray("10.1.2.0/24"));
        (await StatusAsync(hub, "/fhir/Task", team)).ShouldBe(403, "from another address");
    }

    [Fact]
    public async Task Old_versions_of_TLS_and_plain_text_are_not_answered_and_a_renewed_certificate_is_shown_without_a_restart()
    {
        await using var hub = await StartAsync();
        hub.Host.Http.Scheme.ShouldBe("https");
#pragma warning disable CA5397, SYSLIB0039, CS0618 // that they are refused is the test
        await Should.ThrowAsync<Exception>(ShownAsync(hub, SslProtocols.Tls11));
#pragma warning restore CA5397, SYSLIB0039, CS0618
        using (var plain = new HttpClient())
        {
            await Should.ThrowAsync<HttpRequestException>(plain.GetAsync(new Uri($"http://127.0.0.1:{hub.Host.Http.Port}/health/live"), Token));
        }

        var first = await ShownAsync(hub, SslProtocols.None);
        await File.WriteAllTextAsync(Pem, "half a renewal", Token);
        (await ShownAsync(hub, SslProtocols.None)).ShouldBe(first);
        WriteCertificate();
        var second = await ShownAsync(hub, SslProtocols.None);
        second.ShouldNotBe(first);
    }

    [Theory]
    [InlineData("Hub:Http:CertificatePath", "TLS only")]
    [InlineData("Hub:Access:Required", "every partner signs in")]
    [InlineData("Hub:Access:BaseUrl", "say where partners reach this hub")]
    public void Beyond_loopback_the_hub_does_not_start_with_a_door_open(string left, string said)
    {
        WriteCertificate();
        var options = new HubOptions { DataDirectory = folder, PartnersDirectory = folder };
        (options.Http.Address, options.Http.CertificatePath) = ("0.0.0.0", left.EndsWith("Path", StringComparison.Ordinal) ? null : Pem);
        (options.Access.Required, options.Access.BaseUrl) = (!left.EndsWith("Required", StringComparison.Ordinal), left.EndsWith("Url", StringComparison.Ordinal) ? null : "https://hub.trust.example");

        var result = new ListenerValidator().Validate(null, options);

        result.Failures.ShouldNotBeNull().ShouldHaveSingleItem().ShouldStartWith(left + ":");
        result.FailureMessage.ShouldNotBeNull().ShouldContain(said);
        options = new HubOptions { DataDirectory = folder, PartnersDirectory = folder, Http = { Address = "0.0.0.0", CertificatePath = Pem }, Access = { Required = true, BaseUrl = "https://hub.trust.example" } };
        new ListenerValidator().Validate(null, options).ShouldBe(ValidateOptionsResult.Success);
    }

    [Fact]
    public async Task A_message_that_names_a_sender_is_taken_only_from_where_that_senders_file_says_it_comes_from()
    {
        using var epr = authority.Issue("north-epr");
        using var stranger = authority.Issue("north-epr");
        var (message, second) = (Ama.Admission("C1"), Ama.Discharge("C2", Ama.Start.AddDays(9)));
        WriteCertificate();
        await using var hub = await TestHub.StartAsync(TestPartners.Patience, new Dictionary<string, string?> { ["Hub:Mllp:CertificatePath"] = Pem });
        await hub.ChangePartnerAsync("north-epr", file => file["access"] = new JsonObject
        {
            ["certificates"] = new JsonArray(Convert.ToHexString(SHA256.HashData(epr.RawData))), ["addresses"] = new JsonArray("127.0.0.0/8"),
        });
        hub.PartnerProblems.ShouldBeEmpty();

        foreach (var shown in new[] { stranger, null })
        {
            TestHub.CodeOf(await SendAsync(hub, message, shown)).ShouldBe("AE");
        }

        (await hub.SettleAsync()).Total.ShouldBe(0);
        hub.Practice.Received.ShouldBeEmpty();
        (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 9, Token)).ShouldAllBe(r => r.Received.SourceId == "unknown" && r.Received.Problems!.Contains("not-from-here"));
        TestHub.CodeOf(await SendAsync(hub, message, epr)).ShouldBe("AA", "what a stranger sent under its id is in nobody's way");
        await hub.SettleAsync();
        hub.Practice.Received.ShouldHaveSingleItem();

        await hub.ChangePartnerAsync("north-epr", file => file["access"] = new JsonObject { ["addresses"] = new JsonArray("10.1.2.0/24", "127.0.0.2") });
        TestHub.CodeOf(await SendAsync(hub, second, epr)).ShouldBe("AE", "from another address");
        await hub.ChangePartnerAsync("north-epr", file => file["access"] = new JsonObject { ["addresses"] = new JsonArray("10.1.2.0/24", "127.0.0.1") });
        TestHub.CodeOf(await SendAsync(hub, second, null)).ShouldBe("AA");
    }

    private static async Task<string> SendAsync(TestHub hub, string message, X509Certificate2? certificate)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, hub.Host.MllpPort, Token);
        await using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.Issuer == "CN=hub test authority" };
        options.ClientCertificates = certificate is null ? null : [certificate];
        await tls.AuthenticateAsClientAsync(options, Token);
        await tls.WriteAsync(new byte[] { 0x0B }.Concat(System.Text.Encoding.UTF8.GetBytes(message)).Concat(new byte[] { 0x1C, 0x0D }).ToArray(), Token);
        var answer = new List<byte>();
        var buffer = new byte[4096];
        while (!answer.Contains(0x1C))
        {
            var read = await tls.ReadAsync(buffer, Token);
            read.ShouldBeGreaterThan(0);
            answer.AddRange(buffer.AsSpan(0, read));
        }

        return System.Text.Encoding.UTF8.GetString([.. answer.Skip(1).TakeWhile(b => b != 0x1C)]);
    }

    private async Task<TestHub> StartAsync()
    {
        WriteCertificate();
        return await TestHub.StartAsync(TestPartners.Patience, new Dictionary<string, string?> { ["Hub:Http:CertificatePath"] = Pem, ["Hub:Access:Required"] = "true" });
    }

    private void WriteCertificate()
    {
        using var certificate = authority.Issue("127.0.0.1");
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Pem, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        File.SetLastWriteTimeUtc(Pem, File.GetLastWriteTimeUtc(Pem).AddSeconds(RandomNumberGenerator.GetInt32(1, 1000)));
    }

    private static async Task<int> StatusAsync(TestHub hub, string path, X509Certificate2? certificate, string? source = null)
    {
        using var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Issuer == "CN=hub test authority" } };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        using var http = new HttpClient(handler) { BaseAddress = hub.Host.Http };
        if (source is not null)
        {
            http.DefaultRequestHeaders.Add("X-Source", source);
        }

        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), Token);
        return (int)answer.StatusCode;
    }

    private static async Task<string> ShownAsync(TestHub hub, SslProtocols protocols)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, hub.Host.Http.Port, Token);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", EnabledSslProtocols = protocols, RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Issuer == "CN=hub test authority" }, Token);
        return tls.RemoteCertificate!.GetCertHashString();
    }
}
