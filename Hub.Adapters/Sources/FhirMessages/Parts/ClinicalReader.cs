using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages.Parts;

/// <summary>Diagnoses, allergies and risks: Condition, AllergyIntolerance, Flag.</summary>
internal static class ClinicalReader
{
    private const string NoKnownAllergy = "716186003";
    private const string AllergyList = "886921000000105";

    // No known allergy of one kind: neither an allergy nor the statement that there is none.
    private static readonly HashSet<string> NegatedInPart = ["409137002", "428607008", "429625007", "716184000", "716220001", "716185004"];

    public static IReadOnlyList<Diagnosis> Diagnoses(ReadMessage message)
    {
        var diagnoses = new List<Diagnosis>();
        foreach (var condition in message.Parts.All<R4.Condition>())
        {
            if (Status(condition.VerificationStatus) is "entered-in-error" or "refuted" || Status(condition.ClinicalStatus) is "inactive" or "remission" or "resolved")
            {
                message.Parts.NotMapped("Condition (not active, or not held to be true)");
            }
            else if (Values.Concept(condition.Code) is { } what)
            {
                diagnoses.Add(new Diagnosis
                {
                    Condition = what,
                    RecordedAt = Values.Time(condition.RecordedDateElement),
                    Presenting = Values.Code(condition.Category, CodeSystems.ConditionCategory) == "presenting-complaint",
                });
            }
        }

        return diagnoses;
    }

    /// <summary>Nothing about allergies is "not sent", never none; a negated code never stands among allergies (UK Core hazard FHIR006).</summary>
    public static AllergyRecord Allergies(ReadMessage message)
    {
        var held = message.Parts.All<R4.AllergyIntolerance>().Where(a => IsHeld(message, a)).ToList();
        var stated = held.Where(a => Values.Code(a.Code, CodeSystems.Snomed) is { } code && (code == NoKnownAllergy || NegatedInPart.Contains(code))).ToList();
        var unknown = held.Where(a => a.Code?.Coding.Count == 0 && Values.Text(a.Code.TextElement) == "Allergy status not known").ToList();
        var items = held.Except(stated).Except(unknown).Select(ToAllergy).OfType<Allergy>().ToList();
        if (items.Count > 0)
        {
            if (stated.Count > 0)
            {
                message.Note("allergies-contradict", "AllergyIntolerance.code", "Allergies were sent together with a statement that there are none; the allergies stand.");
            }

            return new() { Status = AllergyStatus.Listed, Items = items };
        }

        return stated.Any(a => Values.Code(a.Code, CodeSystems.Snomed) == NoKnownAllergy) ? new() { Status = AllergyStatus.NoneKnown }
            : stated.Count > 0 ? new() { Status = AllergyStatus.NotKnown, Source = $"sent: {string.Join("; ", stated.Select(a => Values.Concept(a.Code)?.Text))}" }
            : unknown.Count > 0 ? new() { Status = AllergyStatus.NotKnown }
            : ByList(message);
    }

    /// <summary>Risks that were identified. Who may read a stranger's words is not stated: they are for professionals only.</summary>
    public static IReadOnlyList<Risk> Risks(ReadMessage message)
    {
        var risks = new List<Risk>();
        foreach (var flag in message.Parts.All<R4.Flag>())
        {
            var kind = Values.Code(flag.Code, CodeSystems.FlagKind);
            if (kind == "reasonable-adjustment")
            {
                continue; // read with the person
            }

            if (Values.Text(flag.StatusElement) != "active")
            {
                message.Parts.NotMapped("Flag (not active)");
            }
            else if (Values.Concept(flag.Code) is { } words)
            {
                risks.Add(kind is null ? Stranger(words) : Ours(kind, words.Text));
            }
        }

        return risks;
    }

    private static Risk Stranger(Coded words) => new()
    {
        Kind = RiskKind.Other, Statement = RiskStatement.Identified, Detail = new() { Text = words.Text, Privacy = RemarkPrivacy.ThirdParty },
    };

    // "Risk to self: identified, (when). (words)": the kind and the statement are codes, what follows the first full stop is what was said.
    private static Risk Ours(string kind, string text)
    {
        var head = text.StartsWith("Risk from others", StringComparison.Ordinal) ? RiskKind.FromOthers : text.StartsWith("Safeguarding", StringComparison.Ordinal) ? RiskKind.Safeguarding : RiskKind.Other;
        var identified = text.IndexOf(": identified", StringComparison.Ordinal);
        var stop = identified < 0 ? -1 : text.IndexOf(". ", identified, StringComparison.Ordinal);
        var detail = identified < 0 ? text : stop < 0 ? null : text[(stop + 2)..];
        return new Risk
        {
            Kind = kind switch { "risk-to-self" => RiskKind.ToSelf, "risk-to-others" => RiskKind.ToOthers, _ => head },
            Statement = RiskStatement.Identified,
            Detail = string.IsNullOrWhiteSpace(detail) ? null : new() { Text = detail },
        };
    }

    private static AllergyRecord ByList(ReadMessage message) => message.Parts.All<R4.List>()
        .Where(l => Values.Code(l.Code, CodeSystems.Snomed) == AllergyList).Select(l => Values.Code(l.EmptyReason, CodeSystems.ListEmptyReason)).FirstOrDefault(r => r is not null) switch
        {
            "nilknown" => new() { Status = AllergyStatus.NoneKnown },
            "notasked" or "unavailable" or "withheld" or "notstarted" => new() { Status = AllergyStatus.NotKnown },
            _ => AllergyRecord.NotSent,
        };

    private static bool IsHeld(ReadMessage message, R4.AllergyIntolerance allergy)
    {
        if (Status(allergy.VerificationStatus) is not ("entered-in-error" or "refuted") && Status(allergy.ClinicalStatus) is not ("inactive" or "resolved"))
        {
            return true;
        }

        message.Parts.NotMapped("AllergyIntolerance (not active, or not held to be true)");
        return false;
    }

    private static Allergy? ToAllergy(R4.AllergyIntolerance allergy)
    {
        var reaction = allergy.Reaction.FirstOrDefault();
        var note = allergy.Note.Select(n => Values.Text(n.TextElement)).FirstOrDefault(n => n is not null);
        return Values.Concept(allergy.Code) is not { } substance ? null : new Allergy
        {
            Substance = substance,
            Reaction = reaction?.Manifestation.Select(Values.Concept).FirstOrDefault(c => c is not null),
            Severity = Values.Text(reaction?.DescriptionElement) ?? Values.Text(reaction?.SeverityElement)
                ?? (note?.StartsWith("Severity: ", StringComparison.Ordinal) == true ? note["Severity: ".Length..] : note),
            IdentifiedOn = Values.Time(allergy.Onset),
        };
    }

    private static string? Status(R4.CodeableConcept? concept) => Values.Text(concept?.Coding.FirstOrDefault()?.CodeElement);
}
