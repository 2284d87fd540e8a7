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
        partners.Where(p => p.Role == PartnerRole.Recipient && p.Audience == audience && CodesOf(p).Contains(code, StringComparer.OrdinalIgnoreCase))
            .OrderBy(p => p.Mode).FirstOrDefault(); // live before shadow

    /// <summary>The partner in shadow mode that stands for the same beside a live one; null where none does.</summary>
    public static PartnerFile? ShadowOf(ChosenRecipient chosen, IReadOnlyList<PartnerFile> partners) => chosen.Partner is not { Mode: PartnerMode.Live } ? null
        : new[] { chosen.Practice?.Value, chosen.Team?.LocalCode, chosen.Team?.Organisation?.Value }.OfType<string>()
            .Select(code => Find(chosen.Audience, code, [.. partners.Where(p => p.Mode == PartnerMode.Shadow)])).FirstOrDefault(p => p is not null);
}
