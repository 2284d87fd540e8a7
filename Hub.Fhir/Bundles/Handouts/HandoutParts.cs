using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>The few resources that a copy to hand over refers to.</summary>
internal sealed class HandoutParts
{
    private readonly List<Bundle.EntryComponent> entries = [];
    private readonly HashSet<string> urls = new(StringComparer.Ordinal);

    public HandoutParts(CaseFile file, Patient patient)
    {
        Patient = Add(patient);
        var team = file.Author ?? new Team { Name = file.Event.Source.Facility ?? file.Event.Source.Application, Organisation = file.Event.Source.Organisation };
        Author = Add(OrganizationMapper.ToOrganization(
            team, ResourceIds.For("Organization", team.Organisation?.Value ?? "", team.LocalCode ?? "", team.Name), null));
    }

    public IReadOnlyList<Bundle.EntryComponent> Entries => entries;
    public string Patient { get; }
    public string Author { get; }

    public string Add(Resource resource)
    {
        var url = ResourceIds.Url(resource.Id!);
        if (urls.Add(url))
        {
            entries.Add(new Bundle.EntryComponent { FullUrl = url, Resource = resource });
        }

        return url;
    }

    /// <summary>
    /// A medicine as it stands on the page and no more: no notes, no supply limits, nobody's direct number. Without
    /// <paramref name="withReasons"/> nothing says what it is for or why it changed: that may tell a diagnosis or a risk.
    /// </summary>
    public string Statement(CaseFile file, ReportedMedicine medicine, IEnumerable<CardLine> changes, bool withReasons)
    {
        var line = medicine.Line;
        var shown = medicine with
        {
            Line = line with { Reason = withReasons ? line.Reason : null, Indication = withReasons ? line.Indication : null, DecidedBy = null, Note = null },
        };
        var statement = MedicationStatementMapper.ToStatement(shown, new StatementLinks
        {
            Id = file.CaseId("MedicationStatement", line.LineId, "handout"),
            PatientUrl = Patient,
            Organisation = file.Key?.Organisation.Value ?? file.Event.Source.Organisation?.Value ?? "unknown",
            AtDischarge = file.Event is Discharge,
            OnWard = file.Kind == EpisodeKind.Ward,
        }, []);
        foreach (var change in changes.OrderBy(c => c.OccurredAt.Instant))
        {
            statement.Extension.Add(MedicationStatementMapper.Change(withReasons ? change : change with { Reason = "" }));
        }

        return Add(statement);
    }
}
