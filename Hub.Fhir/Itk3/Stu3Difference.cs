using System.Text.Json.Nodes;

namespace Hub.Fhir.Itk3;

/// <summary>One element that R4 and STU3 do not have alike, and what we do about it.</summary>
/// <param name="Path">The element in R4, from its resource on.</param>
/// <param name="Change">What becomes of it, in words for the one who checks this table.</param>
/// <param name="Why">What STU3 has instead (hl7.org/fhir/STU3, the resource's page, or the profile named).</param>
/// <param name="Edit">Changes the object that holds the element; the second argument is the element's name.</param>
internal sealed record Stu3Difference(string Path, string Change, string Why, Action<JsonObject, string> Edit)
{
    /// <summary>Makes the change everywhere in one resource.</summary>
    public void Apply(JsonObject resource)
    {
        var names = Path.Split('.');
        if ((string?)resource["resourceType"] == names[0])
        {
            Apply(resource, names.AsSpan(1));
        }
    }

    private void Apply(JsonObject node, ReadOnlySpan<string> names)
    {
        if (names.Length == 1)
        {
            if (node.ContainsKey(names[0]))
            {
                Edit(node, names[0]);
            }

            return;
        }

        foreach (var below in Stu3Edits.Objects(node[names[0]]))
        {
            Apply(below, names[1..]);
        }
    }
}
