using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>What an Encounter is made from.</summary>
internal sealed record EncounterFacts
{
    public required string Id { get; init; }
    public required string PatientUrl { get; init; }
    public required EpisodeKey Key { get; init; }
    public required EpisodeKind Kind { get; init; }
    public required Encounter.EncounterStatus Status { get; init; }
    public string? EpisodeOfCareUrl { get; init; }
    public ClinicalTime? Start { get; init; }
    public ClinicalTime? End { get; init; }
    public string? Reason { get; init; }
    public string? TeamUrl { get; init; }
    public IReadOnlyList<(string Code, string Display, string Url)> Participants { get; init; } = [];
    public string? AdmissionMethod { get; init; }
    public string? SourceOfAdmission { get; init; }
    public string? DischargeMethod { get; init; }
    public string? DischargeDestination { get; init; }
    public Coded? LegalStatus { get; init; }
}

/// <summary>Home treatment (class HH) or a stay on a ward (class IMP), as UK Core Encounter.</summary>
internal static class EncounterMapper
{
    public static Encounter ToEncounter(EncounterFacts facts)
    {
        var encounter = ProfileClaims.Claim(new Encounter
        {
            Id = facts.Id,
            Identifier = [EpisodeIdentifier(facts.Key)],
            Status = facts.Status,
            Class = facts.Kind == EpisodeKind.Crt
                ? new Coding(CodeSystems.V3ActCode, "HH", "home health")
                : new Coding(CodeSystems.V3ActCode, "IMP", "inpatient encounter"),
            Type = [Datatypes.Concept(CodeSystems.Snomed, "163771000000109", "Mental health care spell")],
            Subject = new ResourceReference(facts.PatientUrl),
            EpisodeOfCare = facts.EpisodeOfCareUrl is null ? [] : [new ResourceReference(facts.EpisodeOfCareUrl)],
            Participant = [.. facts.Participants.Select(p => new Encounter.ParticipantComponent
            {
                Type = [Datatypes.Concept(CodeSystems.V3ParticipationType, p.Code, p.Display)],
                Individual = new ResourceReference(p.Url),
            })],
            Period = Datatypes.ToPeriod(facts.Start, facts.End),
            ReasonCode = facts.Reason is { Length: > 0 } reason ? [Datatypes.Text(reason)] : [],
            Hospitalization = Hospitalization(facts),
            ServiceProvider = facts.TeamUrl is null ? null : new ResourceReference(facts.TeamUrl),
        });

        if (facts.LegalStatus is { } legal)
        {
            encounter.Extension.Add(LegalStatus(legal, facts.End is null ? "admission" : "discharge"));
        }

        if (Datatypes.Null(facts.DischargeMethod) is { } method)
        {
            encounter.Extension.Add(Datatypes.UkCore("DischargeMethod", Datatypes.Concept(CodeSystems.DischargeMethod, method)));
        }

        return encounter;
    }

    public static Identifier EpisodeIdentifier(EpisodeKey key) => Datatypes.Identifier($"{CodeSystems.EpisodeId}/{key.Organisation.Value}", key.LocalId);

    private static Encounter.HospitalizationComponent? Hospitalization(EncounterFacts facts)
    {
        var hospitalization = new Encounter.HospitalizationComponent
        {
            AdmitSource = Datatypes.Null(facts.SourceOfAdmission) is { } source ? Datatypes.Concept(CodeSystems.SourceOfAdmission, source) : null,
            DischargeDisposition = Datatypes.Null(facts.DischargeDestination) is { } to ? Datatypes.Concept(CodeSystems.DischargeDestination, to) : null,
        };

        // UK Core puts the admission method on hospitalization, and 25 means a ward stay that came through the crisis team.
        if (Datatypes.Null(facts.AdmissionMethod) is { } method)
        {
            var display = method == "25" ? "Emergency Admission: Admission via Mental Health Crisis Resolution Team" : null;
            hospitalization.Extension.Add(Datatypes.UkCore("AdmissionMethod", Datatypes.Concept(CodeSystems.AdmissionMethod, method, display)));
        }

        return hospitalization.AdmitSource is null && hospitalization.DischargeDisposition is null && hospitalization.Extension.Count == 0
            ? null
            : hospitalization;
    }

    private static Extension LegalStatus(Coded legal, string context)
    {
        var classification = new CodeableConcept { Text = legal.Text };
        if (legal.Code is { Length: > 0 } code)
        {
            classification.Coding.Add(new Coding(CodeSystems.LegalStatusClassification, code));
        }

        return new Extension
        {
            Url = CodeSystems.UkCoreExtension + "LegalStatus",
            Extension =
            [
                new Extension("legalStatusContext", Datatypes.Concept(CodeSystems.LegalStatusContext, context)),
                new Extension("legalStatusClassification", classification),
            ],
        };
    }
}
