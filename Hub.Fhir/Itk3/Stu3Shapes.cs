using System.Text.Json.Nodes;
using Hub.Fhir.Resources;
using static Hub.Fhir.Itk3.Stu3Edits;

namespace Hub.Fhir.Itk3;

/// <summary>The differences that take more than a new name.</summary>
internal static class Stu3Shapes
{
    private const string Absent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

    /// <summary>A required code that STU3 has no word for stays away, and says that it is not known: any other code would claim something.</summary>
    public static void NoValue(JsonObject holder, string name)
    {
        holder.Remove(name);
        holder["_" + name] = new JsonObject { ["extension"] = new JsonArray(new JsonObject { ["url"] = Absent, ["valueCode"] = "unknown" }) };
    }

    public static void Except(JsonObject consent, string name)
    {
        var root = Take(consent, name)!.AsObject();
        if (root["type"] is not null)
        {
            Carry("Consent.provision.type", "valueCode")(root, "type");
            foreach (var extension in Take(root, "extension")!.AsArray().ToList())
            {
                Add(consent, "extension", extension!.DeepClone());
            }
        }

        foreach (var provision in Objects(Take(root, "provision")).ToList())
        {
            var except = provision.DeepClone().AsObject();
            foreach (var concept in Objects(Take(except, "code")).ToList())
            {
                Add(except, "code", ToCoding(concept, "Consent.provision.code"));
            }

            Add(consent, "except", except);
        }

        NothingLeft(root, "Consent.provision");
    }

    public static void StatusReason(JsonObject statement, string name)
    {
        var status = Text(statement, "status");
        foreach (var reason in Objects(Take(statement, name)).ToList())
        {
            Add(statement, "note", new JsonObject { ["text"] = $"Reason for the status \"{status}\": {Text(reason, "text")}" });
        }
    }

    public static void DoseAndRate(JsonObject dosage, string name)
    {
        var doses = Objects(Take(dosage, name)).ToList();
        if (doses.Count > 1)
        {
            throw new Itk3MappingException("Dosage.doseAndRate", "stands more than once, and STU3 takes one");
        }

        foreach (var part in doses.SelectMany(d => d).Where(p => p.Key.StartsWith("dose", StringComparison.Ordinal) || p.Key.StartsWith("rate", StringComparison.Ordinal)).ToList())
        {
            dosage[part.Key] = part.Value!.DeepClone();
        }
    }

    public static void Substitution(JsonObject request, string name)
    {
        var substitution = Take(request, name)!.AsObject();
        if (substitution["allowedBoolean"] is { } allowed)
        {
            request[name] = new JsonObject { ["allowed"] = allowed.DeepClone() };
        }
        else if (substitution["allowedCodeableConcept"] is not null)
        {
            Carry("MedicationRequest.substitution.allowed", "valueCodeableConcept")(substitution, "allowedCodeableConcept");
            Add(request, "extension", substitution["extension"]!.AsArray()[0]!.DeepClone());
        }
    }

    public static void RequestStatus(JsonObject request, string name) => request[name] = Text(request, name) switch
    {
        "on-hold" => "suspended",
        "revoked" => "cancelled",
        var other => other,
    };

    public static void EventStatus(JsonObject communication, string name)
    {
        switch (Text(communication, name))
        {
            case "not-done":
                communication[name] = "aborted";
                communication["notDone"] = true;
                break;
            case "on-hold":
                communication[name] = "suspended";
                break;
            case "stopped":
                communication[name] = "aborted";
                break;
            case "unknown":
                NoValue(communication, name);
                break;
        }
    }

    /// <summary>The SNOMED CT heading stands alone where there is one; where PRSB names none, the record-standard heading stays, so that the section keeps its kind.</summary>
    public static void SectionCodes(JsonObject holder, string name)
    {
        foreach (var section in Objects(holder[name]))
        {
            if (section["code"]?["coding"] is JsonArray codings && codings.OfType<JsonObject>().Any(c => Text(c, "system") == CodeSystems.Snomed))
            {
                foreach (var other in codings.OfType<JsonObject>().Where(c => Text(c, "system") == CodeSystems.RecordStandardHeadings).ToList())
                {
                    codings.Remove(other);
                }
            }

            SectionCodes(section, name);
        }
    }

    private static void NothingLeft(JsonObject holder, string path)
    {
        if (holder.Count > 0)
        {
            throw new Itk3MappingException($"{path}.{holder.First().Key}", "is not carried to STU3");
        }
    }
}
