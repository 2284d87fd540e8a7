using System.Text;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Sources.FhirMessages;

/// <summary>Messages of a record system of another make.</summary>
public sealed class FhirMessageReaderTests
{
    [Fact]
    public void A_strangers_discharge_is_read()
    {
        var reading = FhirSender.Read(FhirSender.Bytes(FhirSender.Stranger()));

        var discharge = reading.Events.ShouldHaveSingleItem().ShouldBeOfType<Discharge>();
        (discharge.SourceMessageId.Value, discharge.Source.Application, discharge.Episode.LocalId).ShouldBe(("m-1", "OTHER", "E-77"));
        (discharge.Kind, discharge.OccurredAt.ToFhirDateTime(), discharge.Team!.Organisation!.Value).ShouldBe((EpisodeKind.Crt, "2026-05-01T17:40:00+01:00", "RX101"));
        (discharge.Patient.NhsNumber!.Value, discharge.Patient.NhsNumberStatus, discharge.Patient.GpPractice!.Value).ShouldBe(("9912003888", NhsNumberStatus.Verified, "X26001"));
        discharge.Medicines!.Select(m => (m.LineId, m.Action, m.Before?.Text, m.After?.Text, m.Reason)).ShouldBe(
        [
            ("O-1", MedicineAction.Continue, null, "one in the morning", null), ("O-2", MedicineAction.Stop, "one at night", null, "sleep has returned"),
        ]);
        discharge.MedicinesConfirmed.ShouldBeFalse();
        discharge.Allergies.Status.ShouldBe(AllergyStatus.NotSent);
    }

    [Fact]
    public void A_strangers_words_about_a_risk_are_for_professionals_only() =>
        Read<Discharge>(FhirSender.Stranger()).Risks.ShouldHaveSingleItem().Detail!.Privacy.ShouldBe(RemarkPrivacy.ThirdParty);

    [Fact]
    public void What_is_in_no_event_is_listed_by_its_place() =>
        FhirSender.Read(FhirSender.Bytes(FhirSender.Stranger())).NotMapped.ShouldBe(["Observation", "Patient.maritalStatus"]);

    [Theory]
    [InlineData("A01", typeof(Admission))]
    [InlineData("A04", typeof(Admission))]
    [InlineData("A11", typeof(AdmissionCancelled))]
    [InlineData("A03", typeof(Discharge))]
    [InlineData("A13", typeof(DischargeCancelled))]
    [InlineData("A02", typeof(Transfer))]
    [InlineData("A08", typeof(EpisodeUpdated))]
    [InlineData("A31", typeof(PatientUpdated))]
    [InlineData("unknown", typeof(Discharge))] // by the Encounter's status
    public void A_national_message_is_told_by_its_reason(string reason, Type expected) =>
        FhirSender.Read(FhirSender.Bytes(FhirSender.Stranger(reason))).Events.ShouldHaveSingleItem().ShouldBeOfType(expected);

    [Fact]
    public void A_notification_with_our_reason_is_a_medication_change()
    {
        var message = FhirSender.Stranger();
        var header = FhirSender.Resource(message, "MessageHeader");
        header["eventCoding"]!["code"] = "notification";
        header["reason"] = JsonNode.Parse("""{ "coding": [{ "system": "https://fhir.crt-hub.example/CodeSystem/message-event", "code": "medication-change" }] }""");

        Read<MedicationChange>(message).Lines.Count.ShouldBe(2);
    }

    [Fact]
    public void A_merge_names_the_record_that_survives_and_the_one_that_ended()
    {
        var message = FhirSender.Stranger("A40");
        message["entry"]!.AsArray().Add(JsonNode.Parse("""
            { "fullUrl": "https://epr.example/fhir/Patient/p-2", "resource": { "resourceType": "Patient", "id": "p-2", "active": false,
              "identifier": [{ "system": "https://epr.example/id/patient", "value": "L200" }], "link": [{ "type": "replaced-by", "other": { "reference": "Patient/p-1" } }] } }
            """));

        var merged = Read<PatientMerged>(message);

        (merged.Patient.LocalIds[0].Value, merged.Retired.LocalIds[0].Value).ShouldBe(("L100", "L200"));
    }

    [Fact]
    public void Two_people_who_are_not_said_to_be_one_are_refused()
    {
        var message = FhirSender.Stranger();
        message["entry"]!.AsArray().Add(JsonNode.Parse("""{ "fullUrl": "https://epr.example/fhir/Patient/p-2", "resource": { "resourceType": "Patient", "id": "p-2", "identifier": [{ "system": "https://epr.example/id/patient", "value": "L200" }] } }"""));

        ShouldRefuse(message, "several-patients");
    }

    [Fact]
    public void A_death_travels_beside_the_event_it_came_with()
    {
        var message = FhirSender.Stranger("A31");
        FhirSender.Resource(message, "Patient")["deceasedDateTime"] = "2026-04-30";

        var events = FhirSender.Read(FhirSender.Bytes(message)).Events;

        events.Select(e => e.GetType()).ShouldBe([typeof(PatientUpdated), typeof(DeathReported)]);
        ((DeathReported)events[1]).DiedAt!.ToFhirDateTime().ShouldBe("2026-04-30");
    }

    [Theory]
    [InlineData("9912003889", "nhs-number-invalid")]
    public void A_wrong_nhs_number_is_taken_as_unverified_even_where_the_file_says_reject(string number, string note)
    {
        var message = FhirSender.Stranger();
        FhirSender.Resource(message, "Patient")["identifier"]![0]!["value"] = number;

        var reading = FhirSender.Read(FhirSender.Bytes(message), FhirSender.Partner(onInvalid: InvalidPolicy.Reject));

        reading.Problems.Select(p => $"{p.Code} {p.Location}").ShouldBeEmpty();
        var happened = reading.Events.ShouldHaveSingleItem();

        (happened.Patient.NhsNumber, happened.Patient.RejectedNhsNumber).ShouldBe((null, number));
        happened.DataQuality.ShouldContain(n => n.Code == note);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(InvalidPolicy.Warn, 1)]
    [InlineData(InvalidPolicy.Quarantine, 1)]
    [InlineData(InvalidPolicy.Reject, 0)]
    public void What_breaks_a_profile_is_taken_with_a_note_or_refused_as_the_senders_file_says(InvalidPolicy? policy, int taken)
    {
        var message = FhirSender.Stranger();
        FhirSender.Resource(message, "Flag").Add("encounter", JsonNode.Parse("""{ "reference": "Encounter/enc-1" }"""));
        FhirSender.Resource(message, "Observation")["status"] = "finished"; // no ObservationStatus

        var reading = FhirSender.Read(FhirSender.Bytes(message), FhirSender.Partner(onInvalid: policy));

        reading.Events.Count.ShouldBe(taken);
        reading.Events.SelectMany(e => e.DataQuality).Any(n => n.Code == "r4-code").ShouldBe(taken == 1);
        reading.Problems.Any(p => p.Code == "r4-code").ShouldBe(taken == 0);
    }

    [Fact]
    public void A_modifier_that_could_turn_the_meaning_round_is_refused()
    {
        var message = FhirSender.Stranger();
        FhirSender.Resource(message, "MedicationStatement")["modifierExtension"] = JsonNode.Parse("""[{ "url": "https://epr.example/not-given", "valueBoolean": true }]""");

        ShouldRefuse(message, "modifier-not-understood");
    }

    [Fact]
    public void A_message_without_a_person_an_episode_or_a_supported_event_is_refused_with_what_is_missing()
    {
        var nobody = FhirSender.Stranger();
        FhirSender.Resource(nobody, "Patient").Remove("identifier");
        FhirSender.Resource(nobody, "Patient").Remove("birthDate");
        ShouldRefuse(nobody, "missing-patient");

        var nowhere = FhirSender.Stranger();
        FhirSender.Resource(nowhere, "Encounter").Remove("identifier");
        ShouldRefuse(nowhere, "missing-episode");

        var other = FhirSender.Stranger();
        FhirSender.Resource(other, "MessageHeader")["eventCoding"] = JsonNode.Parse("""{ "system": "https://epr.example/events", "code": "X1" }""");
        ShouldRefuse(other, "not-supported");
        FhirSender.Read(FhirSender.Bytes(other), FhirSender.Partner($$"""{ "match": { "endpoints": ["{{FhirSender.Endpoint}}"] }, "events": [{ "system": "https://epr.example/events", "code": "X1", "means": "discharge" }] }"""))
            .Events.ShouldHaveSingleItem().ShouldBeOfType<Discharge>();
    }

    [Fact]
    public void Care_that_is_no_crisis_teams_or_wards_is_set_aside()
    {
        var message = FhirSender.Stranger();
        FhirSender.Resource(message, "Encounter")["class"]!["code"] = "AMB";

        var reading = FhirSender.Read(FhirSender.Bytes(message));

        (reading.Events.Count, reading.Problems.Count).ShouldBe((0, 0));
        reading.SetAsideBecause!.ShouldContain("neither a crisis team's");
    }

    [Fact]
    public void A_sender_is_known_by_its_endpoint_and_its_organisation_and_two_files_for_one_are_nobodys()
    {
        var byOrganisation = FhirSender.Stranger();
        FhirSender.Resource(byOrganisation, "MessageHeader")["sender"] = JsonNode.Parse("""{ "reference": "Organization/o-1" }""");
        var both = FhirSender.Partner($$"""{ "match": { "endpoints": ["{{FhirSender.Endpoint}}"], "senders": ["RX101"] } }""");

        FhirSender.Read(FhirSender.Bytes(byOrganisation), both).Partner.ShouldBe(both);
        FhirSender.Read(FhirSender.Bytes(FhirSender.Stranger()), both).Problems.ShouldHaveSingleItem().Code.ShouldBe("unknown-sender");
        Hub.Adapters.Sources.FhirMessages.FhirMessageReader.Read(FhirSender.Bytes(FhirSender.Stranger()), isXml: false, [FhirSender.Partner(), FhirSender.Partner(id: "twin")]).Partner.ShouldBeNull();
    }

    [Fact]
    public void A_restricted_record_hides_where_the_person_is()
    {
        var message = FhirSender.Stranger();
        FhirSender.Resource(message, "Patient")["meta"] = JsonNode.Parse("""{ "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R" }] }""");

        Read<Discharge>(message).Patient.LocationHiding.ShouldBe(LocationHiding.National);
    }

    [Fact]
    public void A_resend_in_a_new_envelope_or_in_XML_has_the_same_hash_and_other_content_another()
    {
        var first = FhirSender.Read(FhirSender.Bytes(FhirSender.Stranger())).ContentHash.ToArray();
        var again = FhirSender.Stranger();
        (again["id"], again["timestamp"], again["meta"]) = ("envelope-2", "2026-05-01T17:50:00+01:00", JsonNode.Parse("""{ "lastUpdated": "2026-05-01T17:50:00+01:00" }"""));
        var other = FhirSender.Stranger();
        FhirSender.Resource(other, "MedicationStatement")["dosage"]![0]!["text"] = "two in the morning";

        FhirSender.Read(FhirSender.Bytes(again)).ContentHash.ToArray().ShouldBe(first);
        FhirSender.Read(Xml(FhirSender.Stranger()), isXml: true).ContentHash.ToArray().ShouldBe(first);
        FhirSender.Read(FhirSender.Bytes(other)).ContentHash.ToArray().ShouldNotBe(first);
    }

    [Fact]
    public void XML_is_read_as_JSON_is() =>
        Carried.Text(FhirSender.Read(Xml(FhirSender.Stranger()), isXml: true).Events.ShouldHaveSingleItem()).ShouldBe(Carried.Text(Read<Discharge>(FhirSender.Stranger())));

    internal static byte[] Xml(JsonObject message) =>
        Hub.Fhir.Resources.FhirXml.Write(Hub.Fhir.Conformance.IncomingBundle.Read(FhirSender.Bytes(message)).Bundle!);

    private static T Read<T>(JsonObject message) where T : CareEvent => FhirSender.Read(FhirSender.Bytes(message)).Events.ShouldHaveSingleItem().ShouldBeOfType<T>();

    private static void ShouldRefuse(JsonObject message, string code)
    {
        var reading = FhirSender.Read(FhirSender.Bytes(message));
        reading.Events.ShouldBeEmpty();
        reading.Problems.ShouldContain(p => p.Code == code, Encoding.UTF8.GetString(FhirSender.Bytes(message)).Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
