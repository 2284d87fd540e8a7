using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using FsCheck.Xunit;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Fhir.Itk3;
using Hub.Tests.Fhir.Bundles;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Itk3;

/// <summary>What a GP practice's system must find in a message, and what it must not.</summary>
public sealed class Itk3MessageTests
{
    private static readonly string[] SixParts = ["BusAckRequested", "InfAckRequested", "RecipientType", "MessageDefinition", "SenderReference", "LocalExtension"];

    [Theory]
    [InlineData("discharge", "ITK004D", "ITK-MH-eDischarge-MessageDefinition-4")]
    [InlineData("admission", "ITK007C", "ITK-GPConnectSendDocument-MessageDefinition-Instance-1")]
    [InlineData("medication-change", "ITK007C", "ITK-GPConnectSendDocument-MessageDefinition-Instance-1")]
    [InlineData("discharge-cancelled", "ITK007C", "ITK-GPConnectSendDocument-MessageDefinition-Instance-1")]
    public void A_message_says_what_kind_it_is_and_carries_all_six_handling_parts(string type, string code, string definition)
    {
        var header = Header(Write(type));

        header.Value("event", "code").ShouldBe(code);
        var parts = Handling(header);
        parts.Select(p => (string)p.Attribute("url")!).ShouldBe(SixParts);
        parts[3].Value("valueReference", "reference").ShouldBe("https://fhir.nhs.uk/STU3/MessageDefinition/" + definition);
        parts[5].Value("valueString").ShouldBe("None");
    }

    [Fact]
    public void Another_event_can_be_named_and_acknowledgements_asked_for_or_not()
    {
        var header = Header(Itk3Message.Write(Itk3Cases.R4("discharge"), Itk3Cases.Envelope with { Event = Itk3Event.SendDocument, BusAckRequested = false, InfAckRequested = true }));

        header.Value("event", "code").ShouldBe("ITK007C");
        (Handling(header)[0].Value("valueBoolean"), Handling(header)[1].Value("valueBoolean")).ShouldBe(("false", "true"));
    }

    [Theory]
    [InlineData("discharge", "FA")] // four things are asked of the practice
    [InlineData("medication-change", "FA")]
    [InlineData("admission", "FI")]
    public void It_is_for_action_only_where_something_is_asked_of_the_practice(string type, string recipient) =>
        Handling(Header(Write(type)))[2].Value("valueCoding", "code").ShouldBe(recipient);

    [Fact]
    public void The_message_holds_one_document_and_everything_that_the_document_refers_to()
    {
        var bundle = Itk3Cases.Xml(Write("discharge"));
        var document = Itk3Cases.Resources(bundle, "Bundle").ShouldHaveSingleItem();
        var urls = bundle.Descendants(Itk3Cases.Fhir + "fullUrl").Select(u => (string)u.Attribute("value")!).ToList();

        document.Value("type").ShouldBe("document");
        document.Element(Itk3Cases.Fhir + "entry")!.Element(Itk3Cases.Fhir + "resource")!.Elements().Single().Name.LocalName.ShouldBe("Composition");
        urls.ShouldBeUnique();
        bundle.Descendants(Itk3Cases.Fhir + "reference").Attributes("value").Select(a => a.Value).Where(r => r.StartsWith("urn:uuid:", StringComparison.Ordinal)).Except(urls).ShouldBeEmpty();
        Header(Write("discharge")).Value("focus", "reference").ShouldBe("urn:uuid:" + document.Value("id"));
    }

    [Fact]
    public void A_discharge_has_every_heading_that_PRSB_makes_mandatory_by_its_SNOMED_code()
    {
        var codes = Itk3Cases.Xml(Write("discharge")).Descendants(Itk3Cases.Fhir + "section").Select(s => s.Value("code", "coding", "code")).ToList();

        R4Message.MandatoryHeadings.ShouldAllBe(h => codes.Contains(h));
    }

    [Fact]
    public void A_changed_medicine_says_what_changed_and_why_as_GP_systems_know_it()
    {
        var sertraline = Itk3Cases.Resources(Itk3Cases.Xml(Write("discharge")), "MedicationStatement").First(s => s.Value("status") == "active");
        var summary = sertraline.Elements(Itk3Cases.Fhir + "extension").Single(e => ((string)e.Attribute("url")!).EndsWith("MedicationChangeSummary-1", StringComparison.Ordinal)).Elements().ToList();

        summary[0].Value("valueCode").ShouldBe("Amended");
        summary[1].Value("valueCodeableConcept", "text").ShouldBe("partial response to 50 mg");
        summary[2].Value("valueDateTime").ShouldBe("2026-05-01T17:40:00+01:00");
        summary[3].Value("valueString")!.ShouldContain("Before: 50 mg, one in the morning");
        sertraline.Value("taken").ShouldBe("y");
    }

    [Fact]
    public void A_stopped_medicine_is_never_said_to_be_taken()
    {
        foreach (var statement in Itk3Cases.Resources(Itk3Cases.Xml(Write("discharge")), "MedicationStatement").Where(s => s.Value("status") != "active"))
        {
            statement.Value("taken").ShouldBe("unk");
            statement.Descendants(Itk3Cases.Fhir + "note").ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void A_medicine_of_which_nobody_knows_whether_it_is_taken_gets_no_status_that_claims_it()
    {
        var bundle = JsonNode.Parse(Itk3Cases.R4("discharge").Span)!;
        bundle["entry"]!.AsArray().Select(e => e!["resource"]!.AsObject()).First(r => (string?)r["resourceType"] == "MedicationStatement")["status"] = "unknown";

        var status = Itk3Cases.Resources(Itk3Cases.Xml(Itk3Message.Write(JsonSerializer.SerializeToUtf8Bytes(bundle), Itk3Cases.Envelope)), "MedicationStatement").First().Element(Itk3Cases.Fhir + "status")!;

        status.Attribute("value").ShouldBeNull();
        status.Element(Itk3Cases.Fhir + "extension")!.Value("valueCode").ShouldBe("unknown");
    }

    [Fact]
    public void A_withdrawn_discharge_replaces_the_document_that_was_sent_under_the_same_reference()
    {
        var (sent, withdrawn) = (Write("discharge"), Write("discharge-cancelled"));

        Replaced(withdrawn).ShouldBe(("replaces", DocumentId(sent)));
        withdrawn.SenderReference.ShouldBe(sent.SenderReference);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_corrected_discharge_replaces_what_was_sent_last_whether_or_not_it_was_withdrawn_between(bool withdrawn)
    {
        var first = Cases.Discharge();
        var corrected = first with
        {
            SourceMessageId = new("M-dis2"), OccurredAt = Cases.At("2026-05-03T10:00:00+01:00"), RecordedAt = Cases.At("2026-05-03T10:05:00+01:00"),
            Medicines = [first.Medicines![0] with { After = new() { Text = "150 mg in the morning" } }, .. first.Medicines.Skip(1)],
        };
        CareEvent[] events = withdrawn ? [first, Cases.DischargeCancelled(), corrected] : [first, corrected];
        var journey = new JourneyExamples();
        journey.Hear(Cases.Admission()).ShouldNotBeNull();

        var letters = events.Select(e => Itk3Message.Write(journey.Hear(e).ShouldNotBeNull().For(Audience.Gp).Json, Itk3Cases.Envelope)).ToList();

        foreach (var (sent, next) in letters.Zip(letters.Skip(1)))
        {
            Replaced(next).ShouldBe(("replaces", DocumentId(sent)));
            next.SenderReference.ShouldBe(sent.SenderReference);
        }

        letters.Select(DocumentId).Distinct().Count().ShouldBe(letters.Count);
        Encoding.UTF8.GetString(letters[^1].Bytes.Span).ShouldContain("150 mg in the morning");
        Itk3Cases.Resources(Itk3Cases.Xml(letters[0]), "Composition").Single().Element(Itk3Cases.Fhir + "relatesTo").ShouldBeNull();
    }

    [Fact]
    public void Documents_A_and_B_are_two_messages_under_one_reference_and_A_does_not_hold_what_B_says()
    {
        var body = BundleComposer.Compose(Cases.Request(
            Cases.Discharge() with { Remarks = [new() { Text = "He reads her letters", Privacy = RemarkPrivacy.ThirdParty }] }, Audience.Gp, Cases.Discharged(), Cases.Changed()));
        var a = Itk3Message.Write(body.Json, Itk3Cases.Envelope);
        var b = Itk3Message.Write(body.ProfessionalsOnly!.Json, Itk3Cases.Envelope with { MessageId = Guid.Empty });

        b.SenderReference.ShouldBe(a.SenderReference);
        b.Event.ShouldBe(Itk3Event.SendDocument); // without PRSB's headings it is no discharge document
        Decoded.Texts(b.Bytes).ShouldContain(t => t.Contains("He reads her letters", StringComparison.Ordinal));
        Decoded.Texts(a.Bytes).ShouldAllBe(t => !t.Contains("He reads her letters", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_verified_number_whatever_of_the_demographics_is_missing_is_named()
    {
        var unverified = Cases.Ama with { NhsNumberStatus = NhsNumberStatus.PresentNotTraced };

        Write(unverified).MissingDemographics.ShouldBeEmpty();
        Write(unverified with { Address = null, BirthDate = null }).MissingDemographics.ShouldBe(["date of birth", "address", "postcode"]);
        Write(Cases.Ama with { Address = null }).MissingDemographics.ShouldBeEmpty(); // verified
    }

    [Fact]
    public void A_number_that_fails_its_check_digit_is_not_carried_and_a_good_one_has_its_status()
    {
        var bundle = JsonNode.Parse(Itk3Cases.R4("discharge").Span)!;
        var number = bundle["entry"]!.AsArray().Select(e => e!["resource"]!.AsObject()).First(r => (string?)r["resourceType"] == "Patient")["identifier"]!.AsArray()[0]!;
        var good = Itk3Cases.Resources(Itk3Cases.Xml(Write("discharge")), "Patient").Single();
        good.Element(Itk3Cases.Fhir + "identifier")!.Element(Itk3Cases.Fhir + "extension")!.Value("valueCodeableConcept", "coding", "code").ShouldBe("01");

        number["value"] = "9912003889";
        var bad = Itk3Message.Write(JsonSerializer.SerializeToUtf8Bytes(bundle), Itk3Cases.Envelope);

        Itk3Cases.Resources(Itk3Cases.Xml(bad), "Patient").Single().Elements(Itk3Cases.Fhir + "identifier").Select(i => i.Value("value")).ShouldNotContain("9912003889");
    }

    [Fact]
    public void A_PDF_is_the_first_thing_in_the_document_and_is_left_out_only_where_it_makes_the_message_too_large()
    {
        var small = Itk3Message.Write(Itk3Cases.R4("discharge"), Itk3Cases.Envelope with { Pdf = new byte[] { 37, 80, 68, 70 } });
        var large = Itk3Message.Write(Itk3Cases.R4("discharge"), Itk3Cases.Envelope with { Pdf = new byte[Itk3Written.MaxBytes] });

        var binary = Itk3Cases.Resources(Itk3Cases.Xml(small), "Binary").Single();
        binary.Value("content").ShouldBe("JVBERg==");
        Itk3Cases.Resources(Itk3Cases.Xml(small), "Composition").Single().Descendants(Itk3Cases.Fhir + "entry").First().Value("reference").ShouldBe("urn:uuid:" + binary.Value("id"));
        (large.PdfLeftOut, large.IsTooLarge, Itk3Cases.Resources(Itk3Cases.Xml(large), "Binary").Any()).ShouldBe((true, false, false));
    }

    [Property(MaxTest = 40)]
    public void The_same_message_is_the_same_bytes(int which, bool json)
    {
        var happened = Cases.All().ElementAt(Math.Abs(which % Cases.All().Count()));
        var r4 = BundleComposer.Compose(Cases.Request(happened, Audience.Gp, Cases.Discharged(), Cases.Changed())).Json;
        var envelope = Itk3Cases.Envelope with { Format = json ? Itk3Format.Json : Itk3Format.Xml };

        Itk3Message.Write(r4, envelope).Bytes.ToArray().ShouldBe(Itk3Message.Write(r4.ToArray(), envelope).Bytes.ToArray());
    }

    [Fact]
    public void What_XML_cannot_hold_is_shown_as_replaced_and_stops_nothing()
    {
        var r4 = JsonNode.Parse(BundleComposer.Compose(Cases.Request(Cases.Admission(), Audience.Gp, Cases.Open())).Json.Span)!;
        r4["entry"]!.AsArray().Select(e => e!["resource"]!.AsObject()).First(r => (string?)r["resourceType"] == "Organization")["name"] = "A\u0001B\nC";

        var name = Itk3Cases.Xml(Itk3Message.Write(JsonSerializer.SerializeToUtf8Bytes(r4), Itk3Cases.Envelope)).Descendants(Itk3Cases.Fhir + "name").Attributes("value").Select(a => a.Value);

        name.ShouldContain("A\uFFFDB\nC");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"message\",\"entry\":[]}")]
    public void What_is_no_message_of_ours_is_refused_without_its_text(string text) =>
        Should.Throw<ArgumentException>(() => Itk3Message.Write(System.Text.Encoding.UTF8.GetBytes(text), Itk3Cases.Envelope)).Message.ShouldNotContain(text.Length > 2 ? text : "not json");

    private static Itk3Written Write(string type) => Itk3Message.Write(Itk3Cases.R4(type), Itk3Cases.Envelope);

    private static Itk3Written Write(PatientRef patient) =>
        Itk3Message.Write(BundleComposer.Compose(Cases.Request(Cases.Admission() with { Patient = patient }, Audience.Gp, Cases.Open() with { Patient = patient })).Json, Itk3Cases.Envelope);

    private static XElement Header(Itk3Written written) => Itk3Cases.Resources(Itk3Cases.Xml(written), "MessageHeader").Single();

    private static string? DocumentId(Itk3Written letter) => Itk3Cases.Resources(Itk3Cases.Xml(letter), "Composition").Single().Value("identifier", "value");

    private static (string? Code, string? Target) Replaced(Itk3Written letter) =>
        Itk3Cases.Resources(Itk3Cases.Xml(letter), "Composition").Single().Element(Itk3Cases.Fhir + "relatesTo") is var relates ? (relates?.Value("code"), relates?.Value("targetIdentifier", "value")) : default;

    private static List<XElement> Handling(XElement header) => [.. header.Element(Itk3Cases.Fhir + "extension")!.Elements(Itk3Cases.Fhir + "extension")];
}
