using System.Text;
using FsCheck.Xunit;
using Hub.Adapters.Documents;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Itk3;
using Hub.Fhir.Narratives;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles;

public sealed class PrivacyTests
{
    /// <summary>Values that no other text of a bundle holds, so that finding one means a leak.</summary>
    private static readonly string[] Secrets =
        ["9 Hidden Refuge Lane", "Secretton", "Refugeshire", "QQ1 1QQ", "07700 900999", "hana@refuge.example", "07700 900888", "2 Mother Street", "QQ2 2QQ", "Room 4, Refuge House", "Moved Surgery", "ring 07700 900777"];

    [Property(MaxTest = 60)]
    public void What_is_withheld_is_nowhere_in_the_bytes(int which, bool national, bool fromEpisode, int audience)
    {
        var happened = Cases.All().ElementAt(Math.Abs(which % Cases.All().Count())) with { };
        var hidden = Hide(happened.Patient, national ? LocationHiding.National : LocationHiding.Local);
        var request = Cases.Request(WithHidden(happened with { Patient = fromEpisode ? hidden with { LocationHiding = null } : hidden }), (Audience)Math.Abs(audience % 3), Episode(hidden));

        var body = Emitted.Compose(request);

        foreach (var text in Texts(body))
        {
            Secrets.ShouldAllBe(s => !text.Contains(s, StringComparison.OrdinalIgnoreCase));
            text.ShouldNotContain("X26777"); // the new practice places a person as well as an address does
        }
    }

    [Fact]
    public void The_same_values_are_there_when_nothing_is_withheld()
    {
        var open = Hide(Cases.Ama, LocationHiding.None);
        var text = Encoding.UTF8.GetString(Emitted.Compose(Cases.Request(WithHidden(Cases.Discharge() with { Patient = open }), Audience.Gp, Episode(open))).Json.Span);

        Secrets.Where(s => s != "ring 07700 900777").ShouldAllBe(s => text.Contains(s)); // a safe-contact note is for professionals only
    }

    [Fact]
    public void A_teams_numbers_stay_whatever_is_hidden_about_the_person()
    {
        var text = Encoding.UTF8.GetString(Emitted.Compose(Cases.Request(Cases.Discharge() with { Patient = Hide(Cases.Ama, LocationHiding.Local) }, Audience.Gp, Episode(Hide(Cases.Ama, LocationHiding.Local)))).Json.Span);

        text.ShouldContain("0300 555 0101");
        text.ShouldContain("Sertraline");
        text.ShouldContain("withheld");
    }

    [Fact]
    public void A_hidden_place_in_free_text_is_not_cut_but_keeps_the_message_back()
    {
        var request = Cases.Request(Cases.Discharge() with { Patient = Hide(Cases.Ama, LocationHiding.Local), ClinicalSummary = "Settled at 9 hidden refuge lane." });

        var issue = Emitted.Compose(request).Issues.Where(i => i.Severity == IssueSeverity.Error).ShouldHaveSingleItem();

        issue.Rule.ShouldBe("withheld-place-in-free-text");
        issue.Text.ShouldNotContain("refuge");
    }

    [Fact]
    public void A_hidden_place_in_a_confidential_remark_keeps_document_B_back_as_well()
    {
        var request = Cases.Request(Cases.Discharge() with { Patient = Hide(Cases.Ama, LocationHiding.Local), Remarks = [new() { Text = "He knows of 9 Hidden Refuge Lane", Privacy = RemarkPrivacy.Safeguarding }] });

        var body = Emitted.Compose(request);

        body.Issues.ShouldBeEmpty();
        body.ProfessionalsOnly.ShouldNotBeNull().Issues.ShouldContain(i => i.Rule == "withheld-place-in-free-text" && i.Severity == IssueSeverity.Error);
    }

    [Theory]
    [InlineData(RemarkPrivacy.ThirdParty)]
    [InlineData(RemarkPrivacy.Safeguarding)]
    [InlineData(RemarkPrivacy.CarerConfidential)]
    public void A_confidential_remark_is_in_document_B_and_never_in_A(RemarkPrivacy privacy)
    {
        var body = Emitted.Compose(Cases.Request(Cases.Discharge() with { Remarks = [new() { Text = "He reads her letters", Privacy = privacy }] }));

        Encoding.UTF8.GetString(body.Json.Span).ShouldNotContain("He reads her letters");
        var apart = body.ProfessionalsOnly.ShouldNotBeNull();
        apart.Issues.ShouldBeEmpty();
        Encoding.UTF8.GetString(apart.Json.Span).ShouldContain("He reads her letters");
        NarrativePage.Render(apart.Json).ShouldContain("do not make visible online");
        apart.Title.ShouldContain("do not make visible online");
    }

    [Fact]
    public void What_a_carer_told_us_is_never_in_A_however_it_is_marked()
    {
        var body = Emitted.Compose(Cases.Request(Cases.Discharge() with { CarerConcerns = new() { Text = "I am afraid of a relapse", Privacy = RemarkPrivacy.Shareable } }));

        Encoding.UTF8.GetString(body.Json.Span).ShouldNotContain("afraid of a relapse");
        Encoding.UTF8.GetString(body.ProfessionalsOnly.ShouldNotBeNull().Json.Span).ShouldContain("afraid of a relapse");
    }

    [Fact]
    public void A_contact_who_is_a_danger_is_not_named_in_A()
    {
        var dangerous = new Carer { Id = "NK1-2", Name = new() { Given = ["Radek"], Family = "Novak" }, IsNextOfKin = true, MarkedAsRisk = true, Contacts = [new() { Kind = ContactKind.Phone, Value = "01632 960111" }] };
        var body = Emitted.Compose(Cases.Request(Cases.Admission() with { Carers = [dangerous] }));

        var text = Encoding.UTF8.GetString(body.Json.Span);
        text.ShouldNotContain("Novak");
        text.ShouldNotContain("01632 960111");
        Encoding.UTF8.GetString(body.ProfessionalsOnly.ShouldNotBeNull().Json.Span).ShouldContain("Radek Novak");
    }

    [Theory]
    [InlineData(RiskKind.FromOthers)]
    [InlineData(RiskKind.Safeguarding)]
    public void A_risk_from_somebody_who_may_read_the_letter_is_not_in_A(RiskKind kind)
    {
        var body = Emitted.Compose(Cases.Request(Cases.Discharge() with { Risks = [new() { Kind = kind, Statement = RiskStatement.Identified, Detail = new() { Text = "Controlled by partner" } }] }));

        var text = Encoding.UTF8.GetString(body.Json.Span);
        text.ShouldNotContain("Controlled by partner");
        text.ShouldNotContain("Risk from others");
        text.ShouldNotContain("Safeguarding");
        Encoding.UTF8.GetString(body.ProfessionalsOnly.ShouldNotBeNull().Json.Span).ShouldContain("Controlled by partner");
    }

    [Fact]
    public void Without_anything_confidential_there_is_no_document_B() =>
        Emitted.Compose(Cases.Request(Cases.Discharge())).ProfessionalsOnly.ShouldBeNull();

    /// <summary>The same message as ITK3, everything in it decoded, and the words of the PDF in it.</summary>
    private static IEnumerable<string> AsThePracticeFilesIt(ReadOnlyMemory<byte> body)
    {
        var pdf = MessagePdf.Write(body).ShouldNotBeNull();
        var envelope = new Itk3Envelope { MessageId = Guid.Empty, Sender = Cases.Trust, Receiver = Cases.Practice, ReceivedAt = Cases.Received, Pdf = pdf };
        return [PdfText.Of(pdf), .. Decoded.Texts(Itk3Message.Write(body, envelope).Bytes), .. Decoded.Texts(Itk3Message.Write(body, envelope with { Format = Itk3Format.Json }).Bytes)];
    }

    private static IEnumerable<string> Texts(ComposedBody body)
    {
        yield return Encoding.UTF8.GetString(body.Json.Span);
        yield return NarrativePage.Render(body.Json);
        yield return body.Title;
        foreach (var text in AsThePracticeFilesIt(body.Json))
        {
            yield return text;
        }

        if (body.ProfessionalsOnly is { } apart)
        {
            yield return Encoding.UTF8.GetString(apart.Json.Span);
        }
    }

    private static PatientRef Hide(PatientRef patient, LocationHiding hiding) => patient with
    {
        LocationHiding = hiding,
        Address = new() { Lines = ["9 Hidden Refuge Lane"], Town = "Secretton", County = "Refugeshire", Postcode = "QQ1 1QQ" },
        Contacts = [new() { Kind = ContactKind.Mobile, Value = "07700 900999" }, new() { Kind = ContactKind.Email, Value = "hana@refuge.example" }],
        GpPractice = OdsCode.Parse("X26777"),
        GpPracticeName = "Moved Surgery",
        SafeContact = new() { Note = "ring 07700 900777" },
    };

    private static readonly Carer Mother = new()
    {
        Id = "NK1-1", Name = new() { Family = "Mensah", Given = ["Adwoa"] }, IsCarer = true, Contacts = [new() { Kind = ContactKind.Mobile, Value = "07700 900888" }],
        Address = new() { Lines = ["2 Mother Street"], Postcode = "QQ2 2QQ" },
    };

    private static CareEvent WithHidden(CareEvent happened) => happened switch
    {
        Discharge discharge => discharge with { Carers = [Mother], FollowUp = new() { Start = Cases.At("2026-05-03"), Booked = true, Place = "Room 4, Refuge House" } },
        Admission admission => admission with { Carers = [Mother] },
        EpisodeUpdated updated => updated with { Carers = [Mother] },
        PatientUpdated updated => updated with { Carers = [Mother] },
        _ => happened,
    };

    private static EpisodeState Episode(PatientRef patient) => Cases.Changed() with { Patient = patient, Carers = [Mother] };
}
