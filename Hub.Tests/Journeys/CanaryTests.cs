using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Hub.Tests.Adapters.Sources.FhirMessages;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>
/// A person with names that occur nowhere else goes through every door, the right way and wrong, while the hub says all it can say. No log line, no
/// file name, no address, no header, no error answer and no file of the store may know any of it, not even where a partner says it to us in its refusal.
/// </summary>
public sealed class CanaryTests : IDisposable
{
    private const string Practice = "elm";

    // The name of an element is said to whoever sent it, as the place of its fault, and to nobody else.
    private const string Element = "CANARYELEMENT";
    private static readonly string[] Canaries = ["ZEBEDEEQUILL", "OCTAVIANE", "9912003888", "CANARYSTRAAT", "07700900777", "TCANARY707", "CANARYZOLAM", "CANARYREASON", "1992-02-14", "19920214"];
    private static readonly Messages Person = new() { Family = "ZEBEDEEQUILL", Given = "OCTAVIANE", LocalId = "TCANARY707" };
    private readonly string folder = Directory.CreateTempSubdirectory("hub-canary-").FullName;
    private readonly ConcurrentQueue<string> envelopes = new();
    private readonly List<string> answers = [];
    private int asked;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_patient_is_known_to_a_log_a_file_name_an_address_a_header_or_an_error_answer()
    {
        var (data, partners) = (Path.Combine(folder, "data"), Path.Combine(folder, "partners"));
        await using var practice = await ScriptedHttpServer.StartAsync(AnswerAsync);
        await using var cmht = await SimulatedFhirPartner.StartAsync();
        await using var ward = await SimulatedMllpPartner.StartAsync();
        Directory.CreateDirectory(data);
        TestPartners.Write(partners, practice.Address.Port, cmht.Port, ward.Port);
        var settings = new Dictionary<string, string?> { ["Logging:LogLevel:Default"] = "Trace", ["Logging:LogLevel:Microsoft"] = "Trace", ["Logging:LogLevel:System"] = "Trace", ["Logging:LogLevel:Polly"] = "Trace" };
        using var hub = await HubProcess.StartAsync(data, partners, 0, Token, settings);

        await TellByMllpAsync(hub);
        await TellByHttpAsync(hub);
        var timeline = new Timeline(() => StoreStart.Context(StoreOptions.ForReading(data)));
        await Eventually.HoldsAsync(async () => await EndedAsync(timeline), why: () => hub.Errors);

        hub.Said.Count.ShouldBeGreaterThan(500, "it says all it can say");
        cmht.Received.ShouldContain(r => Told.Text(r).Contains("ZEBEDEEQUILL", StringComparison.OrdinalIgnoreCase), "the people who are meant to know do");
        asked.ShouldBeGreaterThan(3);
        ShouldKnowNobody("the log", hub.Said, Element);
        var trail = await TrailAsync(data);
        trail.Count.ShouldBeGreaterThan(20, "what was received, sent and answered");
        ShouldKnowNobody("the audit trail", trail);
        ShouldKnowNobody("a file name", Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories));
        ShouldKnowNobody("an address or a header", envelopes);
        ShouldKnowNobody("an error answer", answers);
        await using var store = StoreStart.Context(StoreOptions.ForReading(data));
        (await RawStore.FindAsync(store, Canaries, Token)).ShouldBeEmpty("the store's tables");
        (await store.Payloads.CountAsync(p => p.KeyId == null && p.Encoding != "gone", Token)).ShouldBe(0, "nor what is compressed");
        (await store.EpisodeVersions.CountAsync(v => v.KeyId == null, Token) + await store.Persons.CountAsync(p => p.KeyId == null, Token)).ShouldBe(0);
        ShouldKnowNobody("the store's files", Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("hub.lock", StringComparison.Ordinal)).Select(RawStore.Bytes));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // Right, wrong in what it says, wrong in its form, twice, and against itself.
    private static async Task<List<string>> TrailAsync(string data)
    {
        var rows = new List<string>();
        await foreach (var row in new Hub.Proxy.Audit.AuditTrail(StoreOptions.ForReading(data)).ReadAsync(since: null, Token))
        {
            rows.Add(Encoding.UTF8.GetString(row.Content));
        }

        return rows;
    }

    private async Task TellByMllpAsync(HubProcess hub)
    {
        await using var epr = new SimulatedEpr("127.0.0.1", hub.MllpPort);
        var (admitted, later) = (Person.Start, Person.Start.AddDays(2));
        string[] messages =
        [
            Person.Admission("K1"),
            Person.Order("K2", "NW", "ORD1", "^CANARYZOLAM 5mg tablets", "5", later, "CANARYREASON"),
            Person.Order("K3", "ZZ", "ORD2", "^CANARYZOLAM 5mg tablets", "CANARYZOLAM", later, "CANARYREASON"),
            Person.Admission("K1").Replace("Low mood", "CANARYREASON", StringComparison.Ordinal),
            Person.Adt("A99", "ADT_A01", "K4", admitted, reason: "CANARYREASON"),
            Person.Admission("K5").Replace("NORA|20260501090000", "NORA|CANARYREASON", StringComparison.Ordinal),
            (Person with { BirthDate = "19920214CANARYREASON" }).Admission("K6"),
            (Person with { Family = "CANARYREASON", BirthDate = "19700101" }).Admission("K7"),
            (Person with { NhsNumber = "9912003880", LocalId = "TCANARY7071" }).Admission("K8"),
            Person.Merge("K9", later, "TCANARY7071"),
            Person.Discharge("K10", later.AddDays(1)),
            Person.CancelDischarge("K11", later.AddDays(2), later.AddDays(1)),
        ];
        foreach (var message in messages)
        {
            var told = message.Replace("1 TEST LANE", "17 CANARYSTRAAT", StringComparison.Ordinal).Replace("07700900001", "07700900777", StringComparison.Ordinal);
            answers.Add(await epr.SendAsync(told, Token) ?? "");
        }

        answers.Count(a => a.Contains("\rERR|", StringComparison.Ordinal)).ShouldBeGreaterThan(1);
    }

    private async Task TellByHttpAsync(HubProcess hub)
    {
        using var http = new HttpClient { BaseAddress = hub.Http };
        string[] events =
        [
            """{ "patient": { "name": "ZEBEDEEQUILL" """, """{ "CANARYELEMENT": "OCTAVIANE", "patient": 9912003888 }""", """{ "patient": { "nhsNumber": "9912003888", "birthDate": "CANARYREASON" } }""",
            """[ "ZEBEDEEQUILL" ]""", "ZEBEDEEQUILL",
        ];
        foreach (var body in events)
        {
            await PostAsync(http, "/events/admission", body, "application/json");
            await PostAsync(http, "/events/medication-change", body, "application/json");
            await PostAsync(http, "/fhir/$process-message", body, "application/fhir+json");
        }

        var bundle = JsonNode.Parse(FhirSender.Composed(Cases.Admission()))!.AsObject();
        FhirSender.Resource(bundle, "Patient")["birthDate"] = "CANARYREASON";
        FhirSender.Resource(bundle, "Patient")["name"] = JsonNode.Parse("""[ { "family": "ZEBEDEEQUILL", "CANARYELEMENT": "OCTAVIANE" } ]""");
        await PostAsync(http, "/fhir/$process-message", bundle.ToJsonString(), "application/fhir+json");
        await PostAsync(http, "/fhir/$validate", bundle.ToJsonString(), "application/fhir+json");
        await PostAsync(http, "/fhir/$process-message", "<Bundle xmlns='http://hl7.org/fhir'><CANARYELEMENT value='OCTAVIANE'/>", "application/fhir+xml");
    }

    private async Task PostAsync(HttpClient http, string path, string body, string mediaType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, mediaType) };
        request.Headers.Add("X-Source", "north-json");
        using var answer = await http.SendAsync(request, Token);
        ((int)answer.StatusCode).ShouldBeInRange(path.EndsWith("$validate", StringComparison.Ordinal) ? 200 : 400, 499, path);
        answers.Add(answer.Headers + await answer.Content.ReadAsStringAsync(Token));
    }

    // A practice's system that says to us, in every way it can refuse, whom it refuses.
    private async Task AnswerAsync(HttpContext context)
    {
        envelopes.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {string.Join(' ', context.Request.Headers.Select(h => $"{h.Key}: {h.Value}"))}");
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.Headers["X-Patient"] = "ZEBEDEEQUILL";
        (context.Response.StatusCode, context.Response.ContentType, var body) = Interlocked.Increment(ref asked) switch
        {
            1 => (503, "text/html", "<h1>ZEBEDEEQUILL could not be saved</h1>"),
            2 or 3 => (422, "application/fhir+json", Outcome("invalid")),
            4 => (200, "application/fhir+json", "{ \"ZEBEDEEQUILL\": "),
            _ => (500, "application/fhir+json", Outcome("exception")),
        };
        await context.Response.WriteAsync(body);
    }

    private static string Outcome(string code) =>
        "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"fatal\",\"code\":\"" + code
        + "\",\"details\":{\"text\":\"OCTAVIANE ZEBEDEEQUILL 9912003888 is not known\"},\"diagnostics\":\"CANARYREASON\",\"expression\":[\"Patient.where(family='ZEBEDEEQUILL')\"]}]}";

    // Nothing is on its way but what waits for a person, or for the practice that takes nothing.
    private async Task<bool> EndedAsync(Timeline timeline)
    {
        var copies = (await timeline.SinceAsync(DateTimeOffset.UnixEpoch, 100, Token)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries).Select(d => d.Delivery).ToList();
        return asked > 3 && copies.Where(c => c.PartnerId != Practice).All(c => c.State is not (DeliveryState.Waiting or DeliveryState.Sending)) && copies.Exists(c => c.State == DeliveryState.Refused);
    }

    private static void ShouldKnowNobody(string what, IEnumerable<string> said, params IEnumerable<string> more)
    {
        var known = said.Where(s => Canaries.Concat(more).Any(c => WebUtility.UrlDecode(s).Contains(c, StringComparison.OrdinalIgnoreCase) || s.Contains(c, StringComparison.OrdinalIgnoreCase)));

        known.Take(5).ShouldBeEmpty(what);
    }
}
