using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>The resources of one message: found by reference or by type, and what of them nobody read.</summary>
internal sealed class MessageParts
{
    private readonly List<R4.Resource> resources = [];
    private readonly Dictionary<string, R4.Resource> byAddress = new(StringComparer.Ordinal);
    private readonly HashSet<R4.Resource> read = new(ReferenceEqualityComparer.Instance);
    private readonly SortedSet<string> notMapped = new(StringComparer.Ordinal);

    public MessageParts(R4.Bundle bundle)
    {
        foreach (var entry in bundle.Entry)
        {
            if (entry.Resource is not { } resource)
            {
                continue;
            }

            resources.Add(resource);
            if (Values.Text(entry.FullUrlElement) is { } url)
            {
                byAddress.TryAdd(url, resource);
            }

            if (Values.Text(resource.IdElement) is { } id)
            {
                byAddress.TryAdd($"{resource.TypeName}/{id}", resource);
            }
        }
    }

    /// <summary>Every resource of a type, in the order of the message; each counts as read.</summary>
    public IReadOnlyList<T> All<T>() where T : R4.Resource => [.. resources.OfType<T>().Select(Read)];

    /// <summary>The first of a type; null where there is none.</summary>
    public T? First<T>() where T : R4.Resource => resources.OfType<T>().FirstOrDefault() is { } first ? Read(first) : null;

    /// <summary>Looks without reading.</summary>
    public IEnumerable<T> Seen<T>() where T : R4.Resource => resources.OfType<T>();

    public T? Find<T>(R4.ResourceReference? reference) where T : R4.Resource => Look(reference) is T found ? Read(found) : null;

    public T? FirstOf<T>(IEnumerable<R4.ResourceReference> references) where T : R4.Resource => references.Select(Find<T>).FirstOrDefault(r => r is not null);

    /// <summary>Address of an entry or <c>Type/id</c>; a version at its end is left out.</summary>
    public R4.Resource? Look(R4.ResourceReference? reference)
    {
        if (Values.Text(reference?.ReferenceElement) is not { } address)
        {
            return null;
        }

        var version = address.IndexOf("/_history/", StringComparison.Ordinal);
        return byAddress.GetValueOrDefault(version < 0 ? address : address[..version]);
    }

    /// <summary>Says that something was there and went nowhere: its place, and why where it is not plain.</summary>
    public void NotMapped(string what) => notMapped.Add(what);

    /// <summary>What of the message is in no event: whole resources nobody asked for, and elements of those that were read.</summary>
    public IReadOnlyList<string> Unread()
    {
        foreach (var group in resources.Where(r => !read.Contains(r)).GroupBy(r => r.TypeName))
        {
            notMapped.Add(group.Count() == 1 ? group.Key : $"{group.Key} ({group.Count()})");
        }

        foreach (var element in read.SelectMany(r => ReadElements.NotRead(r)))
        {
            notMapped.Add(element);
        }

        return [.. notMapped];
    }

    private T Read<T>(T resource) where T : R4.Resource
    {
        read.Add(resource);
        return resource;
    }
}

/// <summary>Which elements of each resource the readers look at; any other that is there is listed as not mapped.</summary>
internal static class ReadElements
{
    // Of every resource: what says nothing of the person.
    private static readonly string[] Everywhere = ["id", "meta", "text", "language", "identifier", "subject", "patient", "for", "encounter", "active"];

    private static readonly Dictionary<string, string[]> OfType = new(StringComparer.Ordinal)
    {
        ["MessageHeader"] = ["event", "destination", "sender", "source", "responsible", "reason", "focus", "definition", "author", "enterer"],
        ["Composition"] = ["status", "type", "category", "date", "author", "title", "confidentiality", "custodian", "section", "attester", "relatesTo"],
        ["Patient"] = ["name", "telecom", "gender", "birthDate", "deceased", "address", "communication", "generalPractitioner", "link", "extension"],
        ["Organization"] = ["type", "name", "telecom", "partOf"],
        ["Practitioner"] = ["name", "telecom"],
        ["PractitionerRole"] = ["practitioner", "organization", "code", "telecom"],
        ["EpisodeOfCare"] = ["status", "type", "managingOrganization", "period", "careManager", "team"],
        ["Encounter"] = ["extension", "status", "class", "type", "episodeOfCare", "participant", "period", "reasonCode", "hospitalization", "serviceProvider", "serviceType"],
        ["CareTeam"] = ["status", "participant", "managingOrganization", "note"],
        ["Condition"] = ["clinicalStatus", "verificationStatus", "category", "code", "recordedDate"],
        ["AllergyIntolerance"] = ["clinicalStatus", "verificationStatus", "code", "onset", "reaction", "note"],
        ["Flag"] = ["status", "category", "code", "author"],
        ["MedicationStatement"] =
            ["extension", "status", "statusReason", "category", "medication", "context", "effective", "dateAsserted", "informationSource", "reasonCode", "dosage", "note"],
        ["MedicationRequest"] =
            ["extension", "status", "statusReason", "intent", "category", "medication", "authoredOn", "requester", "reasonCode", "dosageInstruction", "dispenseRequest", "note", "priorPrescription", "substitution"],
        ["Medication"] = ["code", "form"],
        ["List"] = ["status", "mode", "title", "code", "date", "source", "note", "entry", "emptyReason"],
        ["CarePlan"] = ["status", "intent", "title", "created", "author", "activity"],
        ["Task"] = ["status", "intent", "description", "authoredOn", "requester", "owner", "restriction"],
        ["Appointment"] = ["extension", "status", "description", "comment", "participant", "start", "end", "requestedPeriod"],
        ["RelatedPerson"] = ["relationship", "name", "telecom", "address"],
        ["Consent"] = ["status", "scope", "category", "dateTime", "organization", "policy", "provision"],
        ["DocumentReference"] = ["status", "type", "category", "date", "author", "description", "content"],
        ["Provenance"] = ["target", "occurred", "recorded", "activity", "agent", "entity", "reason"],
    };

    public static IEnumerable<string> NotRead(R4.Resource resource)
    {
        var known = OfType.GetValueOrDefault(resource.TypeName) ?? [];
        return resource.EnumerateElements().Select(e => Name(e.Key)).Where(n => !Everywhere.Contains(n) && !known.Contains(n)).Distinct().Select(n => $"{resource.TypeName}.{n}");
    }

    // A choice of types comes as event[x] or as eventCoding, by the way it was read.
    private static string Name(string key) => key.Replace("[x]", "", StringComparison.Ordinal);
}
