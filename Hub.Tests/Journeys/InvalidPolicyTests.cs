using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>What does not conform is refused, held or told of as each partner's file says, and no file overrules a clinical rule.</summary>
public sealed class InvalidPolicyTests
{
    private static readonly Messages Ama = new();

    [Fact]
    public async Task A_message_that_breaks_a_profile_is_held_where_the_recipients_file_says_nothing()
    {
        await using var hub = await TestHub.StartAsync();

        await PostAsync(hub, "admission", Admission(snomed: "12345"));

        (await hub.SettleAsync()).Held.ShouldBe(2);
        hub.Practice.Received.ShouldBeEmpty();
        (await Told.AttentionAsync(hub)).Where(a => a.Kind == "cannot-render").ShouldAllBe(a => a.Reason.Contains("snomed-check-digit") && a.Reason.Contains("is held"));
    }

    [Fact]
    public async Task A_message_that_breaks_a_profile_is_sent_and_the_operator_told_where_the_recipients_file_says_warn()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.ChangePartnerAsync("elm", file => file["onInvalid"] = "warn");

        await PostAsync(hub, "admission", Admission(snomed: "12345"));

        (await hub.SettleAsync()).Held.ShouldBe(1); // the community team's
        hub.Practice.Received.ShouldHaveSingleItem().Answered.ShouldBe("ok");
        var entry = (await Told.AttentionAsync(hub)).Single(a => a.Kind == "sent-invalid");
        entry.Reason.ShouldBe("The message for Elm Surgery: it breaks snomed-check-digit at Bundle.entry[12].resource.code.coding[0].code and is sent all the same, as the partner's file says.");
    }

    [Fact]
    public async Task A_message_that_breaks_a_profile_is_never_sent_where_the_recipients_file_says_reject_and_the_next_one_tells_it_again()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.ChangePartnerAsync("elm", file => file["onInvalid"] = "reject");

        await PostAsync(hub, "medication-change", Change("O1", "12345"));
        (await hub.SettleAsync()).Refused.ShouldBe(1);
        hub.Practice.Received.ShouldBeEmpty();
        var entry = (await Told.AttentionAsync(hub)).Single(a => a.Kind == "not-sent-invalid");
        (entry.Urgency, entry.Owner).ShouldBe((Urgency.Urgent, "Hub operator"));
        entry.NextStep.ShouldContain("by phone");

        var next = Change("O1", null);
        next["lines"]![0]!["action"] = "amend";
        next["lines"]![0]!["after"] = new JsonObject { ["text"] = "two in the morning" };
        next["lines"]![0]!["reason"] = "no better";
        next["occurredAt"] = "2026-05-02T09:00:00+01:00";
        await PostAsync(hub, "medication-change", next, "K-2");
        await hub.SettleAsync();
        Told.Text(hub.Practice.Received.ShouldHaveSingleItem()).ShouldContain("told again: you have not accepted the earlier message");
    }

    [Fact]
    public async Task What_a_clinical_rule_forbids_is_held_whatever_the_recipients_file_says()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.ChangePartnerAsync("elm", file => file["onInvalid"] = "warn");
        var change = Change("O1", null);
        change["lines"]![0]!["medicine"]!["text"] = "Clozapine 25 mg tablets";
        change["lines"]![0]!["gpRequest"] = "repeat";
        change["lines"]![0]!["gpRequestDays"] = 28;

        await PostAsync(hub, "medication-change", change);

        (await hub.SettleAsync()).Held.ShouldBe(1);
        hub.Practice.Received.ShouldBeEmpty();
        (await Told.AttentionAsync(hub)).ShouldContain(a => a.Reason.Contains("clinical-rule-9"));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Accepted, 1)]
    [InlineData("warn", HttpStatusCode.Accepted, 1)]
    [InlineData("quarantine", HttpStatusCode.Accepted, 0)]
    [InlineData("reject", HttpStatusCode.BadRequest, 0)]
    public async Task A_json_event_that_is_thin_is_taken_held_or_refused_as_its_senders_file_says(string? policy, HttpStatusCode answer, int sent)
    {
        await using var hub = await TestHub.StartAsync();
        await hub.ChangePartnerAsync("north-json", file => file["onInvalid"] = policy);
        var thin = Change("O1", null);
        thin["lines"]![0]!.AsObject().Remove("indication");

        var response = await PostAsync(hub, "medication-change", thin);

        response.StatusCode.ShouldBe(answer);
        await hub.SettleAsync();
        hub.Practice.Received.Count.ShouldBe(sent);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var entries = await Told.AttentionAsync(hub);
        text.Contains("indication-not-sent", StringComparison.Ordinal).ShouldBe(policy == "reject");
        entries.Any(a => a.Kind == "sender-data-held").ShouldBe(policy == "quarantine");
        if (sent > 0)
        {
            Told.Text(hub.Practice.Received[0]).ShouldContain("What the medicine is for was not sent.");
        }
    }

    [Fact]
    public async Task A_wrong_nhs_number_is_taken_even_where_the_senders_file_says_reject()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.ChangePartnerAsync("north-json", file => file["onInvalid"] = "reject");
        var wrong = Change("O1", null);
        wrong["patient"]!["nhsNumber"] = "9912003889";

        (await PostAsync(hub, "medication-change", wrong)).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        (await hub.SettleAsync()).Held.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("quarantine", 0)]
    public async Task What_leaves_because_of_an_hl7_message_with_notes_waits_where_its_senders_file_says_quarantine(string? policy, int sent)
    {
        await using var hub = await TestHub.StartAsync();
        await hub.ChangePartnerAsync("north-epr", file => file["onInvalid"] = policy);
        await using var epr = hub.Epr();

        (await Told.SendAsync(epr, Ama.Adt("A04", "ADT_A01", "C1", Ama.Start, admittedAt: Ama.Start).Replace("|19920214|2|", "|19920214|Q|", StringComparison.Ordinal))).ShouldBe("AA");

        await hub.SettleAsync();
        hub.Practice.Received.Count.ShouldBe(sent);
        (await Told.AttentionAsync(hub)).Any(a => a.Kind == "sender-data-held").ShouldBe(policy == "quarantine");
    }

    [Fact]
    public async Task A_file_that_would_refuse_hl7_messages_for_their_content_is_faulty()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.ChangePartnerAsync("north-epr", file => file["onInvalid"] = "reject");
        await using var epr = hub.Epr();

        hub.PartnerProblems.ShouldHaveSingleItem().Field.ShouldBe("/onInvalid");
        (await Told.SendAsync(epr, Ama.Admission("C1"))).ShouldBe("AE"); // nobody claims the sender
    }

    private static async Task<HttpResponseMessage> PostAsync(TestHub hub, string type, JsonObject body, string key = "K-1")
    {
        using var http = hub.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events/" + type) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static JsonObject Change(string line, string? dmd) => Event(new JsonObject
    {
        ["team"] = Team(),
        ["lines"] = new JsonArray(new JsonObject
        {
            ["lineId"] = line,
            ["action"] = "start",
            ["medicine"] = dmd is null ? new JsonObject { ["text"] = "Sertraline 50 mg tablets" } : new JsonObject { ["text"] = "Sertraline 50 mg tablets", ["dmdCode"] = dmd },
            ["after"] = new JsonObject { ["text"] = "one in the morning" },
            ["indication"] = "depression",
            ["reason"] = "low mood",
        }),
    });

    private static JsonObject Admission(string snomed) => Event(new JsonObject
    {
        ["kind"] = "crt",
        ["team"] = Team(),
        ["cmht"] = new JsonObject { ["name"] = "South CMHT", ["organisation"] = "RXN02", ["localCode"] = "SCMHT" },
        ["reason"] = "Low mood",
        ["diagnoses"] = new JsonArray(new JsonObject { ["condition"] = new JsonObject { ["text"] = "Depression", ["code"] = snomed, ["system"] = "http://snomed.info/sct" } }),
    });

    private static JsonObject Team() => new() { ["name"] = "North Crisis Team", ["organisation"] = "RXN01", ["localCode"] = "NCRT", ["typeCode"] = "A02", ["phone24h"] = "01632 960200" };

    private static JsonObject Event(JsonObject body)
    {
        body["patient"] = JsonNode.Parse("""
            { "nhsNumber": "9912003888", "nhsNumberStatus": "01", "localIds": [{ "assigningSystem": "NEPR", "value": "T1000" }],
              "name": { "family": "Marlow", "given": ["Ama"] }, "birthDate": "1992-02-14", "gpPractice": "Y99001" }
            """);
        body["occurredAt"] = "2026-05-01T09:00:00+01:00";
        body["episode"] = new JsonObject { ["localId"] = "E1000" };
        return body;
    }
}
