using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>
/// One carer's copy: the general sheet, and of the person's own affairs only the kinds that the person agreed to (clinical rule 22). Consent is read
/// from the episode handed in, so a copy composed at the moment of sending holds nothing that was withdrawn meanwhile.
/// </summary>
public static class CarerCopy
{
    private static readonly (string, string) Handling = (HandoutPage.CarerCopy, "For one carer: to be handed over, and composed anew each time");

    /// <summary>Why this contact gets nothing, in words without anything about anyone; null where a copy may be made.</summary>
    public static string? WhyNot(ComposeRequest request, Carer carer)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(carer);
        return request.Episode?.Carers.LastOrDefault(c => c.Id == carer.Id) switch
        {
            null => "The episode knows no such contact.",
            { MarkedAsRisk: true } => "The contact is marked as a risk: nothing goes to them.",
            _ when carer.MarkedAsRisk => "The contact is marked as a risk: nothing goes to them.",
            { IsCarer: false } => "Next of kin alone is not a carer.",
            { KnowsOfCare: false } held when Consents(held).Count == 0 => "The carer does not know of the care and the person has agreed to nothing: a copy would tell them.",
            _ => HandoutGate.WhyNot(request.Event, request.Episode),
        };
    }

    /// <summary>The copy as a document Bundle, checked; null where <see cref="WhyNot"/> says why there is none. <see cref="ComposeRequest.Audience"/> is not read.</summary>
    public static ComposedBody? Compose(ComposeRequest request, Carer carer)
    {
        if (WhyNot(request, carer) is not null)
        {
            return null;
        }

        var consents = Consents(request.Episode!.Carers.Last(c => c.Id == carer.Id));
        var file = CaseFileReader.Open(HandoutGate.Bare(request));
        // Who it is about is known to the carer; a paper that is found tells nobody else.
        var parts = new HandoutParts(file, ProfileClaims.Claim(new Patient { Id = file.PatientId, Active = true }));
        var sections = new CarerSections(file, HandoutFacts.Of(file), parts, consents);
        return HandoutBundle.ToBody(new HandoutDraft
        {
            File = file,
            Parts = parts,
            Handling = Handling,
            Reader = carer.Id,
            Title = "For carers: who we are and how to reach us",
            Type = ("371531000", "Report of clinical encounter"),
            Sections = [.. sections.All()],
            Issues = sections.Issues,
        }, request);
    }

    // Given and nothing else: whoever was not asked, or cannot decide now, has not agreed (clinical rule 22).
    private static HashSet<ConsentClass> Consents(Carer carer) => [.. Enum.GetValues<ConsentClass>().Where(c => carer.ConsentFor(c) == Events.ConsentState.Given)];
}
