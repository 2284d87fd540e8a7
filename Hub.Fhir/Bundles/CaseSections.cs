using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Sections that every message about an episode has, each mapped and worded once.</summary>
internal static class CaseSections
{
    public static Section Allergies(CaseFile file, PartSet parts)
    {
        var entries = AllergyMapper.ToAllergies(file.Allergies, i => AllergyId(file, i), parts.Patient).Select(parts.Add).ToList();
        var source = file.Allergies.Source is { Length: > 0 } from ? $" Source: {from}." : " Source: not stated.";
        IReadOnlyList<string> lines = file.Allergies.Status switch
        {
            AllergyStatus.Listed => [.. file.Allergies.Items.Select(a =>
                $"{a.Substance.Text}{(a.Reaction is { } reaction ? ": " + reaction.Text : ": reaction not stated")}{(a.Severity is { Length: > 0 } severity ? ", " + severity : "")}"
                + $"{(a.IdentifiedOn is { } on ? ", identified " + Wording.When(on) : "")}."), source.Trim()],
            AllergyStatus.NoneKnown => ["No known allergies: the person was asked." + source],
            AllergyStatus.NotKnown => ["Not known whether there are allergies: it was asked." + source],
            _ => ["Allergies not sent. This does not mean that there are none."],
        };
        return Sections.Items(Headings.Allergies, "Allergies and adverse reactions", lines, entries);
    }

    /// <summary>Risks by kind; a kind nobody spoke of is "not stated", never none.</summary>
    public static Section Safety(CaseFile file, PartSet parts)
    {
        var entries = new List<string>();
        var facts = new List<(string, string?)>();

        // To self, to others, then the rest: a reader looks for them in one place, whatever was sent first. A withheld risk stands in document B alone.
        var unstated = new[] { RiskKind.ToSelf, RiskKind.ToOthers }.Where(kind => file.Risks.All(r => r.Kind != kind)).Select(kind => new Risk { Kind = kind, Statement = RiskStatement.NotStated });
        foreach (var risk in file.Risks.Where(RemarkGate.IsOpen).Concat(unstated).OrderBy(r => r.Kind is RiskKind.ToSelf ? 0 : r.Kind is RiskKind.ToOthers ? 1 : 2))
        {
            var words = Wording.Risk(risk.Statement) + (risk.AssessedAt is { } at ? $", {Wording.When(at)}" : "")
                + (RemarkGate.Open(risk.Detail) is { } detail ? $". {detail}" : "");
            facts.Add((Wording.Risk(risk.Kind), words));
            if (risk.Statement == RiskStatement.Identified)
            {
                entries.Add(parts.Add(FlagMapper.ToFlag(
                    file.CaseId("Flag", risk.Kind.ToString()), RiskCode(risk.Kind), "safety", $"{Wording.Risk(risk.Kind)}: {words}", parts.Patient, parts.Organization(file.Author))));
            }
        }

        if (file.CrisisPlan is { } plan)
        {
            var organisation = file.Key?.Organisation.Value ?? "unknown";
            entries.Add(parts.Add(DocumentReferenceMapper.ToCrisisPlan(
                plan, ResourceIds.For("DocumentReference", organisation, plan.DocumentId), organisation, parts.Patient, parts.Organization(file.Author))));
            facts.Add(("Crisis plan", $"{plan.Title ?? "Crisis plan"}{(plan.Version is { Length: > 0 } v ? ", version " + v : "")}{(plan.At is { } at ? ", " + Wording.When(at) : "")}"
                + $"{(plan.Summary is { Length: > 0 } summary ? ". " + summary : "")}"));
        }
        else
        {
            facts.Add(("Crisis plan", "none sent"));
        }

        facts.Add(("In a crisis", file.Phone24h is { } phone ? $"ring {file.Line24h?.Name ?? "the crisis team"} on {phone}, day and night" : "no number that is answered day and night was sent"));
        return Sections.Facts(Headings.SafetyAlerts, "Risks and crisis plan", facts, entries);
    }

    /// <summary>On the first page of every reader (clinical rule 26).</summary>
    public static Section? Adjustments(CaseFile file, PartSet parts)
    {
        var lines = file.Patient.ReasonableAdjustments.Select(a => a.Text).ToList();
        var entries = file.Patient.ReasonableAdjustments.Select((a, i) => parts.Add(FlagMapper.ToFlag(
            file.CaseId("Flag", "adjustment", a.Text), "reasonable-adjustment", "clinical", a.Text, parts.Patient, null))).ToList();
        if (file.Patient.InterpreterNeeded == true)
        {
            lines.Add($"Interpreter needed{(file.Patient.Language is { Length: > 0 } language ? $" (language {language})" : "")}.");
        }

        return lines.Count == 0 ? null : Sections.Items(Headings.Adjustments, "Reasonable adjustments", lines, entries);
    }

    /// <summary>The rest, under record-standard headings.</summary>
    public static IEnumerable<Section> Rest(CaseFile file, PartSet parts, CaseParts mapped, IReadOnlyList<MonitoringRow> monitoring)
    {
        List<string> episode = [.. new[] { mapped.EpisodeUrl, mapped.EncounterUrl, mapped.CareTeamUrl }.OfType<string>()];
        yield return Sections.Facts(Headings.Handover, "Who holds what", Responsibility.Now(file), episode);
        if (file.Diagnoses.Count > 0)
        {
            var entries = file.Diagnoses.Select((d, i) => parts.Add(ConditionMapper.ToCondition(
                d, file.CaseId("Condition", d.Condition.System ?? "", d.Condition.Code ?? "", d.Condition.Text), parts.Patient, mapped.EncounterUrl))).Distinct().ToList();
            yield return Sections.Items(Headings.Diagnoses, "Diagnoses", [.. file.Diagnoses.Select(d => d.Condition.Text + (d.Presenting ? " (presenting problem)" : "")).Distinct()], entries);
        }

        if (Appointments(file, parts) is { } appointments)
        {
            yield return appointments;
        }

        if (monitoring.Count > 0)
        {
            yield return Monitoring(file, parts, monitoring);
        }

        var effects = file.SideEffects.Where(e => e.AnsweredAt is null).SelectMany(e => SideEffectBundle.Lines(file, e)).ToList();
        if (effects.Count > 0 && file.Event is not SideEffectReported)
        {
            yield return Sections.Items(Headings.Concerns, "Side effects not yet answered", effects);
        }

        if (file.Given.Count > 0)
        {
            var entries = file.Given.Select(g => parts.Add(CommunicationMapper.ToCommunication(
                g, file.CaseId("Communication", g.What, g.To.ToString(), g.ToName ?? "", g.At?.SourceText ?? ""), parts.Patient, parts.Owner(g.To), Copies.Text(g)))).Distinct().ToList();
            yield return Sections.Items(Headings.Information, "Information and advice given", [.. file.Given.Select(Copies.Text).Distinct()], entries);
        }

        if (Around(file, parts) is { } around)
        {
            yield return around;
        }

        var remarks = file.Remarks.Select(RemarkGate.Open).OfType<string>().ToList();
        if (remarks.Count > 0)
        {
            yield return Sections.Items(Headings.Individual, "Remarks", remarks);
        }
    }

    /// <summary>The physical-health grid, and the same as a plan: text and entries from the same rows (UK Core hazard FHIR003).</summary>
    private static Section Monitoring(CaseFile file, PartSet parts, IReadOnlyList<MonitoringRow> monitoring)
    {
        var rules = monitoring.Select(r => r.Rule).OfType<MonitoringRule>().DistinctBy(r => r.Id).Select(r =>
            $"Local rule {r.Id}: {r.Title}. Signed by {r.Signature!.Name}, {r.Signature.Role}, {Wording.Day(r.Signature.SignedOn)}. Source: {r.Source}.").ToList();
        var text = NarrativeRenderer.Render("sections/checks", new Dictionary<string, object?>
        {
            ["ruled"] = rules.Count > 0,
            ["rules"] = rules,
            ["checks"] = monitoring.Select(r => new Dictionary<string, object?>
            {
                ["name"] = r.Name, ["asked"] = r.AskedBy, ["last"] = r.LastDone, ["result"] = r.Result, ["due"] = r.NextDue, ["owner"] = r.Owner,
            }).ToList(),
        });
        var plan = parts.Add(CarePlanMapper.ToMonitoringPlan(
            file.CaseId("CarePlan", "monitoring"), parts.Patient, file.WrittenAt,
            [.. monitoring.Select(r => (r, Owner: r.Sent?.Owner is { } party && r.Sent.OwnerName is null ? parts.Owner(party) : null))]));
        return new Section(Headings.Investigations, "Physical health", text, [plan]);
    }

    /// <summary>People, as the person may read it: who they are and what they may be told. Where they live is in RelatedPerson, unless withheld.</summary>
    private static Section? Around(CaseFile file, PartSet parts)
    {
        var carers = RemarkGate.OpenCarers(file).ToList();
        if (carers.Count == 0)
        {
            return null;
        }

        var entries = new List<string>();
        var facts = new List<(string, string?)>();
        foreach (var carer in carers)
        {
            var url = parts.Add(RelatedPersonMapper.ToRelatedPerson(carer, file.CaseId("RelatedPerson", carer.Id), parts.Patient));
            entries.Add(url);
            entries.Add(parts.Add(ConsentMapper.ToConsent(carer, file.CaseId("Consent", carer.Id), parts.Patient, url, parts.Organization(file.Author))));
            var roles = new[] { carer.Relationship?.Text, carer.IsNextOfKin ? "next of kin" : null, carer.IsCarer ? "carer" : null, carer.LegalRole?.Text }.OfType<string>();
            var consent = string.Join("; ", Enum.GetValues<ConsentClass>().Select(k => $"{Wording.Consent(k)}: {Wording.Consent(carer.ConsentFor(k))}"));
            facts.Add((carer.Name.Display(), $"{string.Join(", ", roles)}. Consent to share: {consent}."));
        }

        return Sections.Facts(Headings.Services, "People around the person", facts, entries);
    }

    private static Section? Appointments(CaseFile file, PartSet parts)
    {
        var facts = new List<(string, string?)>();
        var entries = new List<string>();
        if (file.FollowUp is { } follow)
        {
            var status = file.Event is DischargeCancelled || !follow.Booked ? Hl7.Fhir.Model.Appointment.AppointmentStatus.Proposed : Hl7.Fhir.Model.Appointment.AppointmentStatus.Booked;
            entries.Add(parts.Add(AppointmentMapper.ToAppointment(
                file.CaseId("Appointment", "follow-up"), status, parts.Patient, follow.Start, follow.With ?? follow.Team?.Name, follow.Channel, follow.Place, "First follow-up")));
            facts.Add(("First follow-up", $"{(follow.Booked ? "booked" : "not booked")}: {Wording.When(follow.Start)}, {follow.With ?? follow.Team?.Name ?? "with whom is not stated"}"
                + $"{(follow.Channel is { Length: > 0 } channel ? ", " + channel : "")}{(follow.Place is { Length: > 0 } place ? ", " + place : "")}."
                + (follow.Booked ? " Booked is not done." : "")));
        }
        else if (file.Event is Discharge)
        {
            facts.Add(("First follow-up", "none was sent"));
        }

        if (file.NextVisit is { } visit && file.Event is not Discharge)
        {
            facts.Add(("Next visit", $"{Wording.When(visit.VisitAt)}, {visit.Who}"));
        }

        return facts.Count == 0 ? null : Sections.Facts(Headings.FutureAppointments, "Follow-up", facts, entries);
    }

    public static IEnumerable<Section> Identity(CaseFile file, PartSet parts)
    {
        var person = file.Patient;
        yield return Sections.Facts(Headings.Demographics, "The person",
        [
            ("Name", person.Name?.Display() ?? "not sent"),
            ("Date of birth", person.BirthDate is { } born ? Wording.Day(born) : "not sent"),
            ("NHS number", person.NhsNumber is { } number ? $"{number.Value} ({(person.NhsNumberStatus == NhsNumberStatus.Verified ? "verified" : "not verified")})" : "none sent"),
            ("Address", file.PlacesHidden ? "withheld" : person.Address is { } address ? Address(address) : "not sent"),
            ("Contact", file.PlacesHidden ? "withheld; reach the person through the crisis team" : person.Contacts.Count > 0 ? string.Join("; ", person.Contacts.Select(c => c.Value)) : "not sent"),
            ("Safe ways to reach the person", Safe(person.SafeContact)),
        ], [parts.Patient]);
        if (file.PlacesHidden)
        {
            yield return Sections.Items(Headings.GpPractice, "GP practice", ["Withheld."]);
        }
        else
        {
            yield return Sections.Facts(Headings.GpPractice, "GP practice",
            [
                ("Practice", person.GpPractice is { NamesNoPractice: true } none ? $"none ({none.Value})" : person.GpPracticeName ?? person.GpPractice?.Value ?? "not sent"),
                ("GP", person.Gp is { } gp ? Wording.Person(gp) : null),
            ], parts.Practice is { } practice ? [practice] : []);
        }

        yield return Sections.Facts(Headings.Completing, "Who recorded this",
        [
            ("Recorded by", file.Event.RecordedBy is { } by ? Wording.Person(by) : "not stated"),
            ("Recorded", Wording.When(file.Event.RecordedAt)),
            // HL7 v2 EVN-6 of a cancel is the time of the event that is cancelled.
            (file.Event is DischargeCancelled or AdmissionCancelled or TransferCancelled ? "Time of what is withdrawn" : "Happened", Wording.When(file.Event.OccurredAt)),
            ("Author", (file.Event as Discharge)?.Author is { } author ? Wording.Person(author) : null),
        ], null, [.. file.Event.DataQuality.Where(n => MedicineNotes.Line(n) is null).Select(n => $"About the data: {n.Text}")]);
    }

    private static string Address(PostalAddress address) =>
        string.Join(", ", address.Lines.Append(address.Town).Append(address.County).Append(address.Postcode).Where(p => !string.IsNullOrWhiteSpace(p)));

    private static string Safe(SafeContact? safe)
    {
        if (safe is null)
        {
            return "not asked: do not use post, text or e-mail";
        }

        (string Way, bool? Safe)[] ways = [("post", safe.Post), ("text message", safe.Sms), ("e-mail", safe.Email), ("telephone", safe.Phone)];
        return string.Join("; ", ways.Select(w => $"{w.Way}: {w.Safe switch { true => "yes", false => "no", _ => "not asked" }}"));
    }

    private static string AllergyId(CaseFile file, int index) => file.Allergies.Status == AllergyStatus.Listed
        ? ResourceIds.For("AllergyIntolerance", file.PatientId, file.Allergies.Items[index].Substance.Code ?? "", file.Allergies.Items[index].Substance.Text)
        : ResourceIds.For("AllergyIntolerance", file.PatientId, file.Allergies.Status.ToString());

    private static string RiskCode(RiskKind kind) => kind switch
    {
        RiskKind.ToSelf => "risk-to-self",
        RiskKind.ToOthers => "risk-to-others",
        _ => "risk-other",
    };
}
