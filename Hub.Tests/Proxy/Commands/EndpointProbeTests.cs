using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Hub.Adapters.Recipients.Http;
using Hub.Proxy.Commands.Probe;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Commands;

/// <summary>What an engineer reads about an address, against real sockets and certificates made here.</summary>
public sealed class EndpointProbeTests : IDisposable
{
    private const string Statement = """
        HTTP/1.1 200 OK
        Content-Type: application/fhir+json
        Connection: close

        {"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","software":{"name":"Elm Records","version":"7"},"messaging":[{"supportedMessage":[{"mode":"receiver","definition":"https://x.example/MessageDefinition/discharge"}]}]}
        """;

    private readonly TestAuthority authority = new("Test Authority");
    private readonly string authorityFile = Path.GetTempFileName();
    private readonly List<TcpListener> listeners = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public EndpointProbeTests() => File.WriteAllText(authorityFile, authority.Pem);

    public void Dispose()
    {
        File.Delete(authorityFile);
        listeners.ForEach(l => l.Dispose());
        authority.Dispose();
    }

    [Fact]
    public async Task A_good_FHIR_server_is_all_good_and_says_what_it_is()
    {
        var findings = await ProbeAsync(Serve(authority.Issue("localhost", -1, 300), Statement));

        findings.ShouldAllBe(f => f.Level <= FindingLevel.Note, Words(findings));
        Words(findings).ShouldContain("valid until ");
        Words(findings).ShouldContain("signed by Test Authority, which trustedCertificateFile trusts");
        Words(findings).ShouldContain("TLS 1.");
        Words(findings).ShouldContain("The server is Elm Records 7.");
        Words(findings).ShouldContain("It speaks FHIR 4.0.1.");
        Words(findings).ShouldContain("It takes messages: discharge.");
    }

    [Fact]
    public async Task An_expired_certificate_is_named_with_its_day_and_who_renews_it()
    {
        var expired = TimeProvider.System.GetUtcNow().AddDays(-10).ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

        var bad = await BadAsync(Serve(authority.Issue("localhost", -400, -10), Statement));

        (bad.Text, bad.Owner, bad.NextStep).ShouldBe(($"The certificate expired on {expired}.", "The partner", "Renew it; nothing goes through until then."));
    }

    [Fact]
    public async Task A_certificate_that_expires_soon_is_a_warning_before_it_is_a_fault()
    {
        var findings = await ProbeAsync(Serve(authority.Issue("localhost", -1, 9), Statement));

        findings.Where(f => f.Level > FindingLevel.Note).ShouldHaveSingleItem().Text.ShouldStartWith("The certificate expires on ");
    }

    [Fact]
    public async Task A_certificate_not_yet_valid_says_from_when() =>
        (await BadAsync(Serve(authority.Issue("localhost", 5, 50), Statement))).Text.ShouldStartWith("The certificate is not valid before ");

    [Fact]
    public async Task A_certificate_of_another_name_says_which_names_it_has() =>
        (await BadAsync(Serve(authority.Issue("other.example", -1, 300), Statement))).Text.ShouldBe("The certificate is for other.example, and not for localhost.");

    [Fact]
    public async Task An_authority_that_nobody_trusts_here_is_named_and_the_hubs_operator_acts()
    {
        using var stranger = new TestAuthority("Strange Authority");

        var bad = await BadAsync(Serve(stranger.Issue("localhost", -1, 300), Statement));

        bad.Text.ShouldStartWith("It is signed by Strange Authority, which trustedCertificateFile does not trust");
        bad.Owner.ShouldBe("Whoever runs the hub");
    }

    [Fact]
    public async Task A_partner_that_wants_a_client_certificate_is_told_from_one_that_is_broken()
    {
        var bad = await BadAsync(Serve(authority.Issue("localhost", -1, 300), Statement, wantsCertificate: true));

        bad.Text.ShouldBe("The partner asks for a client certificate and takes no connection without one.");
        bad.NextStep!.ShouldContain("clientCertificate");
    }

    [Fact]
    public async Task An_MLLP_listener_that_waits_is_good_and_is_sent_nothing()
    {
        var got = 0;
        var port = Listen(async stream => got = await stream.ReadAsync(new byte[1], Token));

        var findings = await new EndpointProbe(ProbeTarget.OfAddress($"mllp://localhost:{port}")!, TimeSpan.FromSeconds(3), TimeProvider.System).RunAsync(Token);

        findings[^1].ShouldBe(Finding.Good("mllp", "It holds the connection and waits for a message, as an MLLP listener does. Nothing was sent."));
        got.ShouldBe(0);
    }

    [Fact]
    public async Task An_MLLP_listener_behind_TLS_is_judged_by_its_certificate_too()
    {
        var port = Serve(authority.Issue("other.example", -1, 300), null);

        var findings = await new EndpointProbe(ProbeTarget.OfAddress($"mllps://localhost:{port}")! with { Trust = Trust }, TimeSpan.FromSeconds(3), TimeProvider.System).RunAsync(Token);

        findings.Where(f => f.Level == FindingLevel.Bad).ShouldHaveSingleItem().Text.ShouldStartWith("The certificate is for other.example");
        findings[^1].Step.ShouldBe("mllp");
    }

    [Fact]
    public async Task A_plain_port_where_TLS_is_expected_is_told_as_that()
    {
        var port = Listen(async stream =>
        {
            await stream.ReadAtLeastAsync(new byte[64], 1, false, Token);
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Token);
        });

        (await BadAsync(port)).Text.ShouldStartWith("The port does not speak TLS");
    }

    [Fact]
    public async Task A_closed_port_is_told_as_refused() => (await BadAsync(HubProcess.FreePort())).Text.ShouldContain("the connection was refused");

    [Theory]
    [InlineData("https")]
    [InlineData("http")]
    public async Task A_port_that_takes_connections_and_says_nothing_is_left_in_time(string scheme)
    {
        var port = Listen(async stream => await stream.CopyToAsync(Stream.Null, Token));
        var began = TimeProvider.System.GetTimestamp();

        var findings = await ProbeAsync(port, scheme, patience: 0.5);

        findings.ShouldContain(f => f.Level == FindingLevel.Bad && f.Text.Contains("0.5 s", StringComparison.Ordinal), Words(findings));
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_told_as_that()
    {
        var findings = await new EndpointProbe(ProbeTarget.OfAddress("https://nowhere.invalid/fhir")!, TimeSpan.FromSeconds(3), TimeProvider.System).RunAsync(Token);

        findings.ShouldHaveSingleItem().Text.ShouldBe("The name nowhere.invalid cannot be resolved from here.");
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "no FHIR API at this path")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://x.example/\r\nContent-Length: 0\r\n\r\n", "does not follow")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "no CapabilityStatement")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"5.0.0\"}", "FHIR 5.0.0; the hub speaks R4")]
    [InlineData("hello\r\n\r\n", "another protocol than HTTP")]
    public async Task What_stands_there_and_is_no_R4_server_is_told_as_what_it_is(string answer, string expected)
    {
        var findings = await ProbeAsync(Serve(null, answer), "http");

        findings.Where(f => f.Level == FindingLevel.Bad).ShouldHaveSingleItem().Text.ShouldContain(expected);
    }

    [Fact]
    public async Task The_verb_probes_every_address_of_a_partner_and_its_exit_code_says_whether_anybody_must_act()
    {
        var folder = Directory.CreateTempSubdirectory("hub-probe-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "elm.json"), $$"""
            { "id": "elm", "name": "Elm", "role": "recipient", "organisation": "Y99001", "audience": "gp", "protocol": "fhir-messaging",
              "settings": { "endpoint": "https://localhost:{{Serve(authority.Issue("localhost", -1, 300), Statement)}}/fhir/$process-message", "trustedCertificateFile": "{{authorityFile}}" } }
            """, Token);

        var good = await HubProcess.RunAsync(["endpoint", "probe", "elm", "--partners", folder.FullName, "--json"], Token);
        var bad = await HubProcess.RunAsync(["endpoint", "probe", $"https://localhost:{HubProcess.FreePort()}/fhir", "--json"], Token);
        var wrong = await HubProcess.RunAsync(["endpoint", "probe", "oak", "--partners", folder.FullName, "--json"], Token);
        folder.Delete(recursive: true);

        (good.Exit, bad.Exit, wrong.Exit).ShouldBe((0, 1, 2), good.Output + bad.Output);
        using var first = JsonDocument.Parse(bad.Output.Split('\n').First(l => l.Contains("\"bad\"", StringComparison.Ordinal)));
        first.RootElement.GetProperty("owner").GetString().ShouldBe("The partner");
        good.Output.ShouldContain("Elm Records 7");
    }

    private PartnerTls Trust => new() { TrustedCertificateFile = authorityFile };

    private async Task<IReadOnlyList<Finding>> ProbeAsync(int port, string scheme = "https", double patience = 5) =>
        await new EndpointProbe(ProbeTarget.OfAddress($"{scheme}://localhost:{port}/fhir")! with { Trust = Trust }, TimeSpan.FromSeconds(patience), TimeProvider.System).RunAsync(Token);

    private async Task<Finding> BadAsync(int port)
    {
        var findings = await ProbeAsync(port);
        return findings.Where(f => f.Level == FindingLevel.Bad).ShouldHaveSingleItem(Words(findings));
    }

    private static string Words(IEnumerable<Finding> findings) => string.Join('\n', findings.Select(f => $"{f.Level} {f.Step}: {f.Text}"));

    /// <summary>A server that answers every request with the same bytes; null waits for ever.</summary>
    private int Serve(X509Certificate2? certificate, string? answer, bool wantsCertificate = false) => Listen(async stream =>
    {
        if (certificate is null)
        {
            await AnswerAsync(stream, answer);
            return;
        }

        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate, ClientCertificateRequired = wantsCertificate, RemoteCertificateValidationCallback = (_, shown, _, _) => !wantsCertificate || shown is not null,
        }, Token);
        await AnswerAsync(tls, answer);
    });

    private static async Task AnswerAsync(Stream stream, string? answer)
    {
        await stream.ReadAtLeastAsync(new byte[4096], 1, false, Token);
        if (answer is not null)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer.ReplaceLineEndings("\r\n")), Token);
        }
    }

    private int Listen(Func<Stream, Task> serve)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        listeners.Add(listener);
        _ = AcceptAsync(listener, serve);
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task AcceptAsync(TcpListener listener, Func<Stream, Task> serve)
    {
        while (true)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync(Token);
                _ = ServeAsync(client, serve);
            }
            catch (Exception ex) when (ex is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task ServeAsync(TcpClient client, Func<Stream, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client.GetStream());
            }
            catch (Exception ex) when (ex is IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException or ObjectDisposedException)
            {
                // The probe did not like what it saw, or has seen enough.
            }
        }
    }
}
