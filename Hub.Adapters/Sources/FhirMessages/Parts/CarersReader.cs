using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages.Parts;

/// <summary>People around the person and what they may be told: RelatedPerson, Consent. Consent is never assumed.</summary>
internal static class CarersReader
{
    public static IReadOnlyList<Carer> Read(ReadMessage message)
    {
        var consents = message.Parts.All<R4.Consent>().Where(c => IsCarers(message, c)).ToList();
        return [.. message.Parts.All<R4.RelatedPerson>().Select(p => ToCarer(message, p, consents)).OfType<Carer>()];
    }

    private static Carer? ToCarer(ReadMessage message, R4.RelatedPerson person, List<R4.Consent> consents)
    {
        if (Values.Flag(person.ActiveElement) == false || Values.Name(person.Name) is not { } name)
        {
            message.Parts.NotMapped("RelatedPerson (not active, or without a name)");
            return null;
        }

        var roles = person.Relationship.Select(r => (Concept: Values.Concept(r), IsKin: Values.Code(r, CodeSystems.ContactRole) == "N")).Where(r => r.Concept is not null).ToList();
        bool IsCarer((Coded? Concept, bool IsKin) role) => string.Equals(role.Concept!.Text, "carer", StringComparison.OrdinalIgnoreCase);
        bool IsLegal((Coded? Concept, bool IsKin) role) => role.Concept!.Text.Equals("nearest relative", StringComparison.OrdinalIgnoreCase) || role.Concept.Text.Equals("nominated person", StringComparison.OrdinalIgnoreCase);
        return new Carer
        {
            Id = person.Identifier.Select(i => Values.Text(i.ValueElement)).FirstOrDefault(v => v is not null) ?? Values.Text(person.IdElement) ?? name.Display(),
            Name = name,
            Relationship = roles.Where(r => !r.IsKin && !IsCarer(r) && !IsLegal(r)).Select(r => r.Concept).FirstOrDefault(),
            IsCarer = roles.Exists(r => IsCarer(r)),
            IsNextOfKin = roles.Exists(r => r.IsKin),
            LegalRole = roles.Where(IsLegal).Select(r => r.Concept).FirstOrDefault(),
            Contacts = Values.Contacts(person.Telecom),
            Address = Values.Address(person.Address),
            Consent = [.. consents.SelectMany(c => Classes(message, c, person))],
        };
    }

    // Only what names a class of ours says which information a carer may have; any other consent goes to no carer by itself.
    private static bool IsCarers(ReadMessage message, R4.Consent consent)
    {
        if (Values.Text(consent.StatusElement) == "active" && Provisions(consent).Any(p => Values.Code(p.Code, CodeSystems.ConsentClass) is not null))
        {
            return true;
        }

        message.Parts.NotMapped("Consent (not active, or of no class of information for carers)");
        return false;
    }

    private static IEnumerable<CarerConsent> Classes(ReadMessage message, R4.Consent consent, R4.RelatedPerson person)
    {
        foreach (var provision in Provisions(consent).Where(p => p.Actor.Exists(a => message.Parts.Look(a.Reference) == person)))
        {
            if (ClassOf(Values.Code(provision.Code, CodeSystems.ConsentClass)) is { } kind && State(provision) is var state and not ConsentState.NotAsked)
            {
                yield return new CarerConsent { Class = kind, State = state, At = Values.Time(consent.DateTimeElement) };
            }
        }
    }

    private static List<R4.Consent.provisionComponent> Provisions(R4.Consent consent) => consent.Provision?.Provision ?? [];

    private static ConsentClass? ClassOf(string? code) => code switch
    {
        "general" => ConsentClass.General, "plan" => ConsentClass.Plan, "medication" => ConsentClass.Medication, "risk" => ConsentClass.Risk, "crisis-plan" => ConsentClass.CrisisPlan, _ => null,
    };

    // A permission is consent; why there is none stands in the words, and without them nobody asked.
    private static ConsentState State(R4.Consent.provisionComponent provision)
    {
        var words = provision.Code.Select(c => Values.Text(c.TextElement)).FirstOrDefault(t => t is not null) ?? "";
        return Values.Text(provision.TypeElement) == "permit" ? ConsentState.Given
            : words.EndsWith(": refused", StringComparison.Ordinal) ? ConsentState.Refused
            : words.EndsWith(": withdrawn", StringComparison.Ordinal) ? ConsentState.Withdrawn
            : words.Contains(": lacks capacity", StringComparison.Ordinal) ? ConsentState.LacksCapacity
            : ConsentState.NotAsked;
    }
}
