using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Hub.Adapters;
using Hub.Adapters.Contract;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Hl7v2;

public sealed class MllpTlsTests : IDisposable
{
    private const string ControlId = "6f1c2f7e52a35d119a43";

    private readonly string authorityFile = Path.GetTempFileName();

    [Fact]
    public async Task A_partner_with_the_right_certificate_gets_the_message() =>
        (await DeliverAsync("ward.example")).ShouldBeOfType<Delivered>();

    [Fact]
    public async Task A_certificate_of_another_name_gets_nothing() =>
        (await DeliverAsync("other.example")).ShouldBeOfType<Unavailable>().NothingSent.ShouldBeTrue();

    [Fact]
    public async Task A_ward_that_asks_for_our_certificate_sees_the_one_in_the_partner_file()
    {
        using var authority = new TestAuthority("Hub clients");
        using var certificate = authority.Issue("hub");
        using var key = certificate.GetECDsaPrivateKey()!;
        var (shown, secret) = (Path.GetTempFileName(), Path.GetTempFileName());
        try
        {
            await File.WriteAllTextAsync(shown, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(secret, key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);

            (await DeliverAsync("ward.example", authority, new() { ["clientCertificate"] = new { fromFile = shown }, ["clientKey"] = new { fromFile = secret } })).ShouldBeOfType<Delivered>();
            (await DeliverAsync("ward.example", authority)).ShouldNotBeOfType<Delivered>(); // none shown, none let in
        }
        finally
        {
            File.Delete(shown);
            File.Delete(secret);
        }
    }

    public void Dispose() => File.Delete(authorityFile);

    private async Task<DeliveryOutcome> DeliverAsync(string expectedName, TestAuthority? clients = null, Dictionary<string, object>? more = null)
    {
        using var certificate = SelfSigned("ward.example");
        await File.WriteAllTextAsync(authorityFile, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeOneAsync(listener, certificate, clients);
        await using var services = new ServiceCollection().AddHubAdapters().BuildServiceProvider();
        var file = new PartnerFile
        {
            Id = "ward",
            Name = "Ward",
            Role = PartnerRole.Recipient,
            Protocol = "hl7v2-mllp",
            Settings = JsonSerializer.SerializeToElement(new Dictionary<string, object>(more ?? [])
            {
                ["host"] = "127.0.0.1",
                ["port"] = ((IPEndPoint)listener.LocalEndpoint).Port,
                ["tls"] = true,
                ["serverName"] = expectedName,
                ["trustedCertificateFile"] = authorityFile,
                ["sendingFacility"] = "RXX",
                ["receivingApplication"] = "WARD",
                ["receivingFacility"] = "RXX",
            }),
        };
        await using var adapter = services.GetServices<IRecipientProtocol>().Single(p => p.Name == "hl7v2-mllp").Create(file);

        var outcome = await adapter.DeliverAsync(
            new OutboundMessage
            {
                DeliveryId = Guid.Empty,
                PartnerId = "ward",
                LaneId = 1,
                ProtocolMessageId = ControlId,
                Bytes = Encoding.ASCII.GetBytes($"MSH|^~\\&|A|B|C|D|20260515||MDM^T02|{ControlId}|P|2.4\r"),
                MediaType = "x-application/hl7-v2+er7",
                Attempt = 1,
            },
            TestContext.Current.CancellationToken);
        await serving;
        return outcome;
    }

    private static async Task ServeOneAsync(TcpListener listener, X509Certificate2 certificate, TestAuthority? clients)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        try
        {
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ClientCertificateRequired = clients is not null,
                RemoteCertificateValidationCallback = (_, shown, _, _) => clients is null || (shown is X509Certificate2 client && clients.Issued(client)),
            });
            if (await tls.ReadAsync(new byte[4096]) > 0)
            {
                await tls.WriteAsync(Encoding.ASCII.GetBytes($"\u000bMSH|^~\\&|C|D|A|B|20260515||ACK|1|P|2.4\rMSA|AA|{ControlId}\r\u001c\r"));
            }
        }
        catch (Exception ex) when (ex is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client did not like our name.
        }
    }

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
