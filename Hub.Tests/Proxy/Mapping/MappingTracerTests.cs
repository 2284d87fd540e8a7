using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Conformance.Profiles;
using Hub.Proxy.Mapping;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Mapping.TracedMessages;

namespace Hub.Tests.Proxy.Mapping;

/// <summary>Where each element of a bundle comes from, and what of a message is not mapped.</summary>
public sealed class MappingTracerTests
{
    private static readonly Messages Ama = new();

    private static readonly Lazy<MappingTrace> Admission = new(() => Trace(FromHl7(Ama.Admission("C1") + "ZZZ|1|kept aside|x^y\r")));

    [Theory]
    [InlineData("Patient.name[0].family", "PID-5.1", "copied")]
    [InlineData("Patient.gender", "PID-8", "ConceptMap v2-0001-to-administrative-gender 0.1.0: 2 to female")]
    [InlineData("Patient.birthDate", "PID-7", "time, at the sender's precision")]
    [InlineData("Patient.address[0].postalCode", "PID-11.5", "copied")]
    [InlineData("Patient.identifier[0].value", "PID-3[1].1", "copied")]
    public void An_element_names_its_field_and_its_rule(string element, string field, string rule)
    {
        var traced = Admission.Value.Copies[ToPractice].Single(e => e.Path == element);

        traced.From.ShouldContain(o => o.Input == TraceInput.Message && o.Path == field);
        traced.Rule.ShouldBe(rule);
    }

    [Fact]
    public void What_the_partner_file_adds_is_told_from_what_the_message_says()
    {
        var phone = Admission.Value.Copies[ToPractice].Single(e => e.Path.StartsWith("Organization", StringComparison.Ordinal) && e.Value == "01632 960200");

        phone.From.ShouldContain(o => o.Input == TraceInput.PartnerFile && o.Path == "/settings/teams/NCRT/phone24h");
        Admission.Value.Copies[ToPractice].Single(e => e.Path == "MessageHeader.resourceType").From.ShouldBeEmpty();
    }

    [Fact]
    public void A_code_that_the_senders_own_row_translates_names_that_row()
    {
        var partners = Load(folder => GiveOwnRow(Path.Combine(folder, "north-epr.json")));
        var text = FromHl7(Ama.Discharge("C1", Ama.Start.AddDays(5)).Replace("|19|", "|OWN|", StringComparison.Ordinal));

        var destination = MappingTracer.Of(new TraceRequest(text, Rerun.Slots(text, partners), partners, [])).Copies[ToPractice]
            .Single(e => e.Path.StartsWith("Encounter.hospitalization.dischargeDisposition.coding", StringComparison.Ordinal) && e.Value == "29");

        destination.Rule.ShouldBe("the partner file's row in ConceptMap v2uk-0113-to-discharge-destination: OWN to 29");
    }

    private static void GiveOwnRow(string path)
    {
        var file = JsonNode.Parse(File.ReadAllText(path), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip })!;
        file["settings"]!["conceptMaps"] = new JsonObject { ["v2uk-0113-to-discharge-destination"] = new JsonObject { ["OWN"] = "29" } };
        File.WriteAllText(path, file.ToJsonString());
    }

    [Fact]
    public void What_is_not_mapped_is_listed_and_nothing_that_is()
    {
        var notMapped = Admission.Value.NotMapped.Select(f => f.Path).ToList();

        notMapped.ShouldBe(
        [
            "MSH-5", "MSH-6", "MSH-9.3", "MSH-17", "MSH-19", "MSH-21", "PID-1", "PID-5.7", "PID-11.6", "PD1-4.9", "PV1-1", "PV1-2", "PV1-3.4", "PV1-6.4", "PV1-19.4",
            "PV1-44", // EVN-6 says when, and is asked first
            "ZZZ-1", "ZZZ-2", "ZZZ-3.1", "ZZZ-3.2",
        ], ignoreOrder: true);
        Admission.Value.Fields.Single(f => f.Path == "PV1-3.1").Decides.ShouldNotBeNull("it decides whether the message is a crisis team's");
    }

    [Theory]
    [InlineData("PID-11.5", "ZZ1 1ZZ", "QQ9 9QQ")]
    [InlineData("PV2-3", "Low mood, safety concerns", "Other words")]
    [InlineData("PD1-4.2", "GREEN", "GREY")]
    public void With_any_other_value_no_element_moves_that_the_trace_does_not_name(string field, string value, string other)
    {
        var message = Ama.Admission("C1");
        var (before, after) = (Body(message), Body(message.Replace(value, other, StringComparison.Ordinal)));

        var moved = BundleElements.Moved(before, after).Where(p => !BundleElements.IsLink(p, before.GetValueOrDefault(p) ?? after[p])).ToList();

        moved.ShouldNotBeEmpty();
        var named = Admission.Value.Copies[ToPractice].Where(e => e.From.Any(o => o.Path == field)).Select(e => e.Path).ToHashSet();
        moved.ShouldAllBe(p => named.Contains(p));
    }

    [Fact]
    public void A_later_message_tells_what_comes_from_the_episode_before_it()
    {
        var admission = FromHl7(Ama.Admission("C1"));
        var discharge = FromHl7(Ama.Discharge("C2", Ama.Start.AddDays(9)));
        var after = Rerun.Of(admission, Rerun.Slots(admission, Partners), Partners, []).Events[0].After;

        var trace = MappingTracer.Of(new TraceRequest(discharge, [new RerunSlot(0, after)], Partners, []));

        trace.Copies[ToPractice].ShouldContain(e => e.Rule == "from earlier messages of the episode" && e.From.All(o => o.Input == TraceInput.Earlier));
    }

    [Fact]
    public void A_JSON_event_is_traced_by_its_pointers()
    {
        var text = FromHl7("") with
        {
            Bytes = File.ReadAllBytes(Repository.PathOf("profiles", "examples", "events", "admission.json")), Protocol = EventApiReader.Protocol, MediaType = "application/json", SourceId = "north-json", Kind = "admission",
        };

        var trace = Trace(text);

        trace.Message.Reading.Outcome.ShouldBe("taken");
        trace.Copies.Values.First().Single(e => e.Path == "Patient.name[0].family").From.ShouldContain(o => o.Path == "/patient/name/family");
    }

    [Fact]
    public void The_same_version_is_the_same_mapping_and_every_code_table_belongs_to_a_field()
    {
        MappingVersion.Current.ShouldMatch(@"^\d+\.\d+\.\d+\+[0-9a-f]{12}$");
        FieldTables.All.ShouldBe(CodeTables.Tables, ignoreOrder: true);
    }

    private static IReadOnlyDictionary<string, string> Body(string message)
    {
        var text = FromHl7(message);
        return BundleElements.Of(TraceStanding.BodiesOf(Rerun.Of(text, Rerun.Slots(text, Partners), Partners, []))[ToPractice]);
    }
}
