using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Proxy.Access;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Access;

/// <summary>What of a partner file's <c>access</c> can be used, and what a scope covers.</summary>
public sealed class AccessCheckTests
{
    [Fact]
    public void Keys_of_both_kinds_and_a_thumbprint_pass()
    {
        using var rsa = SignInKey.Rsa("r");
        using var curve = SignInKey.P384("e");
        Find([rsa.Jwk(), curve.Jwk()], [new string('A', 64), string.Join(':', Enumerable.Repeat("0f", 32))], ["system/Task.read", "system/*.cruds"]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("d", "\"AQAB\"", "/access/keys/0/d")]
    [InlineData("k", "\"AQAB\"", "/access/keys/0/k")]
    [InlineData("alg", "\"ES256\"", "/access/keys/0/alg")]
    [InlineData("alg", "\"none\"", "/access/keys/0/alg")]
    [InlineData("kid", "null", "/access/keys/0/kid")]
    [InlineData("kid", "\"\"", "/access/keys/0/kid")]
    [InlineData("kty", "\"oct\"", "/access/keys/0/kty")]
    [InlineData("crv", "\"P-256\"", "/access/keys/0/crv")]
    [InlineData("x", "\"AAAA\"", "/access/keys/0/crv")]
    [InlineData("y", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"", "/access/keys/0/crv")]
    public void A_key_that_could_not_or_must_not_be_used_is_named_with_its_field(string member, string value, string field)
    {
        using var curve = SignInKey.P384("e");
        var jwk = curve.Jwk();
        jwk[member] = JsonNode.Parse(value);

        Find([jwk]).ShouldHaveSingleItem().Field.ShouldBe(field);
    }

    [Fact]
    public void A_short_RSA_key_two_keys_of_one_name_nothing_at_all_a_wrong_thumbprint_and_an_unknown_scope_are_named()
    {
        using var small = SignInKey.Rsa("s", 1024);
        using var curve = SignInKey.P384("e");

        Find([small.Jwk()]).ShouldHaveSingleItem().Field.ShouldBe("/access/keys/0/n");
        Find([curve.Jwk(), curve.Jwk()]).ShouldHaveSingleItem().Field.ShouldBe("/access/keys/1/kid");
        Find([]).ShouldHaveSingleItem().Field.ShouldBe("/access");
        Find([curve.Jwk()], ["AB"]).ShouldHaveSingleItem().Field.ShouldBe("/access/certificates/0");
        Find([curve.Jwk()], addresses: ["10.1.2.0/24", "::1", "10.1.2.3"]).ShouldBeEmpty();
        Find([curve.Jwk()], addresses: ["10.1.2.3", "hub.example"]).ShouldHaveSingleItem().Field.ShouldBe("/access/addresses/1");
        Find([], addresses: ["10.1.2.3"]).ShouldHaveSingleItem().Field.ShouldBe("/access", "who calls over HTTP is not known by an address alone");
        Find([curve.Jwk()], scopes: ["patient/Task.read"]).ShouldHaveSingleItem().Field.ShouldBe("/access/scopes/0");
    }

    [Theory]
    [InlineData("system/Task.read", "system/Task.read", true)]
    [InlineData("system/Task.rs", "system/Task.read", true)]
    [InlineData("system/Task.r", "system/Task.read", false)]
    [InlineData("system/*.read", "system/Task.read", true)]
    [InlineData("system/*.*", "system/Task.write", true)]
    [InlineData("system/Task.cu", "system/Task.write", true)]
    [InlineData("system/Task.u", "system/Task.write", false)]
    [InlineData("system/Task.read", "system/Task.write", false)]
    [InlineData("system/Bundle.read", "system/Task.read", false)]
    [InlineData("user/*.*", "system/Task.read", false)]
    [InlineData("system/*.*", "hub/gateway", false)]
    [InlineData("hub/gateway", "hub/gateway", true)]
    [InlineData("system/Task.", "system/Task.write", false)]
    [InlineData("system/Task.cruds.read", "system/Task.read", false)]
    public void A_scope_covers_what_it_says_and_no_more(string given, string needed, bool covers) => AccessScopes.Allow([given], needed).ShouldBe(covers);

    private static IReadOnlyList<PartnerProblem> Find(JsonObject[] keys, string[]? certificates = null, string[]? scopes = null, string[]? addresses = null) => AccessCheck.Find(new PartnerFile
    {
        Id = "elm", Name = "Elm", Role = PartnerRole.Recipient, Protocol = "pull",
        Access = new AccessSettings { Keys = [.. keys.Select(k => JsonSerializer.SerializeToElement(k))], Certificates = certificates ?? [], Addresses = addresses ?? [], Scopes = scopes ?? [] },
    });
}
