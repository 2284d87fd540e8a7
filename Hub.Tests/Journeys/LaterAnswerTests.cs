using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Fhir.Conformance;
using Hub.Fhir.Resources;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Journeys.Told;

namespace Hub.Tests.Journeys;

/// <summary>A practice that answers 202 at once and what it thinks of a message later, by a message of its own.</summary>
public sealed class LaterAnswerTests
{
    private static readonly Messages Ama = new();
    private static readonly DateTimeOffset Home = Ama.Start.AddDays(3);

    [Fact]
    public async Task A_later_yes_is_taken_and_told_so_and_the_message_went_once()
    {
        await using var hub = await StartAsync("answers-later:100");
        await SendAsync(hub, Ama.Admission("1"));

        var copy = await EndedAsync(hub);

        copy.Delivery.State.ShouldBe(DeliveryState.Delivered);
        copy.Attempts.ShouldHaveSingleItem().Outcome.ShouldBe("Awaited");
        copy.Answers.ShouldHaveSingleItem().SentCode.ShouldBe("ok");
        hub.Practice.Received.Count.ShouldBe(1);
        await Eventually.HoldsAsync(() => hub.Practice.LaterAnswers.SequenceEqual([200]), why: () => $"met with {string.Join(", ", hub.Practice.LaterAnswers)}");
    }

    [Fact]
    public async Task A_later_no_is_a_refusal_and_the_next_message_tells_again_what_it_said()
    {
        await using var hub = await StartAsync("answers-later:0:fatal");
        await SendAsync(hub, Ama.Admission("1"));
        (await EndedAsync(hub)).Delivery.State.ShouldBe(DeliveryState.Refused);
        (await AttentionAsync(hub)).ShouldContain(a => a.Kind == "refused" && a.PartnerId == "elm");

        hub.Practice.Script.Always = SimulatorFault.Parse("answers-later:0");
        await SendAsync(hub, Ama.Discharge("2", Home));

        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)).Select(c => c.Delivery.State).SequenceEqual([DeliveryState.Superseded, DeliveryState.Delivered]));
        Text(hub.Practice.Received[1]).ShouldContain("Low mood, safety concerns");
    }

    [Fact]
    public async Task A_later_answer_in_XML_means_the_same_and_is_thanked_for_in_XML()
    {
        await using var hub = await StartAsync("answers-later:never");
        await SendAsync(hub, Ama.Admission("1"));
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)) is [{ Delivery.State: DeliveryState.Awaited }]);
        var answer = SimulatedFhirAnswers.Answer(hub.Practice.Received[0].MessageId, "ok", null, TimeProvider.System, null, hub.Practice.Endpoint.AbsoluteUri);

        using var http = hub.Http();
        using var content = new ByteArrayContent(FhirXml.Write(IncomingBundle.Read(answer).Bundle!));
        content.Headers.ContentType = new("application/fhir+xml");
        using var told = await http.PostAsync(new Uri("/fhir/$process-message", UriKind.Relative), content, TestContext.Current.CancellationToken);

        (told.StatusCode, told.Content.Headers.ContentType?.MediaType).ShouldBe((System.Net.HttpStatusCode.OK, "application/fhir+xml"));
        (await EndedAsync(hub)).Delivery.State.ShouldBe(DeliveryState.Delivered);
    }

    [Fact]
    public async Task Nothing_waits_behind_an_awaited_answer_and_the_later_answers_come_in_any_order()
    {
        await using var hub = await StartAsync("answers-later:never");
        await SendAsync(hub, Ama.Admission("1"));
        await SendAsync(hub, Ama.Discharge("2", Home));
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)) is [{ Delivery.State: DeliveryState.Awaited }, { Delivery.State: DeliveryState.Awaited }]);
        var ids = hub.Practice.Received.Select(r => r.MessageId).ToList();

        (await PostAsync(hub, ids[1], "ok")).ShouldBe(200);
        (await PostAsync(hub, ids[0], "transient-error")).ShouldBe(200);

        await Eventually.HoldsAsync(() => hub.Practice.Received.Count == 3);
        hub.Practice.Received[2].MessageId.ShouldBe(ids[0]);
        hub.Practice.Received[2].Bytes.ToArray().ShouldBe(hub.Practice.Received[0].Bytes.ToArray());
    }

    [Fact]
    public async Task The_same_answer_twice_is_thanked_for_twice_and_written_down_once()
    {
        await using var hub = await StartAsync("answers-later:0:twice");
        await SendAsync(hub, Ama.Admission("1"));

        await Eventually.HoldsAsync(() => hub.Practice.LaterAnswers.SequenceEqual([200, 200]), why: () => $"met with {string.Join(", ", hub.Practice.LaterAnswers)}");

        var copy = await EndedAsync(hub);
        (copy.Delivery.State, copy.Answers.Count).ShouldBe((DeliveryState.Delivered, 1));
        (await AttentionAsync(hub)).ShouldNotContain(a => a.PartnerId == "elm");
    }

    [Fact]
    public async Task An_answer_to_nothing_that_was_sent_is_kept_for_a_person_and_its_sender_is_told()
    {
        await using var hub = await StartAsync("answers-later:0:wrong-id");
        await SendAsync(hub, Ama.Admission("1"));

        await Eventually.HoldsAsync(() => hub.Practice.LaterAnswers.SequenceEqual([404]), why: () => $"met with {string.Join(", ", hub.Practice.LaterAnswers)}");

        (await CopiesAsync(hub)).ShouldHaveSingleItem().Delivery.State.ShouldBe(DeliveryState.Awaited);
        var entry = (await AttentionAsync(hub)).ShouldHaveSingleItem();
        (entry.Kind, entry.PartnerId).ShouldBe(("answers-nothing", "elm"));
        Encoding.UTF8.GetString((await hub.Timeline.OriginalAsync(entry.ReceivedId!.Value, TestContext.Current.CancellationToken)).ShouldNotBeNull()).ShouldContain("00000000dead");
    }

    [Fact]
    public async Task No_answer_at_all_is_told_to_a_person_who_need_do_nothing_when_it_comes_after_all()
    {
        await using var hub = await StartAsync("answers-later:never", within: "00:00:01");
        await SendAsync(hub, Ama.Admission("1"));

        AttentionRow? entry = null;
        await Eventually.HoldsAsync(async () => (entry = (await AttentionAsync(hub)).SingleOrDefault(a => a.Kind == "no-answer")) is not null);
        entry!.Reason.ShouldStartWith("No answer from Elm Surgery since ");
        (await CopiesAsync(hub)).ShouldHaveSingleItem().Delivery.State.ShouldBe(DeliveryState.Awaited);
        hub.Practice.Received.Count.ShouldBe(1);

        (await PostAsync(hub, hub.Practice.Received[0].MessageId, "ok")).ShouldBe(200);

        (await EndedAsync(hub)).Delivery.State.ShouldBe(DeliveryState.Delivered);
        (await AttentionAsync(hub)).ShouldNotContain(a => a.Kind == "no-answer");
    }

    [Fact]
    public async Task Another_partner_cannot_answer_for_the_practice_nor_can_a_caller_whom_nobody_knows()
    {
        await using var hub = await StartAsync("answers-later:never");
        await SendAsync(hub, Ama.Admission("1"));
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)) is [{ Delivery.State: DeliveryState.Awaited }]);
        var id = hub.Practice.Received[0].MessageId;

        (await hub.Practice.PostAnswerAsync(Door(hub.Host.Http), id, "ok", headers: "X-Source: south-cmht\r\n")).ShouldBe(404);
        (await hub.Practice.PostAnswerAsync(Door(hub.Host.Http), id, "ok", headers: "X-Source: nobody\r\n")).ShouldBe(403);
        (await hub.Practice.PostAnswerAsync(Door(hub.Host.Http), id, "ok", source: "https://elsewhere.example/fhir")).ShouldBe(403);
        (await CopiesAsync(hub)).ShouldHaveSingleItem().Delivery.State.ShouldBe(DeliveryState.Awaited);

        (await hub.Practice.PostAnswerAsync(Door(hub.Host.Http), "urn:uuid:" + id.ToUpperInvariant(), "ok", headers: "X-Source: elm\r\n")).ShouldBe(200);
        (await EndedAsync(hub)).Delivery.State.ShouldBe(DeliveryState.Delivered);
    }

    [Fact]
    public async Task An_answer_that_comes_while_the_attempt_is_under_way_is_neither_lost_nor_written_over()
    {
        await using var hub = await StartAsync("late:2000");
        await SendAsync(hub, Ama.Admission("1"));
        await Eventually.HoldsAsync(() => hub.Practice.Received.Count == 1);

        (await PostAsync(hub, hub.Practice.Received[0].MessageId, "fatal-error")).ShouldBe(200); // what the attempt itself hears later is "ok"

        var copy = await EndedAsync(hub);
        copy.Delivery.State.ShouldBe(DeliveryState.Refused);
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub))[0].Attempts[0].EndedAt is not null);
        (await CopiesAsync(hub)).ShouldHaveSingleItem().Delivery.State.ShouldBe(DeliveryState.Refused);
        hub.Practice.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_answerer_was_told_is_written_down_is_there_after_the_hub_was_killed()
    {
        const int People = 8;
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("hub-later-").FullName;
        var (data, partners) = (Path.Combine(folder, "data"), Path.Combine(folder, "partners"));
        await using var practice = await SimulatedFhirPartner.StartAsync(script: SimulatorScript.Answering("answers-later:never"));
        await using var cmht = await SimulatedFhirPartner.StartAsync();
        await using var ward = await SimulatedMllpPartner.StartAsync();
        Directory.CreateDirectory(data);
        TestPartners.Write(partners, practice.Port, cmht.Port, ward.Port);
        var elm = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(partners, "elm.json"), token))!.AsObject();
        AnswerLater(elm, practice.Endpoint, "01:00:00");
        await File.WriteAllTextAsync(Path.Combine(partners, "elm.json"), elm.ToJsonString(), token);
        var timeline = new Timeline(() => StoreStart.Context(StoreOptions.ForReading(data)));
        async Task<List<DeliveryRow>> CopiesAsync() =>
            [.. (await timeline.SinceAsync(DateTimeOffset.UnixEpoch, 100, token)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries).Select(d => d.Delivery).Where(d => d.PartnerId == "elm")];

        List<string> told;
        using (var hub = await HubProcess.StartAsync(data, partners, 0, token))
        {
            await using var epr = new SimulatedEpr("127.0.0.1", hub.MllpPort);
            for (var person = 0; person < People; person++)
            {
                (await Told.SendAsync(epr, Person(person).Admission($"C{person}"))).ShouldBe("AA");
            }

            await Eventually.HoldsAsync(async () => (await CopiesAsync()).Count(d => d.State == DeliveryState.Awaited) == People);
            var answers = practice.Received.Select(async r => (r.MessageId, Status: await practice.PostAnswerAsync(Door(hub.Http), r.MessageId, "ok"))).ToList();
            await Task.WhenAny(answers);
            hub.Kill();
            told = [.. (await Task.WhenAll(answers)).Where(a => a.Status == 200).Select(a => a.MessageId)];
        }

        told.ShouldNotBeEmpty();
        (await CopiesAsync()).Where(d => told.Contains(d.ProtocolMessageId!)).ShouldAllBe(d => d.State == DeliveryState.Delivered);

        using (var hub = await HubProcess.StartAsync(data, partners, 0, token))
        {
            foreach (var message in practice.Received.Select(r => r.MessageId).Distinct().ToList())
            {
                (await practice.PostAnswerAsync(Door(hub.Http), message, "ok")).ShouldBe(200);
            }

            (await CopiesAsync()).ShouldAllBe(d => d.State == DeliveryState.Delivered);
        }

        practice.Received.Count.ShouldBe(People);
        Directory.Delete(folder, recursive: true);
    }

    private static Messages Person(int number) => new()
    {
        NhsNumber = CrashLoad.NhsNumberOf(number), LocalId = string.Create(CultureInfo.InvariantCulture, $"T{number}"), Visit = string.Create(CultureInfo.InvariantCulture, $"V{number}"), Family = "CRASH" + (char)('A' + number),
    };

    private static async Task<TestHub> StartAsync(string fault, string within = "01:00:00")
    {
        var hub = await TestHub.StartAsync();
        hub.Practice.Script.Always = SimulatorFault.Parse(fault);
        await hub.ChangePartnerAsync("elm", file => AnswerLater(file, hub.Practice.Endpoint, within));
        hub.Practice.AnswersTo = Door(hub.Host.Http);
        return hub;
    }

    private static void AnswerLater(JsonObject file, Uri from, string within)
    {
        var settings = file["settings"]!.AsObject();
        (settings["answers"], settings["answersWithin"], settings["askAsync"]) = ("later", within, "prefer");
        settings["answersFrom"] = new JsonArray(from.AbsoluteUri);
    }

    private static Uri Door(Uri hub) => new(hub, "/fhir/$process-message");

    private static async Task SendAsync(TestHub hub, string message)
    {
        await using var epr = hub.Epr();
        (await Told.SendAsync(epr, message)).ShouldBe("AA");
    }

    private static Task<int> PostAsync(TestHub hub, string messageId, string code) => hub.Practice.PostAnswerAsync(Door(hub.Host.Http), messageId, code);

    private static async Task<List<DeliveryView>> CopiesAsync(TestHub hub) =>
        [.. (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 50, TestContext.Current.CancellationToken)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries).Where(d => d.Delivery.PartnerId == "elm")];

    private static async Task<DeliveryView> EndedAsync(TestHub hub)
    {
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)) is [{ Delivery.FinishedAt: not null }, ..], why: () => $"met with {string.Join(", ", hub.Practice.LaterAnswers)}");
        return (await CopiesAsync(hub))[0];
    }
}
