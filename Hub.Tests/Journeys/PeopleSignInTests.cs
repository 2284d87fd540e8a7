using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Proxy.Access.People;
using Hub.Proxy.OperatorConsole;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>People who sign in, and all that must not be taken for it: over the hub's own listener and a provider on a real socket.</summary>
public sealed class PeopleSignInTests(PeopleStage stage) : IClassFixture<PeopleStage>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_opens_a_page_signs_in_at_the_provider_and_comes_back_to_it()
    {
        using var browser = stage.Browser();
        stage.Provider.Who = ScriptedProvider.Person("Olivia Operator", "Operator");

        var (status, _, to) = await browser.GetAsync("/console/handovers?overdue=true");
        status.ShouldBe(302);
        to!.ToString().ShouldStartWith(stage.Provider.Address + "/authorize?");
        browser.LastSet.Count.ShouldBeGreaterThan(1);
        browser.LastSet.ShouldAllBe(c => c.Contains("httponly", StringComparison.OrdinalIgnoreCase) && c.Contains("samesite=lax", StringComparison.OrdinalIgnoreCase));

        var back = await browser.GetAsync(to.ToString());
        var (landed, _, page) = await browser.GetAsync(back.To!.ToString());
        landed.ShouldBe(302);
        page!.ToString().ShouldBe("/console/handovers?overdue=true");
        browser.LastSet.Single(c => c.StartsWith("hub-session=", StringComparison.Ordinal)).ShouldContain("samesite=lax; httponly", Case.Insensitive);
        var shown = await browser.GetAsync(page.ToString());
        shown.Status.ShouldBe(200);
        shown.Text.ShouldContain("Signed in as Olivia Operator (5550oliviaoperator): operator");

        stage.Provider.Asked["code_challenge_method"].ShouldBe("S256");
        stage.Provider.Asked["response_type"].ShouldBe("code");
        stage.Provider.Asked["acr_values"].ShouldBe("AAL3_ANY");
        stage.Provider.Asked["redirect_uri"].ShouldBe(stage.Hub.Host.Http.GetLeftPart(UriPartial.Authority) + "/console/signed-in");
        stage.Provider.ProvedBy.ShouldBe("secret");
        (await stage.TrailAsync()).ShouldContain(e => e.Kind == AuditKind.SignIn && e.By == "Olivia Operator (5550oliviaoperator)" && e.Result == "Operator");
    }

    [Theory]
    [InlineData("nonce of another sign-in")]
    [InlineData("no nonce")]
    [InlineData("for another client")]
    [InlineData("of another provider")]
    [InlineData("expired")]
    [InlineData("without an end")]
    [InlineData("not signed")]
    [InlineData("not signed, and says that it is")]
    [InlineData("signed by somebody else")]
    [InlineData("signed with the client's secret")]
    [InlineData("changed after it was signed")]
    [InlineData("not as surely as asked")]
    [InlineData("another state")]
    [InlineData("no state")]
    [InlineData("a code of nobody's")]
    [InlineData("an error of the provider's")]
    [InlineData("no role here")]
    public async Task An_answer_that_is_not_the_providers_own_to_this_very_question_lets_nobody_in(string fault)
    {
        using var browser = stage.Browser();
        stage.Provider.Who = ScriptedProvider.Person("Mallory", fault == "no role here" ? null : "Operator");
        stage.Provider.Lie = fault switch
        {
            "nonce of another sign-in" => t => t.Claims["nonce"] = "638000000000000000.bm90IHRoaXMgb25l",
            "no nonce" => t => t.Claims.Remove("nonce"),
            "for another client" => t => t.Audience = "another-hub",
            "of another provider" => t => t.Issuer = "https://elsewhere.example",
            "expired" => t => (t.IssuedAt, t.Expires) = (t.IssuedAt!.Value.AddHours(-1), t.IssuedAt.Value.AddMinutes(-5)),
            "without an end" => t => t.Expires = null,
            "not as surely as asked" => t => t.Claims["acr"] = "AAL1_USERPASS",
            _ => null,
        };
        stage.Provider.Forge = fault switch
        {
            "not signed" => token => $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{token.Split('.')[1]}.",
            "not signed, and says that it is" => token => token[..(token.LastIndexOf('.') + 1)],
            "signed with the client's secret" => Hmac,
            "changed after it was signed" => token => Changed(token, c => c["sub"] = "somebody-else"),
            _ => null,
        };
        stage.Provider.Lead = fault switch
        {
            "another state" => back => back.Replace("state=", "state=x", StringComparison.Ordinal),
            "no state" => back => back[..back.IndexOf("&state=", StringComparison.Ordinal)],
            "a code of nobody's" => back => back.Replace("code=", "code=x", StringComparison.Ordinal),
            "an error of the provider's" => back => back.Replace("code=", "error=access_denied&error_description=", StringComparison.Ordinal),
            _ => null,
        };
        stage.Provider.WrongKey = fault == "signed by somebody else";
        var before = (await stage.TrailAsync()).Count(e => e is { Kind: AuditKind.Refuse, What: "sign-in" });
        try
        {
            var (status, text, at) = await browser.FollowAsync("/console/handovers");

            at.AbsolutePath.ShouldBe("/console/sign-in", fault);
            status.ShouldBe(200);
            text.ShouldContain(fault switch { "no role here" => "have no role at this hub", "not as surely as asked" => "not as surely as this hub asks", _ => "Signing in did not succeed" });
            text.ShouldNotContain("Signed in as");
            browser.Cookies.GetCookies(browser.Hub).ShouldNotContain(c => c.Name == "hub-session");
            (await browser.GetAsync("/console/handovers")).Status.ShouldBe(302);
            (await browser.GetAsync("/handovers")).Status.ShouldBe(401);
            (await stage.TrailAsync()).Count(e => e is { Kind: AuditKind.Refuse, What: "sign-in" }).ShouldBe(before + 1);
        }
        finally
        {
            (stage.Provider.Lie, stage.Provider.Forge, stage.Provider.Lead, stage.Provider.WrongKey) = (null, null, null, false);
        }
    }

    [Fact]
    public async Task An_answer_counts_once_and_only_in_the_browser_that_asked()
    {
        using var browser = stage.Browser();
        using var another = stage.Browser();
        using var copy = stage.Browser();
        stage.Provider.Who = ScriptedProvider.Person("Olivia Operator", "Operator");
        var ask = (await browser.GetAsync("/console")).To!.ToString();
        var back = (await browser.GetAsync(ask)).To!.ToString();
        copy.Cookies.Add(browser.Cookies.GetAllCookies());

        (await another.FollowAsync(back)).At.Query.ShouldBe("?refused=failed", "somebody is led to another's sign-in");
        (await another.GetAsync("/console")).Status.ShouldBe(302);
        var redeemed = stage.Provider.CodesRedeemed;
        (await browser.FollowAsync(back)).At.AbsolutePath.ShouldBe("/console");
        (await browser.FollowAsync(back)).At.Query.ShouldBe("?refused=failed", "the same answer again");
        (await copy.FollowAsync(back)).At.Query.ShouldBe("?refused=failed", "and with all that the browser held when it came");
        stage.Provider.CodesRedeemed.ShouldBe(redeemed + 1);
        (await copy.GetAsync("/console")).Status.ShouldBe(302);
    }

    [Theory]
    [InlineData("/console/handovers", "/console/handovers")]
    [InlineData("//evil.example/console", "/console")]
    [InlineData("https://evil.example/console", "/console")]
    [InlineData("/\\evil.example", "/console")]
    [InlineData("/console/../../evil", "/console")]
    [InlineData("/console@evil.example", "/console")]
    [InlineData("/console\r\nX: y", "/console")]
    [InlineData("javascript:alert(1)", "/console")]
    [InlineData("/handovers", "/console")]
    public async Task After_signing_in_nobody_is_led_anywhere_but_to_the_console(string to, string expected)
    {
        using var browser = stage.Browser();
        stage.Provider.Who = ScriptedProvider.Person("Olivia Operator", "Operator");

        (await browser.FollowAsync("/console/sign-in?handler=Go&to=" + Uri.EscapeDataString(to))).At.ToString().ShouldBe(stage.Hub.Host.Http.GetLeftPart(UriPartial.Authority) + expected);
    }

    [Fact]
    public async Task A_session_ends_when_nobody_is_there_when_it_is_too_old_and_when_it_is_ended_whoever_kept_the_cookie()
    {
        var moved = TimeSpan.Zero;
        void Pass(int minutes)
        {
            moved += TimeSpan.FromMinutes(minutes);
            stage.Clock.Set(TimeSpan.FromMinutes(minutes));
        }

        try
        {
            using (var idle = await stage.SignedInAsync("Olivia Operator", "Operator"))
            {
                Pass(15);
                (await idle.GetAsync("/console", ("Sec-Fetch-Mode", "cors"))).Status.ShouldBe(200, "a page that renews itself");
                Pass(6);
                (await idle.GetAsync("/console")).Status.ShouldBe(302, "is nobody who is there");
            }

            using (var busy = await stage.SignedInAsync("Olivia Operator", "Operator"))
            {
                for (var i = 0; i < 4; i++)
                {
                    Pass(14);
                    (await busy.GetAsync("/console")).Status.ShouldBe(200, $"after {14 * (i + 1)} minutes");
                }

                Pass(5);
                (await busy.GetAsync("/console")).Status.ShouldBe(302, "an hour is over");
                (await busy.SendAsync("/console/sign-in", "/console/partners?handler=Hold&id=elm", ("note", "why"))).Status.ShouldBe(401, "and what is sent is not done");
            }

            using var left = await stage.SignedInAsync("Olivia Operator", "Operator");
            using var kept = stage.Browser();
            kept.Cookies.Add(left.Cookies.GetAllCookies());
            (await kept.GetAsync("/console")).Status.ShouldBe(200);
            var (status, _, to) = await left.SendAsync("/console", "/console/sign-in?handler=Out");
            (status, to!.ToString()).ShouldBe((302, "/console/sign-in?refused=out"));
            (await left.GetAsync("/console")).Status.ShouldBe(302);
            (await kept.GetAsync("/console")).Status.ShouldBe(302, "who kept the cookie is out too");
            (await kept.GetAsync("/handovers")).Status.ShouldBe(401);
            (await stage.TrailAsync()).ShouldContain(e => e.Kind == AuditKind.SignOut && e.By == "Olivia Operator (5550oliviaoperator)");
        }
        finally
        {
            stage.Clock.Set(-moved);
        }
    }

    [Fact]
    public async Task A_cookie_that_this_hub_did_not_give_out_is_nobody()
    {
        var real = stage.Hub.Host.Services.GetRequiredService<IDataProtectionProvider>();
        var another = new FormProtection(RandomNumberGenerator.GetBytes(32));
        var person = new SignedInPerson { Subject = "x", Name = "X", Roles = [PersonRole.Operator], Teams = [], SessionId = "s", SignedInAt = stage.Clock.GetUtcNow() };
        string Cookie(IDataProtectionProvider keys, string purpose = "v2") => new TicketDataFormat(keys.CreateProtector("Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationMiddleware", SignedInPerson.Scheme, purpose))
            .Protect(new AuthenticationTicket(person.ToPrincipal(), new AuthenticationProperties { IssuedUtc = stage.Clock.GetUtcNow(), ExpiresUtc = stage.Clock.GetUtcNow().AddMinutes(20) }, SignedInPerson.Scheme));
        async Task<int> StatusAsync(string cookie)
        {
            using var browser = stage.Browser();
            return (await browser.GetAsync("/console/partners", ("Cookie", "hub-session=" + cookie))).Status;
        }

        var good = Cookie(real);
        (await StatusAsync(good)).ShouldBe(200, "what the hub itself protects is read: the others below differ in one thing");
        (await StatusAsync(Cookie(another))).ShouldBe(302, "another hub's");
        (await StatusAsync(Cookie(real, "v3"))).ShouldBe(302, "protected for something else");
        (await StatusAsync(good[..20] + (good[20] == 'A' ? 'B' : 'A') + good[21..])).ShouldBe(302, "changed in one letter");
        (await StatusAsync(good[..^8])).ShouldBe(302, "cut off");
        (await StatusAsync("")).ShouldBe(302);
        person = person with { SignedInAt = stage.Clock.GetUtcNow().AddHours(2) };
        (await StatusAsync(Cookie(real))).ShouldBe(302, "of tomorrow");
    }

    [Fact]
    public async Task Nobody_sees_anything_without_signing_in_on_the_hubs_own_machine_either_and_machines_that_watch_go_on()
    {
        using var browser = stage.Browser();
        foreach (var path in (string[])["/handovers", "/reports/handovers?month=2026-05", "/notices", $"/obligations/{Guid.Empty}", $"/deliveries/{Guid.Empty}/readdress"])
        {
            (await browser.GetAsync(path)).Status.ShouldBe(401, path);
        }

        (await browser.GetAsync("/console", ("Sec-Fetch-Mode", "cors"))).Status.ShouldBe(401, "a script is not led to a provider");
        (await browser.GetAsync("/console/live")).Status.ShouldBe(302);
        (await browser.GetAsync("/metrics")).Status.ShouldBe(200);
        (await browser.GetAsync("/health/working")).Status.ShouldBeOneOf(200, 503);
        (await browser.GetAsync("/partners")).Status.ShouldBe(200, "no word of a patient");
        (await browser.GetAsync("/partners", ("X-Forwarded-For", "10.0.0.1"))).Status.ShouldBe(401);
        (await browser.GetAsync("/console", ("Host", "hub.evil.example"))).Status.ShouldBe(421);
        (await browser.AskAsync(HttpMethod.Post, $"/obligations/{Guid.Empty}/accept", new StringContent("""{"by":"X","what":"Y"}""", Encoding.UTF8, "application/json"))).Status.ShouldBe(401);
    }

    private static string Changed(string token, Action<JsonObject> change)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(Base64UrlEncoder.Decode(parts[1]))!.AsObject();
        change(claims);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(claims.ToJsonString())}.{parts[2]}";
    }

    private static string Hmac(string token)
    {
        var signed = $"{Base64UrlEncoder.Encode("""{"alg":"HS256","typ":"JWT"}""")}.{token.Split('.')[1]}";
        return $"{signed}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ScriptedProvider.Secret), Encoding.ASCII.GetBytes(signed)))}";
    }
}
