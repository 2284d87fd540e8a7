using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages.Parts;

/// <summary>The episode and its teams: EpisodeOfCare, Encounter, CareTeam.</summary>
internal sealed class EpisodeReader
{
    private readonly ReadMessage message;
    private readonly R4.CareTeam? around;

    public EpisodeReader(ReadMessage message)
    {
        this.message = message;
        Encounter = message.Parts.FirstOf<R4.Encounter>([.. message.Header.Focus, .. message.Composition?.Encounter is { } of ? new[] { of } : []])
            ?? message.Parts.First<R4.Encounter>();
        Episode = message.Parts.FirstOf<R4.EpisodeOfCare>(Encounter?.EpisodeOfCare ?? []) ?? message.Parts.First<R4.EpisodeOfCare>();
        around = message.Parts.FirstOf<R4.CareTeam>(Episode?.Team ?? []) ?? message.Parts.First<R4.CareTeam>();
        foreach (var further in message.Parts.Seen<R4.Encounter>().Where(e => e != Encounter))
        {
            message.Parts.NotMapped("Encounter (a message is about one)");
        }
    }

    public R4.Encounter? Encounter { get; }
    public R4.EpisodeOfCare? Episode { get; }

    /// <summary>Whose the episode is and its number there; null where nobody numbered it.</summary>
    public EpisodeKey? Key => Numbered(Episode?.Identifier) ?? Numbered(Encounter?.Identifier);

    /// <summary>Crisis team or ward; null where neither class, type nor the sender's file says so.</summary>
    public EpisodeKind? Kind => Values.Text(Encounter?.Class?.CodeElement) switch
    {
        "HH" => EpisodeKind.Crt,
        "IMP" or "ACUTE" or "NONAC" => EpisodeKind.Ward,
        _ when (Values.Code(Episode?.Type ?? [], CodeSystems.MhsdsTeamType) ?? Team?.TypeCode) is "A02" or "A03" or "A04" => EpisodeKind.Crt,
        _ => message.Settings.OtherEncountersAre switch { "crt" => EpisodeKind.Crt, "ward" => EpisodeKind.Ward, _ => null },
    };

    public Team? Team => PeopleReader.Team(message, Episode?.ManagingOrganization) ?? PeopleReader.Team(message, Encounter?.ServiceProvider);

    /// <summary>The team that must be named: the episode's, else the sender's own organisation, with a note.</summary>
    public Team TeamOrSender()
    {
        if (Team is { } named)
        {
            return named;
        }

        message.Note("team-not-sent", "EpisodeOfCare.managingOrganization", "Which team it is was not sent; the sending organisation stands in its place.");
        return PeopleReader.Team(message, message.Header.Sender) ?? new Team { Name = message.Partner.Name, Organisation = message.Partner.Organisation };
    }

    public Team? Cmht => TeamOf("Community mental health team");
    public Team? Ward => TeamOf("Ward");
    public Actor? LeadWorker => Member("Lead worker") ?? (Consultant is null ? Participant("ATND") : null);
    public Actor? KeyWorker => Member("Key worker") ?? Participant("PPRF");
    public Actor? Consultant => Member("Consultant") ?? Participant("CON");
    public Actor? Discharger => Participant("DIS");

    /// <summary>The care co-ordinator: a member of the care team, or the words that say there is none. Blank is never read as nobody.</summary>
    public CareCoordinator CareCoordinator
    {
        get
        {
            if ((Member("Care co-ordinator") ?? Member("Care coordinator")) is { } person)
            {
                return new() { Status = CareCoordinatorStatus.Named, Person = person };
            }

            var words = around?.Note.Select(n => Values.Text(n.TextElement)).FirstOrDefault(n => n?.StartsWith("Care co-ordinator: none", StringComparison.Ordinal) == true);
            return words is null ? CareCoordinator.Unknown : new()
            {
                Status = CareCoordinatorStatus.None,
                Lead = words.IndexOf(", ", StringComparison.Ordinal) is > 0 and var at ? words[(at + 2)..] : null,
            };
        }
    }

    public ClinicalTime? Began => Values.Time(Encounter?.Period?.StartElement) ?? Values.Time(Episode?.Period?.StartElement);
    public ClinicalTime? Ended => Values.Time(Encounter?.Period?.EndElement) ?? Values.Time(Episode?.Period?.EndElement);
    public string? Reason => Encounter?.ReasonCode.Select(Values.Concept).FirstOrDefault(c => c is not null)?.Text;
    public string? AdmissionMethod => Values.Code(Values.Extension(Encounter?.Hospitalization, "AdmissionMethod")?.Value as R4.CodeableConcept, CodeSystems.AdmissionMethod);
    public string? SourceOfAdmission => Values.Code(Encounter?.Hospitalization?.AdmitSource, CodeSystems.SourceOfAdmission);
    public string? DischargeMethod => Values.Code(Values.Extension(Encounter, "DischargeMethod")?.Value as R4.CodeableConcept, CodeSystems.DischargeMethod);
    public string? Destination => Values.Code(Encounter?.Hospitalization?.DischargeDisposition, CodeSystems.DischargeDestination);

    public Coded? LegalStatus
    {
        get
        {
            var classification = Values.Extension(Encounter, "LegalStatus")?.Extension.Find(e => e.Url == "legalStatusClassification")?.Value as R4.CodeableConcept;
            return Values.Concept(classification) is { } legal ? legal with { System = null } : null;
        }
    }

    private EpisodeKey? Numbered(IReadOnlyList<R4.Identifier>? identifiers)
    {
        var own = (identifiers ?? []).Where(i => Values.Text(i.ValueElement) is not null && !PeopleReader.IsDerived(i)).ToList();
        var chosen = own.Find(i => Values.Text(i.SystemElement) == message.Settings.EpisodeSystem) ?? own.FirstOrDefault();
        if (chosen is null)
        {
            return null;
        }

        var system = Values.Text(chosen.SystemElement) ?? "";
        var organisation = system.StartsWith(CodeSystems.EpisodeId + "/", StringComparison.Ordinal) && OdsCode.TryParse(system[(CodeSystems.EpisodeId.Length + 1)..], out var ours) ? ours
            : PeopleReader.OdsOf(chosen.Assigner) ?? message.Organisation;
        return new EpisodeKey(organisation, Values.Text(chosen.ValueElement)!);
    }

    private Team? TeamOf(string role) => Participants(role).Select(p => PeopleReader.Team(message, p.Member)).FirstOrDefault(t => t is not null);

    private Actor? Member(string role) => Participants(role).Select(p => PeopleReader.Actor(message, p.Member)).FirstOrDefault(a => a is not null);

    private IEnumerable<R4.CareTeam.ParticipantComponent> Participants(string role) =>
        (around?.Participant ?? []).Where(p => p.Role.Exists(r => string.Equals(Values.Concept(r)?.Text, role, StringComparison.OrdinalIgnoreCase)));

    private Actor? Participant(string type) => (Encounter?.Participant ?? [])
        .Where(p => Values.Code(p.Type, CodeSystems.V3ParticipationType) == type).Select(p => PeopleReader.Actor(message, p.Individual)).FirstOrDefault(a => a is not null);
}
