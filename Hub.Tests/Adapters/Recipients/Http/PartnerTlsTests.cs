using System.Security.Cryptography.X509Certificates;
using Hub.Adapters.Contract;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Http;

public sealed class PartnerTlsTests : IDisposable
{
    private readonly TestAuthority ours = new("Our authority");
    private readonly TestAuthority strangers = new("Somebody else's authority");

    [Fact]
    public async Task A_partner_with_a_certificate_of_the_authority_in_its_file_gets_the_message()
    {
        await using var partner = await OpenAsync(ours);

        (await GuardedPartner.DeliverAsync(partner.Adapter(null, Trusting(partner, ours)))).ShouldBeOfType<Delivered>();
    }

    [Theory]
    [InlineData(true, "localhost")]      // a certificate of another authority
    [InlineData(false, "other.example")] // a certificate of the right authority, for another name
    public async Task A_partner_with_another_certificate_gets_nothing(bool ofStrangers, string name)
    {
        await using var partner = await OpenAsync(ofStrangers ? strangers : ours, name: name);

        var outcome = await GuardedPartner.DeliverAsync(partner.Adapter(null, Trusting(partner, ours)));

        outcome.ShouldBeOfType<Unavailable>().NothingSent.ShouldBeTrue();
        partner.Arrivals.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_test_authority_is_not_trusted_unless_the_file_says_so()
    {
        await using var partner = await OpenAsync(ours);

        (await GuardedPartner.DeliverAsync(partner.Adapter(null))).ShouldBeOfType<Unavailable>().NothingSent.ShouldBeTrue();
    }

    [Fact]
    public async Task The_client_certificate_is_shown_as_its_files_stand_now()
    {
        await using var partner = await OpenAsync(ours, clients: ours);
        var adapter = partner.Adapter(null, Showing(partner, ours, "hub-2025"));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();

        Showing(partner, ours, "hub-2026"); // the same files, renewed

        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();
        partner.Arrivals.Select(a => a.Certificate).ShouldBe(["CN=hub-2025", "CN=hub-2026"]);
    }

    [Fact]
    public async Task A_client_certificate_of_a_wrong_authority_is_refused_and_the_message_is_not_delivered()
    {
        await using var partner = await OpenAsync(ours, clients: ours);

        (await GuardedPartner.DeliverAsync(partner.Adapter(null, Showing(partner, strangers, "hub")))).ShouldNotBeOfType<Delivered>();

        partner.Arrivals.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("client.key", "")]
    [InlineData("client.pem", "")]
    [InlineData("client.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public async Task A_certificate_or_key_of_ours_that_is_missing_or_broken_is_said_and_nothing_left_us(string file, string content)
    {
        await using var partner = await OpenAsync(ours, clients: ours);
        var adapter = partner.Adapter(null, Showing(partner, ours, "hub"));
        partner.Write(file, content);

        var outcome = (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Unavailable>();

        outcome.NothingSent.ShouldBeTrue();
        outcome.Reason.ShouldContain("whoever runs the hub");
    }

    [Fact]
    public async Task Tokens_are_asked_for_under_the_same_certificates()
    {
        await using var partner = await GuardedPartner.StartAsync(ours, ours);
        var adapter = partner.Adapter(partner.SignedAuth(partner.NewKey("k1")), Showing(partner, ours, "hub"));

        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();
        partner.Arrivals.ShouldHaveSingleItem().Certificate.ShouldBe("CN=hub");
    }

    public void Dispose()
    {
        ours.Dispose();
        strangers.Dispose();
    }

    private static async Task<GuardedPartner> OpenAsync(TestAuthority authority, TestAuthority? clients = null, string name = "localhost")
    {
        var partner = await GuardedPartner.StartAsync(authority, clients, name);
        partner.Admits = _ => true;
        return partner;
    }

    private static Dictionary<string, object> Trusting(GuardedPartner partner, TestAuthority authority) => new() { ["trustedCertificateFile"] = partner.Write("authority.pem", authority.Pem) };

    private Dictionary<string, object> Showing(GuardedPartner partner, TestAuthority issuer, string name)
    {
        using var certificate = issuer.Issue(name);
        using var key = certificate.GetECDsaPrivateKey()!;
        return new(Trusting(partner, ours))
        {
            ["clientCertificate"] = new { fromFile = partner.Write("client.pem", certificate.ExportCertificatePem()) },
            ["clientKey"] = new { fromFile = partner.Write("client.key", key.ExportPkcs8PrivateKeyPem()) },
        };
    }
}
