using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages.Parts;

/// <summary>Medicines: MedicationStatement and MedicationRequest, what changed by our extension, else by their status.</summary>
internal static class MedicineReader
{
    private static readonly Dictionary<string, MedicineAction> Actions = new(StringComparer.Ordinal)
    {
        ["started"] = MedicineAction.Start, ["amended"] = MedicineAction.Amend, ["stopped"] = MedicineAction.Stop, ["on-hold"] = MedicineAction.Hold,
        ["resumed"] = MedicineAction.Resume, ["switched"] = MedicineAction.Switch, ["continued"] = MedicineAction.Continue, ["administered"] = MedicineAction.Administer,
        ["course-finished"] = MedicineAction.CourseFinished, ["cancelled"] = MedicineAction.Cancelled, ["entered-in-error"] = MedicineAction.EnteredInError,
        ["not-understood"] = MedicineAction.NotUnderstood,
    };

    /// <summary>Every line, in the order of the message; null where the message speaks of no medicine.</summary>
    /// <param name="changesOnly">For a message about changes: where it marks what changed, the rest of its list is only shown beside it.</param>
    public static IReadOnlyList<MedicineLine>? Read(ReadMessage message, ClinicalTime occurredAt, bool changesOnly)
    {
        var statements = message.Parts.All<R4.MedicationStatement>();
        var marked = statements.Any(s => Changes(s).Any());
        var lines = new List<MedicineLine>();
        foreach (var statement in statements)
        {
            if (changesOnly && marked && !Changes(statement).Any())
            {
                message.Parts.NotMapped("MedicationStatement (listed beside the changes, itself unchanged)");
                continue;
            }

            lines.AddRange(Lines(message, statement, occurredAt));
        }

        foreach (var request in message.Parts.All<R4.MedicationRequest>())
        {
            if (Values.Text(request.IntentElement) is "proposal" or "option" || Values.Text(request.StatusElement) == "draft")
            {
                message.Parts.NotMapped("MedicationRequest (a proposal: who is asked to prescribe what stays with its sender)");
                continue;
            }

            lines.Add(OfRequest(message, request));
        }

        return lines.Count == 0 && statements.Count == 0 ? null : lines;
    }

    /// <summary>Confirmed only where a list says so in the words we use ourselves; anybody else's list a clinician confirms here (clinical rule 6).</summary>
    public static bool IsConfirmed(ReadMessage message) => message.Parts.All<R4.List>()
        .Any(l => Values.Code(l.Code, CodeSystems.Snomed) == "1102411000000102" && Values.Text(l.TitleElement)?.StartsWith("Current medicines, confirmed at discharge", StringComparison.Ordinal) == true);

    /// <summary>Who decided, where every line says the same.</summary>
    public static Actor? OneDecider(IReadOnlyList<MedicineLine> lines) =>
        lines.Count > 0 && lines[0].DecidedBy is { } first && lines.All(l => SameActor(l.DecidedBy, first)) ? first : null;

    private static bool SameActor(Actor? one, Actor other) => one is not null && (one.Name, one.Role, one.RegisterId, one.Organisation, one.Phone) == (other.Name, other.Role, other.RegisterId, other.Organisation, other.Phone);

    private static IEnumerable<R4.Extension> Changes(R4.MedicationStatement statement) => statement.Extension.Where(e => e.Url == CodeSystems.MedicationChange);

    private static IEnumerable<MedicineLine> Lines(ReadMessage message, R4.MedicationStatement statement, ClinicalTime occurredAt)
    {
        var bare = OfStatement(message, statement);
        var changes = Changes(statement).ToList();
        if (changes.Count == 0)
        {
            yield return bare;
        }

        foreach (var (change, i) in changes.Select((c, i) => (c, i)))
        {
            yield return Changed(bare, change, isLast: i == changes.Count - 1, occurredAt);
        }
    }

    private static MedicineLine Changed(MedicineLine bare, R4.Extension change, bool isLast, ClinicalTime occurredAt)
    {
        R4.Base? Part(string name) => change.Extension.Find(e => e.Url == name)?.Value;
        string? Words(string name) => Values.Text(Part(name) as R4.PrimitiveType);
        var code = Values.Code(Part("status") as R4.CodeableConcept, CodeSystems.MedicationChangeStatus);
        var action = code is not null && Actions.TryGetValue(code, out var known) ? known : MedicineAction.NotUnderstood;
        var at = Values.Time(Part("date"));
        return bare with
        {
            Action = action,
            Before = Words("before") is { } before ? new Dosage { Text = before } : null,
            After = isLast && bare.After is not null ? bare.After : Words("after") is { } after ? new Dosage { Text = after } : null,
            Reason = Reason(Words("reason"), bare.Indication) ?? (isLast ? bare.Reason : null),
            EffectiveFrom = isLast && bare.EffectiveFrom is not null ? bare.EffectiveFrom : at is not null && at.Instant != occurredAt.Instant ? at : null,
            SourceControl = action == MedicineAction.NotUnderstood ? Values.Concept(Part("status") as R4.CodeableConcept)?.Text : null,
        };
    }

    // What stands there where nobody gave a reason is our own words, and no reason.
    private static string? Reason(string? words, string? indication) =>
        words is null or MedicineChanges.NoReason || (indication is not null && words == "for " + indication) ? null : words;

    private static MedicineLine OfStatement(ReadMessage message, R4.MedicationStatement statement)
    {
        var action = Values.Text(statement.StatusElement) switch
        {
            "active" => MedicineAction.Continue,
            "stopped" or "not-taken" => MedicineAction.Stop,
            "on-hold" => MedicineAction.Hold,
            "completed" => MedicineAction.CourseFinished,
            "entered-in-error" => MedicineAction.EnteredInError,
            _ => MedicineAction.NotUnderstood,
        };
        return Line(message, statement, statement.Identifier, action, statement.Medication, statement.Dosage) with
        {
            Indication = statement.ReasonCode.Select(Values.Concept).FirstOrDefault(c => c is not null)?.Text,
            Reason = statement.StatusReason.Select(Values.Concept).FirstOrDefault(c => c is not null)?.Text,
            EffectiveFrom = Values.Time(statement.Effective),
            DecidedBy = PeopleReader.Actor(message, statement.InformationSource),
            SourceControl = action == MedicineAction.NotUnderstood ? $"MedicationStatement.status {Values.Text(statement.StatusElement)}" : null,
            Note = Notes(statement.Note),
        };
    }

    private static MedicineLine OfRequest(ReadMessage message, R4.MedicationRequest request)
    {
        var action = Values.Text(request.StatusElement) switch
        {
            "active" => request.PriorPrescription is null ? MedicineAction.Start : MedicineAction.Amend,
            "on-hold" => MedicineAction.Hold,
            "stopped" => MedicineAction.Stop,
            "cancelled" => MedicineAction.Cancelled,
            "completed" => MedicineAction.CourseFinished,
            "entered-in-error" => MedicineAction.EnteredInError,
            _ => MedicineAction.NotUnderstood,
        };
        return Line(message, request, request.Identifier, action, request.Medication, request.DosageInstruction) with
        {
            Indication = request.ReasonCode.Select(Values.Concept).FirstOrDefault(c => c is not null)?.Text,
            Reason = Values.Concept(request.StatusReason)?.Text,
            RecordedAt = Values.Time(request.AuthoredOnElement),
            DecidedBy = PeopleReader.Actor(message, request.Requester),
            SupplyDays = Days(request.DispenseRequest?.ExpectedSupplyDuration),
            SourceControl = action == MedicineAction.NotUnderstood ? $"MedicationRequest.status {Values.Text(request.StatusElement)}" : null,
            Note = Notes(request.Note),
        };
    }

    private static MedicineLine Line(
        ReadMessage message, R4.Resource resource, List<R4.Identifier> identifiers, MedicineAction action, R4.DataType? medication, List<R4.Dosage> dosages)
    {
        var dose = DosageReader.Read(dosages);
        var goesOn = action is not (MedicineAction.Stop or MedicineAction.CourseFinished or MedicineAction.Cancelled or MedicineAction.EnteredInError);
        return new MedicineLine
        {
            LineId = identifiers.Where(i => !PeopleReader.IsDerived(i)).Select(i => Values.Text(i.ValueElement)).FirstOrDefault(v => v is not null)
                ?? identifiers.Select(i => Values.Text(i.ValueElement)).FirstOrDefault(v => v is not null) ?? Values.Text(resource.IdElement) ?? "unnumbered",
            Action = action,
            Medicine = Medicine(message, medication),
            After = goesOn ? dose : null,
            Before = goesOn ? null : dose,
            Use = dose?.AsNeeded == true ? MedicineUse.AsNeeded : MedicineUse.Regular,
        };
    }

    private static MedicineRef Medicine(ReadMessage message, R4.DataType? medication)
    {
        var reference = medication as R4.ResourceReference;
        var product = message.Parts.Find<R4.Medication>(reference);
        var concept = product?.Code ?? medication as R4.CodeableConcept;
        var dmd = Values.Code(concept, CodeSystems.Dmd) ?? Values.Code(concept, CodeSystems.Snomed); // ToC writes a dm+d concept under SNOMED CT
        var other = concept?.Coding.FirstOrDefault(c => Values.Text(c.CodeElement) is not null && Values.Text(c.SystemElement) is not (CodeSystems.Dmd or CodeSystems.Snomed));
        var text = Values.Concept(concept)?.Text ?? Values.Text(reference?.DisplayElement) ?? "medicine not named";
        return new MedicineRef
        {
            Text = text,
            DmdCode = dmd,
            OtherCode = other is null ? null : new Coded { Text = Values.Text(other.DisplayElement) ?? text, Code = Values.Text(other.CodeElement), System = Values.Text(other.SystemElement) },
            Form = Values.Concept(product?.Form)?.Text,
        };
    }

    private static string? Notes(List<R4.Annotation> notes) => string.Join(" ", notes.Select(n => Values.Text(n.TextElement)).OfType<string>()) is { Length: > 0 } text ? text : null;

    private static int? Days(R4.Quantity? duration) =>
        Values.Text(duration?.CodeElement) == "d" && Values.Number(duration!.ValueElement) is >= 1 and <= 366 and var days && days == decimal.Truncate(days) ? (int)days : null;
}
