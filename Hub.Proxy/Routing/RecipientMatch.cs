using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;

namespace Hub.Proxy.Routing;

/// <summary>Finds the partner that stands for a practice, a team or a ward. By code only: a name is no address.</summary>
internal static class RecipientMatch
{
    /// <summary>
    /// The codes a recipient is found by. A practice always by its organisation code; a team or ward by its organisation code only where it lists no
    /// codes of its own, because one trust has many teams and the wrong one must not be told.
    /// </summary>
    public static IEnumerable<string> CodesOf(PartnerFile partner) =>
        (partner.Audience == Audience.Gp || partner.Serves.Count == 0) && partner.Organisation is { } organisation
            ? partner.Serves.Append(organisation.Value).Distinct(StringComparer.OrdinalIgnoreCase)
            : partner.Serves.Distinct(StringComparer.OrdinalIgnoreCase);

    public static PartnerFile? Practice(OdsCode practice, IReadOnlyList<PartnerFile> partners) => Find(Audience.Gp, practice.Value, partners);

    /// <summary>By the team's own code; by its organisation where it has none, or where one partner stands for the whole organisation.</summary>
    public static PartnerFile? Team(Audience audience, Team team, IReadOnlyList<PartnerFile> partners) =>
        (team.LocalCode is { } code ? Find(audience, code, partners) : null)
        ?? (team.Organisation is { } organisation ? Find(audience, organisation.Value, partners) : null);

    private static PartnerFile? Find(Audience audience, string code, IReadOnlyList<PartnerFile> partners) =>
        partners.FirstOrDefault(p => p.Role == PartnerRole.Recipient && p.Audience == audience && CodesOf(p).Contains(code, StringComparer.OrdinalIgnoreCase));
}
