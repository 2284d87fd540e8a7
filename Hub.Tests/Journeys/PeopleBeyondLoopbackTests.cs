using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.Proxy;
using Hub.Proxy.Access.People;
using Hub.Tests.Support;
using Microsoft.IdentityModel.Tokens;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>The console over TLS for people elsewhere, under the one name that the settings give the hub.</summary>
public sealed class PeopleBeyondLoopbackTests : IDisposable
{
    private static readonly Uri Name = new("https://hub.trust.example");
    private readonly string folder = Directory.CreateTempSubdirectory("hub-people-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task People_elsewhere_sign_in_under_the_hubs_name_and_under_no_other_and_the_hub_proves_itself_by_its_key()
    {
        using var authority = new TestAuthority("hub test authority");
        using var certificate = authority.Issue("hub.trust.example");
        using var key = RSA.Create(2048);
        var (pem, keyFile) = (Path.Combine(folder, "hub.pem"), Path.Combine(folder, "client.key"));
        await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem() + "\n" + certificate.GetRSAPrivateKey()?.ExportPkcs8PrivateKeyPem() + certificate.GetECDsaPrivateKey()?.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        await using var provider = await ScriptedProvider.StartAsync();
        provider.ClientKey = new RsaSecurityKey(key) { KeyId = "hub-1" };
        provider.Who = ScriptedProvider.Person("Olivia Operator", "Operator");
        await using var hub = await TestHub.StartAsync(TestPartners.Patience, provider.Settings(
            ("Hub:People:ClientSecret:FromEnv", null), ("Hub:People:ClientKey:FromFile", keyFile), ("Hub:People:ClientKeyId", "hub-1"),
            ("Hub:Http:Address", "0.0.0.0"), ("Hub:Http:CertificatePath", pem), ("Hub:Access:Required", "true"), ("Hub:Access:BaseUrl", Name.ToString())));
        using var browser = new PersonBrowser(Name, Elsewhere(), hub.Host.Http.Port);

        (await browser.GetAsync("/metrics")).Status.ShouldBe(404, "for machines that watch, at a port of their own");
        (await browser.GetAsync("/partners")).Status.ShouldBe(401);
        (await browser.GetAsync("/handovers")).Status.ShouldBe(401);
        (await browser.GetAsync("/console", ("Host", "hub.evil.example"))).Status.ShouldBe(421);
        (await browser.GetAsync("/console", ("Host", "hub.trust.example.evil.example"))).Status.ShouldBe(421);

        (await browser.GetAsync("/console", ("Host", "hub.trust.example:8443"))).To!.ToString().ShouldContain("redirect_uri=https%3A%2F%2Fhub.trust.example%2Fconsole%2Fsigned-in", customMessage: "where people are sent back to is what the settings say");

        var (status, text, at) = await browser.FollowAsync("/console/partners");
        (status, at.ToString()).ShouldBe((200, "https://hub.trust.example/console/partners"));
        text.ShouldContain("Signed in as Olivia Operator");
        provider.ProvedBy.ShouldBe("key");
        provider.Asked["redirect_uri"].ShouldBe("https://hub.trust.example/console/signed-in");
        browser.Cookies.GetCookies(Name).Single(c => c.Name == "__Host-hub-session").ShouldSatisfyAllConditions(c => c.Secure.ShouldBeTrue(), c => c.HttpOnly.ShouldBeTrue(), c => c.Path.ShouldBe("/"));
        (await browser.GetAsync("/partners")).Status.ShouldBe(200);
        (await browser.SendAsync("/console/partners", "/console/partners?handler=Hold&id=elm", ("note", "Their upgrade"))).Status.ShouldBe(302);
        (await browser.GetAsync("/console/partners")).Text.ShouldContain("Their upgrade (Olivia Operator (5550oliviaoperator))");
    }

    [Theory]
    [InlineData("Authority", null, "names no provider")]
    [InlineData("Authority", "http://provider.example", "https address")]
    [InlineData("ClientId", null, "knows this hub")]
    [InlineData("ClientSecret", null, "either it or")]
    [InlineData("Roles", null, "nobody may do anything")]
    [InlineData("Role", null, "Claim and Role are expected")]
    [InlineData("Idle", "03:00:00", "longer than")]
    public void Sign_in_that_is_set_up_by_half_stops_the_start_and_says_what_is_missing(string left, string? value, string said)
    {
        var options = new HubOptions();
        var people = options.People;
        (people.Authority, people.ClientId, people.ClientSecret) = ("https://provider.example", "crt-hub", new() { FromEnv = "X" });
        people.Roles.Add(new RoleRule { Claim = "R1", Role = PersonRole.Operator });
        new PeopleValidator().Validate(null, options).Failures.ShouldBeNull();
        switch (left)
        {
            case "Authority": people.Authority = value; break;
            case "ClientId": people.ClientId = value; break;
            case "ClientSecret": people.ClientSecret = null; break;
            case "Roles": people.Roles.Clear(); break;
            case "Role": people.Roles[0].Role = null; break;
            default: (people.Idle, people.Longest) = (TimeSpan.Parse(value!, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(2)); break;
        }

        new PeopleValidator().Validate(null, options).Failures.ShouldNotBeNull().ShouldHaveSingleItem().ShouldContain(said);
    }

    // An address of this machine that is not loopback; a machine that has none is looked at from itself.
    private static IPAddress Elsewhere() => NetworkInterface.GetAllNetworkInterfaces().Where(n => n.OperationalStatus == OperationalStatus.Up).SelectMany(n => n.GetIPProperties().UnicastAddresses)
        .Select(a => a.Address).FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a)) ?? IPAddress.Loopback;
}
