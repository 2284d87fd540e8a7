using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.EventApi;

/// <summary>Puts into a checked body what its sender may leave out, and sets aside an NHS number that fails its check.</summary>
internal static class EventDefaults
{
    public const string BadNumber = "nhs-number-invalid";

    /// <summary>Properties of events that hold a person's reference.</summary>
    private static readonly string[] PersonFields = ["patient", "retired", "separated", "other"];

    /// <returns>What a reader of the event should know about its data.</returns>
    public static IReadOnlyList<DataQualityNote> Fill(JsonObject root, string typeName, string key, PartnerFile partner)
    {
        root.Remove("$schema");
        root["type"] = typeName;
        root["sourceMessageId"] = new JsonObject { ["value"] = key };

        if (root["source"] is not JsonObject source)
        {
            root["source"] = source = new JsonObject { ["application"] = EventApiSettings.Of(partner).Application ?? partner.Id };
        }

        source["organisation"] ??= partner.Organisation?.Value;
        if (root["episode"] is JsonObject episode)
        {
            episode["organisation"] ??= (source["organisation"] ?? partner.Organisation?.Value)?.ToString();
        }

        return [.. PersonFields.Select(f => root[f] is JsonObject person ? SetAsideBadNumber(person, "/" + f) : null).OfType<DataQualityNote>()];
    }

    // Clinical rule 4: a number that fails its check digit refuses nothing; the event is taken, unverified, and a person sorts it out.
    private static DataQualityNote? SetAsideBadNumber(JsonObject person, string at)
    {
        if (person["nhsNumber"]?.GetValue<string>() is not { } text || NhsNumber.TryParse(text, out _))
        {
            return null;
        }

        person.Remove("nhsNumber");
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        person["rejectedNhsNumber"] = text;
        return new()
        {
            Code = BadNumber,
            Field = at + "/nhsNumber",
            Text = "What was sent as NHS number fails its check digit or is a known dummy; the person counts as unverified.",
        };
    }
}
