using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Sources.FhirMessages;

/// <summary>Whatever a peer sends is refused within limits: never an exception, never a 500.</summary>
public sealed class HostileFhirTests
{
    private static readonly byte[][] Valid =
    [
        FhirSender.Bytes(FhirSender.Stranger()), FhirSender.Composed(Cases.Discharge()), FhirSender.Composed(Cases.Change()), FhirSender.Composed(Cases.Admission()),
    ];

    private static readonly byte[] ValidXml = FhirMessageReaderTests.Xml(FhirSender.Stranger());

    public static TheoryData<string, string, bool> Hostile => new()
    {
        { "deep nesting", string.Concat(Enumerable.Repeat("{\"entry\":[", 20_000)), false },
        { "deep nesting, closed", string.Concat(Enumerable.Repeat("[", 5_000)) + string.Concat(Enumerable.Repeat("]", 5_000)), false },
        { "a huge array", "{\"resourceType\":\"Bundle\",\"type\":\"message\",\"entry\":[" + string.Join(",", Enumerable.Repeat("{}", 500_000)) + "]}", false },
        { "members twice", "{\"resourceType\":\"Bundle\",\"type\":\"message\",\"type\":\"document\"}", false },
        { "billion laughs", "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><Bundle xmlns=\"http://hl7.org/fhir\"><id value=\"&b;\"/></Bundle>", true },
        { "an external entity", "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a SYSTEM \"file:///etc/hostname\">]><Bundle xmlns=\"http://hl7.org/fhir\"><id value=\"&a;\"/></Bundle>", true },
        { "another charset declared", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><Bundle xmlns=\"http://hl7.org/fhir\"/>", true },
        { "deep XML", string.Concat(Enumerable.Repeat("<a>", 50_000)), true },
        { "nothing", "", false }, { "nothing, as XML", "", true }, { "null", "null", false }, { "a number", "12", false }, { "half a surrogate", "{\"resourceType\":\"\\ud800\"}", false },
        { "a reference circle", """{"resourceType":"Bundle","type":"message","entry":[{"resource":{"resourceType":"MessageHeader","id":"m","eventUri":"urn:x","source":{"endpoint":"urn:nhs-uk:addressing:ods:RX1"},"sender":{"reference":"Organization/o"}}},{"resource":{"resourceType":"Organization","id":"o","partOf":{"reference":"Organization/o"}}}]}""", false },
    };

    [Theory, MemberData(nameof(Hostile))]
    public async Task Hostile_bytes_are_refused_in_the_senders_own_protocol(string what, string body, bool isXml)
    {
        await using var host = await FhirHost.StartAsync();

        var (status, answer, _) = await host.PostAsync(Encoding.UTF8.GetBytes(body), mediaType: isXml ? "application/fhir+xml" : "application/fhir+json");
        var (judged, _, _) = await host.PostAsync(Encoding.UTF8.GetBytes(body), "/fhir/$validate", isXml ? "application/fhir+xml" : "application/fhir+json");

        (status is >= 400 and <= 415 || (status == 200 && answer!.ToJsonString().Contains("\"fatal-error\"", StringComparison.Ordinal))).ShouldBeTrue($"{what}: {status}");
        judged.ShouldBeOneOf(isXml ? [400] : [200, 400]);
        host.Intake.Accepted.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hundred_megabytes_are_refused_without_being_held()
    {
        await using var host = await FhirHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/fhir/$process-message") { Content = new StreamContent(new Endless(100L * 1024 * 1024)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/fhir+json");
        request.Content.Headers.ContentLength = 100L * 1024 * 1024;
        request.Headers.ExpectContinue = true; // asks before it sends: a refusal that comes while a body is written may be lost with the connection

        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBe(413);
        host.Intake.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_that_does_not_say_how_long_it_is_is_read_to_the_limit_and_no_further()
    {
        var body = new Endless(100L * 1024 * 1024);
        var request = new Microsoft.AspNetCore.Http.DefaultHttpContext { Request = { Body = body } }.Request;

        (await Hub.Adapters.Sources.FhirMessages.FhirHttp.ReadAsync(request, 1_000_000, TestContext.Current.CancellationToken)).ShouldBeNull();

        body.Left.ShouldBeGreaterThan(98L * 1024 * 1024);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_refused_and_so_is_another_charset()
    {
        await using var host = await FhirHost.StartAsync();
        var latin = Encoding.Latin1.GetBytes(Encoding.UTF8.GetString(FhirSender.Bytes(FhirSender.Stranger())).Replace("Ama", "Amé", StringComparison.Ordinal));

        (await host.PostAsync(latin)).Status.ShouldBe(400);
        (await host.PostAsync(Valid[0], mediaType: "application/fhir+json; charset=iso-8859-1")).Status.ShouldBe(415);
    }

    [Fact]
    public void A_message_of_more_entries_than_any_event_has_is_refused()
    {
        var message = FhirSender.Stranger();
        for (var i = 0; i < Hub.Adapters.Sources.FhirMessages.FhirMessageReader.MaxEntries; i++)
        {
            message["entry"]!.AsArray().Add(JsonNode.Parse($$"""{ "fullUrl": "https://epr.example/fhir/Basic/b{{i}}", "resource": { "resourceType": "Basic", "id": "b{{i}}", "code": { "text": "x" } } }"""));
        }

        FhirSender.Read(FhirSender.Bytes(message)).Problems.ShouldHaveSingleItem().Code.ShouldBe("too-many-entries");
    }

    [Property(MaxTest = 400)]
    public void A_message_with_any_bytes_changed_gives_a_reading_and_never_an_exception(byte which, (ushort At, byte Value)[] changes)
    {
        var bytes = Valid[which % Valid.Length].ToArray();
        foreach (var (at, value) in changes)
        {
            bytes[at % bytes.Length] = value;
        }

        var reading = FhirSender.Read(bytes);

        (reading.Events.Count > 0 || reading.Problems.Count > 0 || reading.SetAsideBecause is not null).ShouldBeTrue();
    }

    [Property(MaxTest = 200)]
    public void An_XML_message_with_any_bytes_changed_gives_a_reading_and_never_an_exception((ushort At, byte Value)[] changes)
    {
        var bytes = ValidXml.ToArray();
        foreach (var (at, value) in changes)
        {
            bytes[at % bytes.Length] = value;
        }

        var reading = FhirSender.Read(bytes, isXml: true);

        (reading.Events.Count > 0 || reading.Problems.Count > 0 || reading.SetAsideBecause is not null).ShouldBeTrue();
    }

    /// <summary>Well-formed JSON of a wrong shape gets further in than a changed byte does.</summary>
    [Property(MaxTest = 400)]
    public void A_message_with_any_value_of_another_kind_gives_a_reading_and_never_an_exception(byte which, (ushort Node, byte Kind)[] changes)
    {
        var message = JsonNode.Parse(Valid[which % Valid.Length])!;
        foreach (var (node, kind) in changes)
        {
            var all = Places(message).ToList();
            if (all.Count > 0)
            {
                all[node % all.Count](kind switch { 0 => null, 1 => JsonValue.Create(-1), 2 => JsonValue.Create(""), 3 => JsonValue.Create("2026-13-45"), 4 => new JsonArray(), 5 => new JsonObject(), 6 => JsonValue.Create(true), _ => JsonValue.Create("x y") });
            }
        }

        var reading = FhirSender.Read(Encoding.UTF8.GetBytes(message.ToJsonString()));

        (reading.Events.Count > 0 || reading.Problems.Count > 0 || reading.SetAsideBecause is not null).ShouldBeTrue();
    }

    private static IEnumerable<Action<JsonNode?>> Places(JsonNode? node) => node switch
    {
        JsonObject members => members.ToList().SelectMany(m => Places(m.Value).Prepend(v => members[m.Key] = v)),
        JsonArray items => Enumerable.Range(0, items.Count).SelectMany(i => Places(items[i]).Prepend(v => items[i] = v)),
        _ => [],
    };

    /// <summary>So many spaces, made as they are read.</summary>
    private sealed class Endless(long length) : Stream
    {
        private long left = length;

        public long Left => left;
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var part = (int)Math.Min(count, left);
            Array.Fill(buffer, (byte)' ', offset, part);
            left -= part;
            return part;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
