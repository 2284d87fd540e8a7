using System.Globalization;
using System.Text.Json;
using FsCheck.Xunit;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Hl7v2;
using Hub.Fhir.Bundles;
using Hub.Fhir.Bundles.Handouts;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles.Handouts;

/// <summary>
/// Withheld means withheld in every rendering: whatever is hidden about a person, whatever it is made of, is in no output of any composer, decoded or not.
/// </summary>
public sealed class LeakTests
{
    private const string Hostile = "\"O'Brien\" & <b>Žofie|^~\\ 漢 é</b>";
    private const string Agreed = "adt or rde";

    private static readonly string[] Forms = ["text", "html", "fhir", Agreed];

    private static readonly object Agreement = new { by = "Ward manager, to be named", on = "2026-05-01", because = "invented example" };

    [Property(MaxTest = 25)]
    public void What_is_withheld_is_in_no_output_of_any_composer(int seed, string? tail, int which, bool national)
    {
        var secrets = new Secrets(seed, tail);
        var happened = Cases.All().ElementAt((which & int.MaxValue) % Cases.All().Count());
        var request = secrets.Request(happened, national ? LocationHiding.National : LocationHiding.Local);

        foreach (var (name, text) in Outputs(request))
        {
            if (!text.Contains(secrets.Mark, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var hidden = name.StartsWith("B ", StringComparison.Ordinal) ? secrets.Places : secrets.Places.Concat(secrets.Words);
            hidden.Where(s => text.Contains(s.Core, StringComparison.OrdinalIgnoreCase)).Select(s => $"{happened}: {s.What} is in {name}").ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_copy_for_the_person_and_for_each_carer_never_holds_a_place_even_where_none_is_hidden()
    {
        var secrets = new Secrets(7, Hostile);
        var request = secrets.Request(Cases.Discharge(), LocationHiding.None);

        var copies = Outputs(request).Where(o => o.Name.StartsWith("copy", StringComparison.Ordinal) || o.Name.StartsWith("sheet", StringComparison.Ordinal)).ToList();

        copies.Select(c => c.Name).Distinct().ShouldBe(["copy patient", "copy patient page", "copy carer", "copy carer page", "sheet start", "sheet plan"], ignoreOrder: true);
        copies.ShouldAllBe(c => secrets.Places.Where(p => p.What != "place of the follow-up").All(p => !c.Text.Contains(p.Core)));
        copies.ShouldAllBe(c => secrets.Words.All(w => !c.Text.Contains(w.Core)));
    }

    /// <summary>The search would find them: where nothing is hidden they are there, in each form, with every character.</summary>
    [Fact]
    public void The_same_search_finds_them_where_they_may_be()
    {
        var secrets = new Secrets(11, Hostile);
        var outputs = Outputs(secrets.Request(Cases.Discharge(), LocationHiding.None)).ToList();

        string[] neverSent = ["note on safe contact", "where the crisis plan is"]; // document B, and a link that professionals have
        foreach (var place in secrets.Places.Where(p => !neverSent.Contains(p.What)))
        {
            outputs.Any(o => o.Name == "A Gp" && o.Text.Contains(place.Value)).ShouldBeTrue(place.What);
        }

        foreach (var form in Forms)
        {
            var line = secrets.Places.First(p => p.What == "address");
            outputs.Any(o => o.Name == "A MDM " + form && o.Text.Contains(line.Core)).ShouldBeTrue(form);
        }

        foreach (var word in secrets.Words.Where(w => w.What is "third party" or "safeguarding" or "said by a carer" or "a danger"))
        {
            outputs.Any(o => o.Name == "B message" && o.Text.Contains(word.Value)).ShouldBeTrue(word.What);
        }
    }

    private static IEnumerable<(string Name, string Text)> Outputs(ComposeRequest request)
    {
        foreach (var (audience, body) in BundleComposer.ComposeAll(request, [Audience.Gp, Audience.Cmht, Audience.Ward]))
        {
            foreach (var output in OfMessage(body, "A " + audience, "A MDM "))
            {
                yield return output;
            }

            if (audience == Audience.Gp && body.ProfessionalsOnly is { } apart)
            {
                foreach (var output in OfMessage(apart, "B message", "B MDM "))
                {
                    yield return output;
                }
            }
        }

        if (request.Event is Discharge or DischargeCancelled)
        {
            var document = DocumentComposer.Compose(request);
            foreach (var text in Decoded.Texts(document.Json))
            {
                yield return ("A document", text);
            }
        }

        foreach (var (name, body) in Copies(request))
        {
            foreach (var text in Decoded.Texts(body.Json).Append(body.Title))
            {
                yield return (name, text);
            }

            foreach (var text in Decoded.Texts(HandoutPage.Render(body.Json)))
            {
                yield return (name + " page", text);
            }
        }

        foreach (var (name, sheet) in new[] { ("sheet start", WhoWeAreSheet.Render(request.Episode!)), ("sheet plan", DischargePlanSheet.Render(request.Episode!)) })
        {
            foreach (var text in sheet is null ? [] : Decoded.Texts(sheet))
            {
                yield return (name, text);
            }
        }
    }

    private static IEnumerable<(string Name, ComposedBody Body)> Copies(ComposeRequest request)
    {
        if (PatientCopy.Compose(request) is { } own)
        {
            yield return ("copy patient", own);
        }

        foreach (var carer in request.Episode!.Carers)
        {
            if (CarerCopy.Compose(request, carer) is { } copy)
            {
                yield return ("copy carer", copy);
            }
        }
    }

    private static IEnumerable<(string Name, string Text)> OfMessage(ComposedBody body, string name, string mdm)
    {
        foreach (var text in Decoded.Texts(body.Json).Append(body.Title).Concat(body.Issues.Select(i => i.Text)).Concat(Decoded.Texts(NarrativePage.Render(body.Json))))
        {
            yield return (name, text);
        }

        foreach (var form in Forms)
        {
            foreach (var text in Decoded.Texts(Mdm(body.Json, form)))
            {
                yield return (mdm + form, text);
            }
        }
    }

    private static byte[] Mdm(ReadOnlyMemory<byte> body, string form)
    {
        var file = new PartnerFile
        {
            Id = "ward", Name = "Ward", Role = PartnerRole.Recipient, Protocol = "hl7v2-mllp",
            Settings = JsonSerializer.SerializeToElement(new Dictionary<string, object>
            {
                ["host"] = "127.0.0.1", ["port"] = 2576, ["sendingFacility"] = "RX1", ["receivingApplication"] = "WARD", ["receivingFacility"] = "RX1", ["documentForm"] = form == Agreed ? "text" : form,
                ["agreed"] = form == Agreed ? new { adt = Agreement, rde = Agreement } : new { },
            }),
        };
        var draft = new MessageDraft { Body = body, MessageId = Guid.Parse("6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20"), Partner = file, ReceivedAt = Cases.Received };
        return OutgoingMessage.Write(draft, Hl7v2MllpSettings.Read(file).Settings!);
    }

    private sealed record Secret(string What, string Core, string Value);

    /// <summary>Values that no other text holds: an unmistakable core, and after it whatever was drawn.</summary>
    private sealed class Secrets
    {
        private readonly List<Secret> places = [];
        private readonly List<Secret> words = [];
        private readonly string tail;
        private readonly int seed;

        public Secrets(int seed, string? drawn)
        {
            this.seed = seed;
            tail = Hostile + string.Concat((drawn ?? "").Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\uFFFE' or '\uFFFF'))).Trim();
        }

        /// <summary>Every core ends in it.</summary>
        public string Mark => string.Create(CultureInfo.InvariantCulture, $"x{(uint)seed:x8}z");

        public IReadOnlyList<Secret> Places => places;
        public IReadOnlyList<Secret> Words => words;

        public ComposeRequest Request(CareEvent happened, LocationHiding hiding)
        {
            var person = Cases.Ama with
            {
                LocationHiding = hiding,
                Address = new() { Lines = [Place("address"), Place("second line")], Town = Place("town"), County = Place("county"), Postcode = Place("postcode") },
                Contacts = [new() { Kind = ContactKind.Mobile, Value = Place("mobile") }, new() { Kind = ContactKind.Email, Value = Place("e-mail") }],
                GpPracticeName = Place("practice"),
                SafeContact = new() { Post = false, Note = Place("note on safe contact") },
            };
            Carer[] carers = [Dangerous(), Mother()];
            var follow = new FollowUp { Start = Cases.At("2026-05-04T10:00:00+01:00"), Booked = true, With = "South CMHT", Place = Place("place of the follow-up") };
            var plan = new CrisisPlanRef { DocumentId = "CP-9", Title = "Crisis plan", Summary = "Ring the crisis team.", Location = Place("where the crisis plan is") };
            Remark[] remarks = [Closed("third party", RemarkPrivacy.ThirdParty), Closed("safeguarding", RemarkPrivacy.Safeguarding), Closed("carer in confidence", RemarkPrivacy.CarerConfidential)];
            Risk[] risks = [new() { Kind = RiskKind.FromOthers, Statement = RiskStatement.Identified, Detail = new() { Text = Word("risk from others") } }];
            var discharge = Cases.Discharge() with
            {
                Patient = person, Carers = carers, FollowUp = follow, CrisisPlan = plan, Remarks = remarks, Risks = risks, CarerConcerns = new() { Text = Word("said by a carer"), From = "Mother" },
            };
            var state = Cases.Discharged() with
            {
                Patient = person, Carers = carers, Remarks = remarks, Risks = risks, CrisisPlan = plan, Discharge = discharge, LastTold = discharge, FirstTold = discharge,
                Admission = Cases.Admission() with { Patient = person, Carers = carers, Remarks = remarks },
                SideEffects = [new() { SourceMessageId = new("S9"), Source = Cases.Source, Patient = person, Episode = Cases.Episode, OccurredAt = Cases.At("2026-04-28"), SideEffectId = "SE9", By = CareParty.Carer, Text = new() { Text = Word("side effect told by a carer") } }],
            };
            CareEvent told = (happened with { Patient = person }) switch
            {
                Discharge => discharge,
                Admission admission => admission with { Carers = carers, Remarks = remarks, Risks = risks },
                EpisodeUpdated updated => updated with { Carers = carers, Remarks = remarks, Risks = risks },
                PatientUpdated updated => updated with { Carers = carers },
                CrisisPlanPublished published => published with { Plan = plan },
                CarerViewRecorded view => view with { View = new() { Text = Word("view of a carer"), From = "Mother" } },
                DischargePlanned planned => planned with { CarerView = new() { Text = Word("view of the date"), From = "Mother" } },
                GatekeepingDecision decision => decision with { CarerView = new() { Text = Word("view of the decision"), From = "Mother" } },
                var other => other,
            };
            var before = Cases.Changed() with { Patient = person, Carers = carers, Remarks = remarks, LastTold = told is DischargeCancelled ? discharge : null };
            return Cases.Request(told, Audience.Gp, told is Discharge ? state : state with { Discharge = told is DischargeCancelled ? null : discharge }, before) with
            {
                CarriedForward = [Cases.Change() with { Patient = person }],
            };
        }

        private Carer Dangerous() => new()
        {
            Id = "NK1-1", Name = new() { Given = [Word("given name")], Family = Word("a danger") }, Relationship = Coded.Of("Partner"), IsNextOfKin = true, IsCarer = true, KnowsOfCare = true, MarkedAsRisk = true,
            Contacts = [new() { Kind = ContactKind.Phone, Value = Word("number of a danger") }], Consent = [.. Enum.GetValues<ConsentClass>().Select(c => new CarerConsent { Class = c, State = ConsentState.Given })],
        };

        private Carer Mother() => new()
        {
            Id = "NK1-2", Name = new() { Given = ["Lena"], Family = "Mensah" }, Relationship = Coded.Of("Mother"), IsCarer = true, KnowsOfCare = true, ViewOfDischargeDate = Word("view of the carer on the date"),
            Contacts = [new() { Kind = ContactKind.Mobile, Value = Place("carer's mobile") }], Address = new() { Lines = [Place("carer's address")], Postcode = Place("carer's postcode") },
            Consent = [.. Enum.GetValues<ConsentClass>().Select(c => new CarerConsent { Class = c, State = ConsentState.Given })],
        };

        private Remark Closed(string what, RemarkPrivacy privacy) => new() { Text = Word(what), Privacy = privacy, From = "Nurse" };

        private string Place(string what) => Add(places, what, "Qp");

        private string Word(string what) => Add(words, what, "Qw");

        private string Add(List<Secret> list, string what, string prefix)
        {
            var core = string.Create(CultureInfo.InvariantCulture, $"{prefix}{list.Count}{Mark}");
            list.Add(new Secret(what, core, core + " " + tail));
            return list[^1].Value;
        }
    }
}
