using System.Text.Json.Nodes;
using R4 = Hl7.Fhir.Model;

namespace Hub.Proxy.FhirApi.Tasks;

/// <summary>
/// A FHIRPath Patch (R4 3.1.0.2.1.3) put as a JSON Patch. Of FHIRPath only the plain paths of what can be changed are taken: <c>Task.status</c>,
/// <c>Task.owner</c>, <c>Task.businessStatus</c>, <c>Task.statusReason</c>, <c>Task.note</c>.
/// </summary>
internal static class FhirPathPatch
{
    public const string Expected = "A FHIRPath Patch here is Parameters with operations: type replace and path Task.status, Task.owner, Task.businessStatus or Task.statusReason; or type add, path Task and name status, owner, businessStatus, statusReason or note.";
    private static readonly string[] Single = ["status", "owner", "businessStatus", "statusReason"];

    /// <summary>Null where it is no such patch.</summary>
    public static JsonArray? ToJsonPatch(R4.Parameters parameters)
    {
        var operations = new JsonArray();
        foreach (var parameter in parameters.Parameter)
        {
            if (parameter.Name != "operation" || Part(parameter, "type") is not R4.Code { Value: var type } || Part(parameter, "path") is not R4.FhirString { Value: var path }
                || Part(parameter, "value") is not { } value)
            {
                return null;
            }

            var name = type switch
            {
                "replace" when path is ['T', 'a', 's', 'k', '.', ..] => path["Task.".Length..],
                "add" when path == "Task" => (Part(parameter, "name") as R4.FhirString)?.Value,
                _ => null,
            };
            if (name is null || (!Single.Contains(name, StringComparer.Ordinal) && !(type == "add" && name == "note")))
            {
                return null;
            }

            operations.Add(new JsonObject { ["op"] = "add", ["path"] = name == "note" ? "/note/-" : "/" + name, ["value"] = Json(value) });
        }

        return operations.Count == 0 ? null : operations;
    }

    private static R4.DataType? Part(R4.Parameters.ParameterComponent operation, string name) => operation.Part.Where(p => p.Name == name).Take(2).ToList() is [var one] ? one.Value : null;

    private static JsonNode? Json(R4.DataType value) => value switch
    {
        R4.Code code => JsonValue.Create(code.Value),
        R4.FhirString text => JsonValue.Create(text.Value),
        R4.CodeableConcept concept => new JsonObject
        {
            ["coding"] = concept.Coding.Count == 0 ? null : new JsonArray([.. concept.Coding.Select(c => new JsonObject { ["system"] = c.System, ["code"] = c.Code })]),
            ["text"] = concept.Text,
        },
        R4.ResourceReference reference => new JsonObject { ["display"] = reference.Display },
        R4.Annotation annotation => new JsonObject { ["text"] = annotation.Text },
        _ => null,
    };
}
