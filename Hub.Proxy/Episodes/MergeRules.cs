using Hub.Fhir.Events;
using Hub.Proxy.Store;

namespace Hub.Proxy.Episodes;

/// <summary>What a statement about who is who leads to.</summary>
internal abstract record MergeJudgement
{
    private protected MergeJudgement() { }
}

/// <summary>Two persons become one, or are taken apart again.</summary>
internal sealed record MergeStands(Guid Survivor, Guid Retired, bool Undo) : MergeJudgement;

/// <summary>Nothing is to be joined or parted.</summary>
internal sealed record MergeNothing(string Why) : MergeJudgement
{
    /// <summary>The survivor with the ids of a record that the hub never held, so that later messages under them find the survivor; null leaves it.</summary>
    public PatientRef? Identity { get; init; }
}

/// <summary>Parked as urgent: a person decides. Neither text holds patient data.</summary>
internal sealed record MergeHeld(string Reason, string NextStep) : MergeJudgement;

/// <summary>A merge that the hub made and nobody undid, with the retired person as last held.</summary>
internal sealed record StandingMerge(Guid Survivor, Guid Retired, PatientRef RetiredIdentity);

/// <summary>Judges A40, A37, A24 and A47 (clinical rule 4): what could join two people by mistake is never done by machine.</summary>
internal static class MergeRules
{
    private const string Decide = "Compare both records in the sending system and by a fresh trace, then join or part them by hand; nothing has been changed.";

    /// <param name="careEvent">A merge, un-merge or link; any other event is a fault of the caller.</param>
    /// <param name="survivor">The person that <see cref="CareEvent.Patient"/> names.</param>
    /// <param name="others">Whoever is known under the identifiers of the other record.</param>
    /// <param name="standing">Merges that stand; without them no un-merge is done by machine.</param>
    public static MergeJudgement Judge(
        CareEvent careEvent, KnownPerson survivor, IReadOnlyList<KnownPerson> others, IReadOnlyList<StandingMerge>? standing = null) => careEvent switch
        {
            PatientMerged merged => Merge(merged, survivor, [.. others.Where(o => o.PersonId != survivor.PersonId).DistinctBy(o => o.PersonId)]),
            PatientUnmerged unmerged => Unmerge(unmerged, survivor, standing ?? []),
            PatientLinkReported { Kind: PatientLinkKind.Linked } => new MergeHeld("The sender says that two records are the same person (A24); the hub never joins records on a link.", Decide),
            PatientLinkReported => new MergeHeld("The sender changed an identifier of a person (A47).", Decide),
            _ => throw new ArgumentException("not an identity event", nameof(careEvent)),
        };

    private static MergeJudgement Merge(PatientMerged merged, KnownPerson survivor, List<KnownPerson> others)
    {
        if (others.Count > 1)
        {
            return new MergeHeld("The identifiers of the record to be retired belong to different persons.", Decide);
        }

        // What is held and what the message says both count: either may show two people.
        PatientRef[] keeps = [survivor.Identity, merged.Patient];
        PatientRef[] goes = [.. others.Select(o => o.Identity), merged.Retired];
        PatientRef[] all = [.. keeps, .. goes];
        if (all.Select(i => i.NhsNumber).OfType<NhsNumber>().Distinct().Count() > 1)
        {
            return new MergeHeld(
                IsVerified(keeps) && IsVerified(goes)
                    ? "The sender merged two records (A40) that have two verified NHS numbers."
                    : "The sender merged two records (A40) that have two NHS numbers.",
                Decide);
        }

        if (all.Any(one => all.Any(other => PersonMatch.Disagreement(one, other) is not null)))
        {
            return new MergeHeld("The sender merged two records (A40) whose dates of birth or surnames disagree.", Decide);
        }

        if (others.Count == 1)
        {
            return new MergeStands(survivor.PersonId, others[0].PersonId, Undo: false);
        }

        var held = PatientIdentity.Merge(survivor.Identity, merged.Patient);
        var adopted = held with { LocalIds = [.. held.LocalIds.Union(merged.Retired.LocalIds)] };
        return new MergeNothing("The hub holds both records as one person, or never held the retired one.")
        {
            Identity = adopted.LocalIds.Count > survivor.Identity.LocalIds.Count ? adopted : null,
        };
    }

    private static MergeJudgement Unmerge(PatientUnmerged unmerged, KnownPerson survivor, IReadOnlyList<StandingMerge> standing)
    {
        var matching = standing.Where(m => m.Survivor == survivor.PersonId && PersonMatch.SharesIdentifier(m.RetiredIdentity, unmerged.Separated)).ToList();
        return matching.Count == 1
            ? new MergeStands(matching[0].Survivor, matching[0].Retired, Undo: true)
            : new MergeHeld("The sender undid a merge (A37) that the hub does not hold, or holds more than once.", Decide);
    }

    private static bool IsVerified(PatientRef[] identities) => identities.Any(i => i.NhsNumberStatus is NhsNumberStatus.Verified && i.NhsNumber is not null);
}
