using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Maps what every message of an episode tells: the episode itself, its team, its medicines, allergies, risks and plan.</summary>
internal sealed class CaseParts(CaseFile file, PartSet parts)
{
    public string? EpisodeUrl { get; private set; }
    public string? EncounterUrl { get; private set; }
    public string? CareTeamUrl { get; private set; }
    public Dictionary<string, string> Statements { get; } = new(StringComparer.Ordinal);

    /// <summary>Sections of the case, in reading order, made beside the resources they speak of.</summary>
    public void MapEpisode()
    {
        if (file.Key is not { } key)
        {
            return;
        }

        var team = parts.Organization(file.Author);
        CareTeamUrl = parts.Add(CareTeamMapper.ToCareTeam(
            file.CaseId("CareTeam"), parts.Patient, Status() == EpisodeStatus.Open, Members(), team, Responsibility.Coordinator(file)));
        EpisodeUrl = parts.Add(EpisodeOfCareMapper.ToEpisodeOfCare(
            key, file.CaseId("EpisodeOfCare"), parts.Patient, file.Kind, Status(), Start(), End(), team, PractitionerOf(file.KeyWorker ?? file.LeadWorker), CareTeamUrl));
        var admission = file.Event as Admission ?? file.Episode?.Admission;
        var discharge = file.Standing;
        EncounterUrl = parts.Add(EncounterMapper.ToEncounter(new EncounterFacts
        {
            Id = file.CaseId("Encounter"),
            PatientUrl = parts.Patient,
            Key = key,
            Kind = file.Kind,
            Status = EncounterStatus(),
            EpisodeOfCareUrl = EpisodeUrl,
            Start = Start(),
            End = End(),
            Reason = admission?.Reason,
            TeamUrl = team,
            Participants = [.. Participants(discharge)],
            AdmissionMethod = admission?.AdmissionMethod,
            SourceOfAdmission = admission?.SourceOfAdmission,
            DischargeMethod = discharge?.Method,
            DischargeDestination = discharge?.Destination,
            LegalStatus = file.LegalStatus,
        }));
    }

    private EpisodeStatus Status() => file.Event switch
    {
        Discharge => EpisodeStatus.Discharged,
        AdmissionCancelled => EpisodeStatus.Cancelled,
        DischargeCancelled => EpisodeStatus.Open,
        _ => file.Episode?.Status ?? EpisodeStatus.Open,
    };

    private Encounter.EncounterStatus EncounterStatus() => (Status(), file.Event) switch
    {
        (EpisodeStatus.Cancelled, _) => Encounter.EncounterStatus.EnteredInError, // an admission that did not happen
        (EpisodeStatus.Discharged, _) => Encounter.EncounterStatus.Finished,
        (_, ReferralReceived or ReferralAnswered or GatekeepingDecision) => Encounter.EncounterStatus.Planned,
        (_, ReferralDeclined) => Encounter.EncounterStatus.Cancelled,
        _ when file.Episode?.OnLeave == true => Encounter.EncounterStatus.Onleave,
        _ => Encounter.EncounterStatus.InProgress,
    };

    private ClinicalTime? Start() => file.Episode?.StartedAt ?? (file.Event as Admission)?.OccurredAt;

    private ClinicalTime? End() => Status() == EpisodeStatus.Discharged ? file.Episode?.EndedAt ?? (file.Event as Discharge)?.OccurredAt : null;

    // EpisodeOfCare.careManager takes a Practitioner only.
    private string? PractitionerOf(Actor? actor)
    {
        if (actor is null)
        {
            return null;
        }

        var role = parts.Role(actor);
        return ((PractitionerRole)parts.Entries.First(e => e.FullUrl == role).Resource!).Practitioner!.Reference;
    }

    private IEnumerable<(string, string, string)> Participants(Discharge? discharge)
    {
        if (file.KeyWorker is { } key)
        {
            yield return ("PPRF", "primary performer", parts.Role(key));
        }

        if ((file.Consultant ?? file.LeadWorker) is { } lead)
        {
            yield return ("ATND", "attender", parts.Role(lead));
        }

        if (discharge?.Author is { } discharger && file.Event is Discharge)
        {
            yield return ("DIS", "discharger", parts.Role(discharger));
        }
    }

    private IEnumerable<(string, string)> Members()
    {
        foreach (var (role, actor) in new (string, Actor?)[]
        {
            ("Lead worker", file.LeadWorker), ("Key worker", file.KeyWorker), ("Consultant", file.Consultant), ("Care co-ordinator", file.CareCoordinator.Person),
        })
        {
            if (actor is not null)
            {
                yield return (role, parts.Role(actor));
            }
        }

        foreach (var (role, team) in new (string, Team?)[] { ("Crisis team", file.Crt), ("Community mental health team", file.Cmht), ("Ward", file.Ward) })
        {
            if (parts.Organization(team) is { } url)
            {
                yield return (role, url);
            }
        }

        if (parts.Practice is { } practice)
        {
            yield return ("GP practice", practice);
        }
    }

    /// <summary>One statement a line, with every change of it that this message tells.</summary>
    public Section MapMedicines(IReadOnlyList<CardLine> changes)
    {
        var list = file.Medicines;
        foreach (var medicine in list.Current.Concat(list.Discontinued).Concat(list.Unclear))
        {
            Map(medicine, changes, wardOnly: false);
        }

        foreach (var medicine in list.WardOnly)
        {
            Map(medicine, changes, wardOnly: true);
        }

        // A line that ended while the same medicine goes on, or was entered in error, is on no list; its change is still told.
        foreach (var change in changes.Where(c => !Statements.ContainsKey(c.Line.LineId)).DistinctBy(c => c.Line.LineId).ToList())
        {
            var status = MedicineChanges.StatusAfter(change.Line);
            Map(new ReportedMedicine { Line = change.Line, Status = status, AsOf = change.OccurredAt, From = file.Event.SourceMessageId }, changes, wardOnly: false);
        }

        var title = Title();
        var entries = new List<string>();
        if (list.Reported)
        {
            entries.Add(parts.Add(MedicineListMapper.ToActive(
                file.CaseId("List", "active"), title, parts.Patient, file.WrittenAt, EncounterSource(), Urls(list.Current), Wording.NotNamedHere)));
            if (list.Discontinued.Count > 0)
            {
                entries.Add(parts.Add(MedicineListMapper.ToDiscontinued(
                    file.CaseId("List", "discontinued"), "No longer taken at all", parts.Patient, file.WrittenAt, EncounterSource(), Urls(list.Discontinued))));
            }

            entries.AddRange(Urls(list.Unclear));
            entries.AddRange(Urls(list.WardOnly));
        }

        return new Section(Headings.Medicines, title, MedicineNarrative.Render(list, file.Confirmed, file.Event.OccurredAt), entries);
    }

    /// <summary>A list the hub compiled is never called confirmed, and never nothing (clinical rule 6).</summary>
    private string Title()
    {
        var asOf = file.Medicines.Current.Count == 0 ? file.WrittenAt : file.Medicines.Current.MaxBy(m => m.AsOf.Instant)!.AsOf;
        return file.Confirmed.Title(asOf);
    }

    private List<string> Urls(IEnumerable<ReportedMedicine> medicines) => [.. medicines.Select(m => Statements[m.Line.LineId]).Distinct()];

    // List.source takes people and devices only.
    private string? EncounterSource() => file.Event.RecordedBy is { } by ? parts.Role(by) : null;

    private void Map(ReportedMedicine medicine, IReadOnlyList<CardLine> changes, bool wardOnly)
    {
        var line = medicine.Line;
        var organisation = file.Key?.Organisation.Value ?? file.Event.Source.Organisation?.Value ?? "unknown";
        var product = MedicationStatementMapper.ToMedication(line.Medicine, file.CaseId("Medication", line.LineId));
        Statements[line.LineId] = parts.Add(MedicationStatementMapper.ToStatement(
            medicine,
            new StatementLinks
            {
                Id = file.CaseId("MedicationStatement", line.LineId),
                PatientUrl = parts.Patient,
                Organisation = organisation,
                MedicationUrl = product is null ? null : parts.Add(product),
                EpisodeUrl = EpisodeUrl,
                SourceUrl = (line.DecidedBy ?? (file.Event as MedicationChange)?.DecidedBy) is { } decider ? parts.Role(decider) : null,
                AtDischarge = file.Event is Discharge,
                OnWard = file.Kind == EpisodeKind.Ward,
                WardOnly = wardOnly,
            },
            changes.Where(c => c.Line.LineId == line.LineId).OrderBy(c => c.OccurredAt.Instant)));
    }
}
