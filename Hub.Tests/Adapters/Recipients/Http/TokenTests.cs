using Hub.Adapters.Contract;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Http;

public sealed class TokenTests
{
    [Theory]
    [InlineData("RS384")]
    [InlineData("ES384")]
    public async Task An_assertion_stands_before_a_server_that_checks_all_of_it(string algorithm)
    {
        await using var partner = await GuardedPartner.StartAsync();
        var adapter = partner.Adapter(partner.SignedAuth(partner.NewKey("k1", algorithm), algorithm: algorithm));

        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();

        partner.Tokens.Refusals.ShouldBeEmpty();
        partner.Arrivals.ShouldHaveSingleItem().Authorization.ShouldBe("Bearer " + partner.Tokens.Issued.Single());
        var claims = partner.Tokens.Claims.Single().EnumerateObject().Select(c => c.Name).Order().ToList();
        claims.ShouldBe(["aud", "exp", "iss", "jti", "sub"]);
    }

    [Fact]
    public async Task However_many_messages_wait_for_a_token_it_is_asked_for_once()
    {
        await using var partner = await GuardedPartner.StartAsync();
        var adapter = partner.Adapter(partner.SignedAuth(partner.NewKey("k1")));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => GuardedPartner.DeliverAsync(adapter)));

        outcomes.ShouldAllBe(o => o is Delivered);
        partner.Tokens.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends_and_not_earlier_than_it_need_be()
    {
        await using var partner = await GuardedPartner.StartAsync();
        var adapter = partner.Adapter(partner.SignedAuth(partner.NewKey("k1")));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();

        partner.Clock.Advance(TimeSpan.FromSeconds(200));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();
        partner.Tokens.Requests.ShouldBe(1);

        partner.Clock.Set(TimeSpan.FromSeconds(-200)); // the server's clock is the machine's
        partner.Clock.Advance(TimeSpan.FromSeconds(45));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();
        partner.Tokens.Requests.ShouldBe(2);
        partner.Tokens.Issued.Count.ShouldBe(2); // each under a jti of its own, or the server had refused the second
    }

    [Fact]
    public async Task While_its_successor_cannot_be_had_a_token_that_stands_is_used_and_one_that_ended_is_not()
    {
        await using var partner = await GuardedPartner.StartAsync();
        var adapter = partner.Adapter(partner.SignedAuth(partner.NewKey("k1")));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();
        partner.Tokens.Instead = context => Status(context, 503);

        partner.Clock.Advance(TimeSpan.FromSeconds(260));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();
        partner.Tokens.Requests.ShouldBe(2);

        partner.Clock.Advance(TimeSpan.FromSeconds(60));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Unavailable>().NothingSent.ShouldBeTrue();
        partner.Arrivals.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_message_answered_401_is_sent_once_more_under_a_new_token()
    {
        await using var partner = await GuardedPartner.StartAsync();
        var adapter = partner.Adapter(partner.SignedAuth(partner.NewKey("k1")));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();
        partner.Tokens.RevokeAll();

        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();

        partner.Tokens.Requests.ShouldBe(2);
        var shown = partner.Arrivals.Select(a => a.Authorization).ToList();
        shown.Count.ShouldBe(3);
        shown[1].ShouldBe(shown[0]);
        shown[2].ShouldNotBe(shown[0]);
    }

    [Fact]
    public async Task A_partner_that_refuses_a_new_token_too_is_held_after_two_requests()
    {
        await using var partner = await GuardedPartner.StartAsync();
        partner.Admits = _ => false;
        var adapter = partner.Adapter(partner.SignedAuth(partner.NewKey("k1")));

        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<PartnerRefusesUs>();

        (partner.Arrivals.Count, partner.Tokens.Requests).ShouldBe((2, 2));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    public async Task Nothing_but_401_is_an_invitation_to_send_again(int status)
    {
        await using var partner = await GuardedPartner.StartAsync();
        (partner.Admits, partner.Refusal) = (_ => false, status);

        (await GuardedPartner.DeliverAsync(partner.Adapter(partner.SignedAuth(partner.NewKey("k1"))))).ShouldNotBeOfType<Delivered>();

        partner.Arrivals.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Where_a_partners_file_says_that_its_401_can_come_after_taking_nothing_is_sent_again()
    {
        await using var partner = await GuardedPartner.StartAsync();
        partner.Admits = _ => false;
        var adapter = partner.Adapter(partner.SignedAuth(partner.NewKey("k1")), null, new OutcomeOverride { Code = "401", Means = OutcomeMeaning.Unknown });

        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Unknown>();

        partner.Arrivals.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_new_key_in_the_file_signs_the_next_assertion()
    {
        await using var partner = await GuardedPartner.StartAsync();
        var adapter = partner.Adapter(partner.SignedAuth(partner.NewKey("k1")));
        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();

        partner.NewKey("k1"); // under the same kid, as a rotation by secret store does; the old public key is gone
        partner.Tokens.RevokeAll();

        (await GuardedPartner.DeliverAsync(adapter)).ShouldBeOfType<Delivered>();
        partner.Tokens.Refusals.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_audience_is_what_the_partners_file_says()
    {
        await using var partner = await GuardedPartner.StartAsync();
        partner.Tokens.Audience = "https://issuer.partner.example/";
        var auth = partner.SignedAuth(partner.NewKey("k1"));

        (await GuardedPartner.DeliverAsync(partner.Adapter(auth))).ShouldBeOfType<PartnerRefusesUs>(); // the token endpoint's own address is the wrong one here
        partner.Tokens.Refusals.ShouldBe(["aud"]);

        auth["audience"] = "https://issuer.partner.example/";
        (await GuardedPartner.DeliverAsync(partner.Adapter(auth))).ShouldBeOfType<Delivered>();
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
