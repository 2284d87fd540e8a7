using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;

namespace Hub.Proxy.Routing;

/// <summary>Chooses who is told of an event: the person's practice, the CMHT and the wards. Pure: it reads no clock, file or store.</summary>
public static class RecipientList
{
    public const string CrtAdministration = "CRT administration";
    public const string IntegrationTeam = "integration team";

    /// <param name="value">The event.</param>
    /// <param name="episode">The episode with the event applied; null outside an episode.</param>
    /// <param name="identity">The person as held now, with the event applied.</param>
    /// <param name="partners">One snapshot of the partner files.</param>
    /// <param name="before">The episode without the event, where it was known.</param>
    public static RecipientChoice Choose(CareEvent value, EpisodeState? episode, PatientRef identity, IReadOnlyList<PartnerFile> partners, EpisodeState? before = null)
    {
        var rule = RoutingRules.Table[value.GetType()];
        var chosen = new List<ChosenRecipient>();
        var missing = new List<MissingRecipient>();

        if (rule.Gp && RoutingRules.ConcernsGp(value, episode, before))
        {
            AddPractice(identity.GpPractice ?? value.Patient.GpPractice ?? episode?.Patient.GpPractice, partners, chosen, missing);
        }

        if (rule.Cmht)
        {
            AddCommunityTeams(value, episode, partners, chosen, missing);
        }

        chosen.AddRange(EventTeams.Wards(value, episode, rule.Wards).Select(w => OfTeam(Audience.Ward, w, partners)));

        chosen.AddRange(chosen.Select(c => (Chosen: c, Shadow: RecipientMatch.ShadowOf(c, partners))).Where(c => c.Shadow is not null).ToList()
            .Select(c => c.Chosen with { Partner = c.Shadow, RecipientName = c.Shadow!.Name }));
        var held = HoldRules.For(value, episode, identity);
        return new(OncePerRecipient(chosen).Select(c => c with { HeldBecause = held }).ToList(), missing);
    }

    // The identity as held decides alone: a code that names no practice is never passed over for an older practice, which would get what is not theirs.
    private static void AddPractice(OdsCode? practice, IReadOnlyList<PartnerFile> partners, List<ChosenRecipient> chosen, List<MissingRecipient> missing)
    {
        if (practice is null or { NamesNoPractice: true })
        {
            missing.Add(new(Audience.Gp, "no-gp-practice", WhyNoPractice(practice), CrtAdministration, "Help the person to register with a practice, and settle who prescribes meanwhile."));
            return;
        }

        var partner = RecipientMatch.Practice(practice, partners);
        chosen.Add(new()
        {
            Audience = Audience.Gp,
            Practice = practice,
            Partner = partner,
            RecipientName = partner?.Name ?? $"GP practice {practice}",
            Unroutable = partner is null ? NoFile($"GP practice {practice}") : null,
        });
    }

    // ODS default codes; clinical rule 17.
    private static string WhyNoPractice(OdsCode? practice) => practice?.Value switch
    {
        "V81997" => "The person is registered with no GP practice (V81997): no GP can be told.",
        "V81998" => "A GP practice is said not to apply to this person (V81998): no GP can be told.",
        "V81999" => "The person's GP practice is not known (V81999): no GP can be told.",
        _ => "No GP practice is on record for this person: no GP can be told.",
    };

    private static void AddCommunityTeams(
        CareEvent value, EpisodeState? episode, IReadOnlyList<PartnerFile> partners, List<ChosenRecipient> chosen, List<MissingRecipient> missing)
    {
        var teams = EventTeams.Community(value, episode);
        chosen.AddRange(teams.Select(t => OfTakingOver(t, partners)));
        if (teams.Count == 0 && EventTeams.ExpectsCommunityTeam(value))
        {
            missing.Add(new(Audience.Cmht, "no-cmht", "The plan gives a community team something to do, and names none.", CrtAdministration, "Say which community team follows on, or that the GP alone does."));
        }
    }

    // A team that is to take over may be a ward by its partner file; where no file serves it, it counts as a community team without a way to it.
    private static ChosenRecipient OfTakingOver(Team team, IReadOnlyList<PartnerFile> partners) =>
        RecipientMatch.Team(Audience.Cmht, team, partners) is null && RecipientMatch.Team(Audience.Ward, team, partners) is not null
            ? OfTeam(Audience.Ward, team, partners)
            : OfTeam(Audience.Cmht, team, partners);

    private static ChosenRecipient OfTeam(Audience audience, Team team, IReadOnlyList<PartnerFile> partners)
    {
        var partner = RecipientMatch.Team(audience, team, partners);
        var name = (audience == Audience.Ward ? "Ward " : "Team ") + team.Name;
        return new()
        {
            Audience = audience,
            Team = team,
            Partner = partner,
            RecipientName = partner?.Name ?? name,
            Unroutable = partner is null ? NoFile(team.LocalCode is { } code ? $"{name} ({code})" : name) : null,
        };
    }

    private static UnroutableReason NoFile(string who) =>
        new($"No partner file serves {who}.", IntegrationTeam, "Add a partner file for it, or its code to the file that serves it; until then tell it by telephone.");

    /// <summary>A partner that stands for several of the chosen gets one message an audience; so does a team without a partner.</summary>
    private static IEnumerable<ChosenRecipient> OncePerRecipient(IEnumerable<ChosenRecipient> chosen) =>
        chosen.DistinctBy(c => (c.Audience, c.Partner?.Id ?? c.Practice?.Value ?? $"{c.Team?.LocalCode}|{c.Team?.Organisation}|{c.Team?.Name}"));
}
