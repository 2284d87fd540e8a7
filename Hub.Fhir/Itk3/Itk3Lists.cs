using System.Text.Json.Nodes;
using Hub.Fhir.Resources;
using static Hub.Fhir.Itk3.Stu3Edits;

namespace Hub.Fhir.Itk3;

/// <summary>
/// ITK's documents refer to allergies and diagnoses through a List (CareConnect-ITK-Allergy-List-1, CareConnect-ITK-Condition-List-1), where ours refer to each: the section
/// points at the List, and the List at what the section pointed at.
/// </summary>
internal static class Itk3Lists
{
    private static readonly (string Heading, string Display, string Kind, string Profile)[] Listed =
    [
        ("886921000000105", "Allergies and adverse reactions", "AllergyIntolerance", "CareConnect-ITK-Allergy-List-1"),
        ("887161000000102", "Diagnoses", "Condition", "CareConnect-ITK-Condition-List-1"),
    ];

    /// <summary>The lists, and the sections of the Composition changed so that they point at them.</summary>
    public static IEnumerable<JsonObject> Of(JsonObject composition, R4Message source)
    {
        foreach (var section in Objects(composition["section"]).ToList())
        {
            foreach (var (heading, display, kind, profile) in Listed.Where(l => Objects(section["code"]?["coding"]).Any(c => Text(c, "code") == l.Heading)))
            {
                var items = Objects(section["entry"]).Where(e => Text(source.ResourceAt(Text(e, "reference")), "resourceType") == kind).ToList();
                if (items.Count > 0)
                {
                    yield return Under(section, items, ToList(composition, items, heading, display, profile));
                }
            }
        }
    }

    private static JsonObject Under(JsonObject section, List<JsonObject> items, JsonObject list)
    {
        var entries = section["entry"]!.AsArray();
        foreach (var item in items)
        {
            entries.Remove(item);
        }

        entries.Insert(0, (JsonNode)new JsonObject { ["reference"] = ResourceIds.Url(Text(list, "id")!) });
        return list;
    }

    private static JsonObject ToList(JsonObject composition, List<JsonObject> items, string heading, string display, string profile)
    {
        var id = ResourceIds.For("List", "itk3", Text(composition, "id")!, heading);
        return Stu3Order.Ordered(new JsonObject
        {
            ["resourceType"] = "List",
            ["id"] = id,
            ["meta"] = new JsonObject { ["profile"] = new JsonArray(Stu3Names.Itk + profile) },
            ["identifier"] = new JsonArray(Itk3Document.Uuid(id)),
            ["status"] = "current",
            ["mode"] = "snapshot",
            ["code"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = CodeSystems.Snomed, ["code"] = heading, ["display"] = display }) },
            ["subject"] = composition["subject"]?.DeepClone(),
            ["encounter"] = composition["encounter"]?.DeepClone(),
            ["date"] = composition["date"]?.DeepClone(),
            ["source"] = Objects(composition["author"]).FirstOrDefault()?.DeepClone(),
            ["entry"] = new JsonArray([.. items.Select(i => new JsonObject { ["item"] = i.DeepClone() })]),
        }, "List", "List", isResource: true);
    }
}
