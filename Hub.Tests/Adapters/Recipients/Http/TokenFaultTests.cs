using Hub.Adapters.Contract;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Http;

/// <summary>A token endpoint that is down, wrong or against us, and secrets that must be in no word of ours.</summary>
public sealed class TokenFaultTests
{
    [Theory]
    [InlineData(200, "{}")]
    [InlineData(200, "no json")]
    [InlineData(200, "")]
    [InlineData(200, "[1]")]
    [InlineData(200, """{"access_token":"a\u000ab","token_type":"Bearer","expires_in":300}""")]
    [InlineData(200, """{"access_token":"abc","token_type":"mac","expires_in":300}""")]
    [InlineData(200, """{"access_token":"abc","token_type":"Bearer","expires_in":0}""")]
    [InlineData(200, """{"access_token":"abc","token_type":"Bearer","expires_in":true}""")]
    [InlineData(200, """{"access_token":"\ud800","token_type":"Bearer"}""")]
    [InlineData(204, "")]
    [InlineData(429, "")]
    [InlineData(500, "<html>")]
    [InlineData(503, "")]
    public async Task A_token_endpoint_that_has_no_token_now_leaves_the_message_waiting_and_nothing_left_us(int status, string body)
    {
        var (partner, outcome) = await DeliverAsync(status, body);

        outcome.ShouldBeOfType<Unavailable>().NothingSent.ShouldBeTrue();
        partner.ShouldBe(0);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_client"}""", "invalid_client")]
    [InlineData(401, """{"error":"invalid_client"}""", "invalid_client")]
    [InlineData(400, """{"error":"invalid_scope"}""", "invalid_scope")]
    [InlineData(400, "rubbish", "HTTP 400")]
    [InlineData(403, "", "HTTP 403")]
    [InlineData(404, "", "HTTP 404")]
    [InlineData(302, "", "HTTP 302")]
    public async Task A_token_endpoint_that_refuses_the_hub_holds_the_partner(int status, string body, string said)
    {
        var (partner, outcome) = await DeliverAsync(status, body);

        outcome.ShouldBeOfType<PartnerRefusesUs>().Reason.ShouldContain(said);
        partner.ShouldBe(0);
    }

    [Fact]
    public async Task A_token_endpoint_says_when_to_come_back_and_is_left_alone_meanwhile()
    {
        await using var partner = await GuardedPartner.StartAsync();
        partner.Tokens.Instead = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "30";
            return Task.CompletedTask;
        };
        var adapter = partner.Adapter(partner.SignedAuth(partner.NewKey("k1")));

        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Unavailable>().RetryAfter.ShouldBe(TimeSpan.FromSeconds(30));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Unavailable>();
        partner.Tokens.Requests.ShouldBe(1);

        partner.Tokens.Instead = null;
        partner.Clock.Advance(TimeSpan.FromSeconds(31));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();
    }

    [Fact]
    public async Task A_token_endpoint_that_is_not_there_is_no_attempt()
    {
        await using var partner = await GuardedPartner.StartAsync();
        var auth = partner.SignedAuth(partner.NewKey("k1"));
        auth["tokenEndpoint"] = "https://no-such-server.invalid/token";

        (await GuardedPartner.DeliverAsync(partner.Adapter(auth))).ShouldBeOfType<Unavailable>().NothingSent.ShouldBeTrue();
        partner.Arrivals.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_silent_token_endpoint_costs_no_more_than_the_attempts_time_out()
    {
        await using var partner = await GuardedPartner.StartAsync();
        partner.Tokens.Instead = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        var adapter = partner.Adapter(partner.SignedAuth(partner.NewKey("k1")), new() { ["timeout"] = "00:00:01" });
        var started = TimeProvider.System.GetTimestamp();

        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Unavailable>().NothingSent.ShouldBeTrue();

        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_named_by_its_place_and_counts_as_soon_as_it_is()
    {
        await using var partner = await GuardedPartner.StartAsync();
        var key = partner.Write("later.pem", "");
        var adapter = partner.Adapter(partner.SignedAuth(new { fromFile = key }));

        var waiting = (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Unavailable>();
        (waiting.NothingSent, waiting.Reason.Contains("later.pem", StringComparison.Ordinal)).ShouldBe((true, true));

        partner.NewKey("k1", file: "later.pem");
        partner.Clock.Advance(TimeSpan.FromSeconds(6));
        partner.Clock.Set(TimeSpan.FromSeconds(-6));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();
    }

    [Theory]
    [InlineData("RS384", "no pem")]
    [InlineData("ES384", "P-256")]
    [InlineData("RS384", "P-256")]
    public async Task A_key_that_is_not_one_for_its_algorithm_is_our_fault_and_said(string algorithm, string what)
    {
        await using var partner = await GuardedPartner.StartAsync();
        using var curve = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var path = partner.Write("key.pem", what == "P-256" ? curve.ExportPkcs8PrivateKeyPem() : "-----BEGIN NOTHING-----");

        var outcome = await GuardedPartner.DeliverAsync(partner.Adapter(partner.SignedAuth(new { fromFile = path }, algorithm: algorithm)));

        outcome.ShouldBeOfType<Unavailable>().Reason.ShouldContain("our key (file ");
        partner.Tokens.Requests.ShouldBe(0);
    }

    [Theory]
    [InlineData("client-secret-basic")]
    [InlineData("client-secret-post")]
    public async Task A_partner_that_has_no_better_gets_a_client_secret(string method)
    {
        await using var partner = await GuardedPartner.StartAsync();

        (await GuardedPartner.DeliverAsync(partner.Adapter(SecretAuth(partner, method, ScriptedTokenEndpoint.Secret)))).ShouldBeOfType<Delivered>();
    }

    [Fact]
    public async Task Basic_credentials_go_with_every_message_as_their_file_stands()
    {
        await using var partner = await GuardedPartner.StartAsync();
        partner.Admits = context => context.Request.Headers.Authorization == "Basic " + Convert.ToBase64String("hub:second"u8);
        var adapter = partner.Adapter(new() { ["method"] = "basic", ["username"] = "hub", ["password"] = new { fromFile = partner.Write("password", "first\n") } });

        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<PartnerRefusesUs>();
        partner.Write("password", "second\n");
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();
        partner.Arrivals.Count.ShouldBe(2); // another try with the same password would be for nothing
    }

    [Fact]
    public async Task No_token_secret_or_assertion_is_in_any_reason_or_log_line()
    {
        await using var partner = await GuardedPartner.StartAsync();
        var signed = partner.Adapter(partner.SignedAuth(partner.NewKey("k1")));
        var wrong = partner.Adapter(SecretAuth(partner, "client-secret-post", "a-wrong-secret")); // the endpoint echoes it in error_description
        var outcomes = new List<DeliveryOutcome> { await GuardedPartner.DeliverAsync(signed), await GuardedPartner.DeliverAsync(wrong) };
        partner.Tokens.Instead = async context => await ScriptedTokenEndpoint.WriteAsync(context, 400, new { error = (await context.Request.ReadFormAsync())["client_secret"].ToString() });
        partner.Clock.Advance(TimeSpan.FromSeconds(30));
        outcomes.Add(await GuardedPartner.DeliverAsync(wrong));

        outcomes.Select(o => o.Name).ShouldBe(["Delivered", "PartnerRefusesUs", "PartnerRefusesUs"]);
        var said = string.Join('\n', outcomes) + partner.Log.Text;
        said.ShouldNotContain("a-wrong-secret");
        said.ShouldNotContain(partner.Tokens.Issued.Single());
        said.ShouldNotContain("eyJ"); // how every assertion begins
        partner.Log.Text.ShouldNotBeEmpty(); // the pipeline does log
    }

    private static Dictionary<string, object> SecretAuth(GuardedPartner partner, string method, string secret) => new()
    {
        ["method"] = method,
        ["tokenEndpoint"] = partner.TokenUrl,
        ["clientId"] = ScriptedTokenEndpoint.ClientId,
        ["clientSecret"] = new { fromFile = partner.Write("secret", secret + "\n") },
        ["scope"] = ScriptedTokenEndpoint.Scope,
    };

    private static async Task<(int Arrivals, DeliveryOutcome Outcome)> DeliverAsync(int status, string body)
    {
        await using var partner = await GuardedPartner.StartAsync();
        partner.Tokens.Instead = async context =>
        {
            context.Response.StatusCode = status;
            if (body.Length > 0)
            {
                await context.Response.WriteAsync(body, context.RequestAborted);
            }
        };
        var outcome = await GuardedPartner.DeliverAsync(partner.Adapter(partner.SignedAuth(partner.NewKey("k1"))));
        return (partner.Arrivals.Count, outcome);
    }
}
