using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Dosage = Hl7.Fhir.Model.Dosage;

namespace Hub.Fhir.Resources;

/// <summary>
/// A medicine as last reported: information, never an order (clinical rule 8). Every change of the line told in this message is an
/// extension on it, oldest first, because R4 has no element for what changed and why.
/// </summary>
internal static class MedicationStatementMapper
{
    public static MedicationStatement ToStatement(ReportedMedicine medicine, StatementLinks links, IEnumerable<CardLine> changes)
    {
        var line = medicine.Line;
        var statement = ProfileClaims.Claim(new MedicationStatement
        {
            Id = links.Id,
            Identifier = [Datatypes.Identifier($"{CodeSystems.MedicineLineId}/{links.Organisation}", line.LineId)],
            Status = Status(medicine.Status, links.WardOnly, line.Use),
            Category = links.AtDischarge
                ? Datatypes.Concept(CodeSystems.MedicationStatementCategory, "discharge", "Discharge")
                : Datatypes.Concept(CodeSystems.StatementCategory, links.WardOnly || links.OnWard ? "inpatient" : "community"),
            Medication = links.MedicationUrl is { } url ? new ResourceReference(url) { Display = line.Medicine.Text } : Code(line.Medicine),
            Subject = new ResourceReference(links.PatientUrl),
            Context = links.EpisodeUrl is null ? null : new ResourceReference(links.EpisodeUrl),
            Effective = line.EffectiveFrom is null ? null : line.EffectiveFrom.ToFhir(),
            DateAssertedElement = medicine.AsOf.ToFhir(),
            InformationSource = links.SourceUrl is null ? null : new ResourceReference(links.SourceUrl),
            ReasonCode = Datatypes.Null(line.Indication) is { } indication ? [Datatypes.Text(indication)] : [],
            Dosage = line.After is { } dose && medicine.Status is (MedicineStatus.Active or MedicineStatus.OnHold) ? [ToDosage(dose)] : [],
        });

        if (medicine.Status is not MedicineStatus.Active && Datatypes.Null(line.Reason) is { } reason)
        {
            statement.StatusReason.Add(Datatypes.Text(reason));
        }

        foreach (var change in changes)
        {
            statement.Extension.Add(Change(change));
            statement.Note.AddRange(Notes(change));
        }

        return statement;
    }

    /// <summary>A coded product where it was sent as dm+d; the prescriber's words always.</summary>
    public static CodeableConcept Code(MedicineRef medicine)
    {
        var concept = medicine.OtherCode is { } other ? other.ToConcept() : new CodeableConcept();
        concept.Text = medicine.Text;
        if (Datatypes.Null(medicine.DmdCode) is { } dmd)
        {
            concept.Coding.Insert(0, new Coding(CodeSystems.Dmd, dmd));
        }

        return concept;
    }

    /// <summary>Only a medicine whose form was sent apart from its name needs a resource of its own.</summary>
    public static Medication? ToMedication(MedicineRef medicine, string id) => Datatypes.Null(medicine.Form) is not { } form ? null : ProfileClaims.Claim(new Medication
    {
        Id = id,
        Code = Code(medicine),
        Form = Datatypes.Text(form),
    });

    /// <summary>The sender's own dose line is always there and is what a person reads (UK Core hazard FHIR005).</summary>
    public static Dosage ToDosage(Events.Dosage dose)
    {
        var dosage = new Dosage
        {
            Text = dose.Text,
            PatientInstruction = Datatypes.Null(dose.Instruction),
            AsNeeded = dose.AsNeeded ? new FhirBoolean(true) : null,
            Site = dose.Site?.ToConcept(),
            Route = dose.Route?.ToConcept(),
        };

        if (dose is { Frequency: { } frequency, PeriodDays: { } days })
        {
            dosage.Timing = new Timing { Repeat = new Timing.RepeatComponent { Frequency = frequency, Period = days, PeriodUnit = Timing.UnitsOfTime.D } };
        }

        if (dose.Dose is { } amount)
        {
            dosage.DoseAndRate.Add(new Dosage.DoseAndRateComponent { Dose = new Quantity { Value = amount, Unit = Datatypes.Null(dose.Unit) } });
        }

        return dosage;
    }

    /// <summary>The words of the continuity card, field by field.</summary>
    public static Extension Change(CardLine change)
    {
        var extension = new Extension { Url = CodeSystems.MedicationChange };
        extension.Extension.Add(new Extension("status", new CodeableConcept(CodeSystems.MedicationChangeStatus, StatusCode(change.Line.Action), change.What)));
        Add("reason", Datatypes.Null(change.Reason) is { } reason ? new FhirString(reason) : null);
        Add("date", ((ClinicalTime?)change.OccurredAt).ToFhir());
        Add("description", new FhirString(change.Description));
        Add("before", Datatypes.Null(change.Before) is { } before ? new FhirString(before) : null);
        // "No longer taken" and "on hold" are words for people; here the element is for a dose alone.
        Add("after", change.Line.After is { } dose && MedicineChanges.StatusAfter(change.Line) == MedicineStatus.Active ? new FhirString(dose.Text) : null);
        return extension;

        void Add(string url, DataType? value)
        {
            if (value is not null)
            {
                extension.Extension.Add(new Extension(url, value));
            }
        }
    }

    /// <summary>Code of a change in our own code system.</summary>
    public static string StatusCode(MedicineAction action) => action switch
    {
        MedicineAction.Start => "started",
        MedicineAction.Amend => "amended",
        MedicineAction.Stop => "stopped",
        MedicineAction.Hold => "on-hold",
        MedicineAction.Resume => "resumed",
        MedicineAction.Switch => "switched",
        MedicineAction.Continue => "continued",
        MedicineAction.Administer => "administered",
        MedicineAction.CourseFinished => "course-finished",
        MedicineAction.Cancelled => "cancelled",
        MedicineAction.EnteredInError => "entered-in-error",
        _ => "not-understood",
    };

    private static IEnumerable<Annotation> Notes(CardLine change)
    {
        foreach (var fact in change.Facts)
        {
            yield return new Annotation { Text = new Markdown(fact) };
        }

        yield return new Annotation { Text = new Markdown("Next prescriber: " + change.NextPrescriber + ".") };
        if (change.RecordedLate)
        {
            yield return new Annotation { Text = new Markdown("Recorded late.") };
        }
    }

    private static MedicationStatement.MedicationStatusCodes Status(MedicineStatus status, bool wardOnly, MedicineUse use) => (status, wardOnly) switch
    {
        (MedicineStatus.EnteredInError, _) => MedicationStatement.MedicationStatusCodes.EnteredInError,
        (MedicineStatus.CancelledUnknown or MedicineStatus.NotUnderstood, _) => MedicationStatement.MedicationStatusCodes.Unknown,
        (MedicineStatus.Stopped, _) => MedicationStatement.MedicationStatusCodes.Stopped,
        (MedicineStatus.CourseFinished, _) => MedicationStatement.MedicationStatusCodes.Completed,
        (_, true) => use == MedicineUse.AsNeeded ? MedicationStatement.MedicationStatusCodes.Unknown : MedicationStatement.MedicationStatusCodes.Completed,
        (MedicineStatus.OnHold, _) => MedicationStatement.MedicationStatusCodes.OnHold,
        _ => MedicationStatement.MedicationStatusCodes.Active,
    };
}

/// <summary>What a statement refers to.</summary>
internal sealed record StatementLinks
{
    public required string Id { get; init; }
    public required string PatientUrl { get; init; }

    /// <summary>Who numbers the line.</summary>
    public required string Organisation { get; init; }
    public string? MedicationUrl { get; init; }
    public string? EpisodeUrl { get; init; }
    public string? SourceUrl { get; init; }
    public bool AtDischarge { get; init; }
    public bool OnWard { get; init; }
    public bool WardOnly { get; init; }
}
