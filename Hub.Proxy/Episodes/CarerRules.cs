using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>The people around the person: kept by id, with the whole history of what each may know (clinical rule 22).</summary>
internal static class CarerRules
{
    public static void Merge(EpisodeDraft draft, IReadOnlyList<Carer> said)
    {
        foreach (var carer in said)
        {
            var held = draft.State.Carers.FirstOrDefault(c => c.Id == carer.Id);
            if (held is not null && IsAnotherPerson(held, carer))
            {
                // NK1-1 is a place in a list, not a person: consent, and a warning, must not pass to whoever stands there next.
                Replace(draft, held, carer);
            }
            else
            {
                var consent = Consent(draft, carer.Id, held?.Consent ?? [], carer.Consent);
                var joined = draft.Take("carer:" + carer.Id) || held is null
                    ? Join(held ?? carer, carer)
                    : held with { MarkedAsRisk = held.MarkedAsRisk || carer.MarkedAsRisk }; // a warning is never too old
                Set(draft, carer.Id, joined with { Consent = consent });
            }
        }
    }

    public static HeldForPerson? Apply(EpisodeDraft draft, ConsentChanged change)
    {
        if (draft.State.Carers.FirstOrDefault(c => c.Id == change.CarerId) is not { } carer)
        {
            return new HeldForPerson("consent-for-unknown-carer", "A decision about what a carer may know came for a carer who was not heard of before.",
                "Ask the sender which carer is meant; until then nothing goes to any carer of this episode.", EpisodeHistory.ShiftLead);
        }

        Set(draft, carer.Id, carer with { Consent = Consent(draft, carer.Id, carer.Consent, change.Consent) });
        return null;
    }

    public static HeldForPerson? Apply(EpisodeDraft draft, CarerViewRecorded view)
    {
        if (draft.State.Carers.All(c => c.Id != view.CarerId))
        {
            draft.Note("carer-unknown", "carerId", "The view is of a carer who was not heard of before.");
        }

        draft.State = draft.State with { Remarks = FactRules.Union(draft.State.Remarks, [view.View]) };
        return null;
    }

    private static void Replace(EpisodeDraft draft, Carer held, Carer said)
    {
        if (!draft.Take("carer:" + said.Id))
        {
            return;
        }

        draft.Note("carer-replaced", $"carer {said.Id}", "Another person now stands under this carer's id; the earlier one's consent does not pass on.");
        Set(draft, said.Id, said);
        foreach (var kind in said.Consent.GroupBy(c => c.Class))
        {
            draft.Take($"consent:{said.Id}:{kind.Key}");
        }

        if (held.MarkedAsRisk)
        {
            var id = Enumerable.Range(1, int.MaxValue).Select(n => $"{held.Id}/earlier-{n}").First(i => draft.State.Carers.All(c => c.Id != i));
            Set(draft, id, held with { Id = id });
        }
    }

    private static bool IsAnotherPerson(Carer held, Carer said)
    {
        var family = PersonMatch.SurnamesDisagree(held.Name.Family, said.Name.Family);
        var given = PersonMatch.SurnamesDisagree(FirstGiven(held), FirstGiven(said));
        var text = held.Name.Text is { } a && said.Name.Text is { } b && PersonMatch.SurnamesDisagree(a, b);
        return said.Id.StartsWith("NK1", StringComparison.OrdinalIgnoreCase) ? family || given || text : family && given;
    }

    private static string? FirstGiven(Carer carer) => carer.Name.Given is [var first, ..] ? first : null;

    private static Carer Join(Carer held, Carer said) => said with
    {
        Relationship = said.Relationship ?? held.Relationship,
        LegalRole = said.LegalRole ?? held.LegalRole,
        IsCarer = said.IsCarer || held.IsCarer,
        IsNextOfKin = said.IsNextOfKin || held.IsNextOfKin,
        MarkedAsRisk = said.MarkedAsRisk || held.MarkedAsRisk, // a list that does not speak of it lifts no warning
        KnowsOfCare = said.KnowsOfCare || held.KnowsOfCare,
        Contacts = said.Contacts.Count > 0 ? said.Contacts : held.Contacts,
        Address = said.Address ?? held.Address,
        ViewOfDischargeDate = said.ViewOfDischargeDate ?? held.ViewOfDischargeDate,
        OwnSupport = said.OwnSupport ?? held.OwnSupport,
    };

    private static IReadOnlyList<CarerConsent> Consent(EpisodeDraft draft, string carerId, IReadOnlyList<CarerConsent> history, IReadOnlyList<CarerConsent> said)
    {
        foreach (var kind in said.GroupBy(c => c.Class))
        {
            history = draft.Take($"consent:{carerId}:{kind.Key}") ? Append(history, [.. kind]) : PutBefore(history, [.. kind]);
        }

        return history;
    }

    // Given, withdrawn, given again are three decisions; the same decisions sent again are none, least of all a dated consent that was withdrawn since.
    private static IReadOnlyList<CarerConsent> Append(IReadOnlyList<CarerConsent> history, IReadOnlyList<CarerConsent> said)
    {
        var ofClass = history.Where(c => c.Class == said[0].Class).ToList();
        var isTail = ofClass.Count >= said.Count && Sameness.Same(ofClass.TakeLast(said.Count).ToList(), said.ToList());
        return isTail ? history : [.. history, .. said.Where(s => s.At is null || !ofClass.Any(h => Sameness.Same(h, s)))];
    }

    private static IReadOnlyList<CarerConsent> PutBefore(IReadOnlyList<CarerConsent> history, IReadOnlyList<CarerConsent> said)
    {
        var missing = said.Where(s => !history.Any(h => Sameness.Same(h, s))).ToList();
        return missing.Count == 0 ? history : [.. missing, .. history];
    }

    private static void Set(EpisodeDraft draft, string id, Carer carer)
    {
        var carers = draft.State.Carers;
        draft.State = draft.State with
        {
            Carers = carers.Any(c => c.Id == id) ? [.. carers.Select(c => c.Id == id ? carer : c)] : [.. carers, carer],
        };
    }
}
