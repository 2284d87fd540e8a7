using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hub.Adapters.Contract;
using Hub.Adapters.Schemas;
using Hub.Fhir.Resources;

namespace Hub.Proxy.Routing;

/// <summary>The published JSON Schema of a partner file, made from <see cref="PartnerFile"/>, and the options that read one.</summary>
public static class PartnerFileSchema
{
    public static JsonSerializerOptions Json { get; } = Create();

    public static JsonObject Schema { get; } = Compose();

    private static JsonObject Compose()
    {
        var changes = new Dictionary<string, SchemaChange>(StringComparer.Ordinal)
        {
            ["PartnerFile.hash"] = new() { Left = true },
            ["PartnerFile.id"] = new()
            {
                Instead = new() { ["type"] = "string", ["pattern"] = "^[a-z0-9][a-z0-9-]{0,62}$" },
                Description = "lower-case letters, digits and dashes; the file is named after it",
            },
            ["PartnerFile.settings"] = new() { Description = "What the protocol needs. Secrets only by reference: { \"fromEnv\": \"NAME\" } or { \"fromFile\": \"/path\" }." },
            ["PartnerFile.gateway"] = new()
            {
                Description = "Other partners may call this one's FHIR server through the hub: address, allow ([{ callers, resources, methods, operations, includes }]), identifiers, maxBodyBytes, timeout, "
                    + "callsPerMinute, healthPath, healthEvery; auth, trustedCertificateFile, clientCertificate and clientKey as in settings.",
            },
            ["PartnerFile.access"] = new()
            {
                Description = "How it signs in when it calls the hub: keys (public JWKs with kid: RSA of 2048 bits or more, or P-384; `hub partner key FILE` makes one from a PEM), certificates (SHA-256 thumbprints of client certificates), addresses (where it calls from, such as 10.1.2.0/24), "
                    + "scopes (system/Task.read, system/Task.write, system/Bundle.read, system/Bundle.write, system/MessageHeader.write, hub/events.read, hub/events.write, hub/gateway; left out, all). With it, X-Source alone is not believed. For a source of HL7 v2 over MLLP: certificates and addresses say where messages that name it must come from.",
            },
            ["PartnerFile.statusTo"] = new()
            {
                Description = "For a source: where it is told that something its messages asked was accepted, declined, asked back about, is overdue or done: url; form webhook (left out; signed with secret) or fhir-message (access as in a recipient's settings).",
            },
            ["PartnerFile.serves"] = new() { Description = "For a recipient: practice ODS codes, or the local codes of teams and wards. Its own organisation counts without being listed." },
            ["PartnerFile.onInvalid"] = new()
            {
                Description = "What does not conform. Recipient (left out: quarantine): reject = that copy is never sent, quarantine = it is held, warn = it is sent and the operator told; "
                    + "what a clinical or privacy rule forbids is held whatever stands here. Source (left out: warn): reject = refused with its problems (not HL7 v2), "
                    + "quarantine = taken, and what leaves is held, warn = taken with notes.",
            },
            ["PartnerFile.mode"] = new()
            {
                Description = "For a recipient: live (left out), or shadow = messages are composed, checked and kept, and none of them ever leaves. A shadow may stand beside the live file that serves the same codes.",
            },
            ["PartnerFile.silence"] = new()
            {
                Description = "For a source: minutes without a message that are an alarm, by the hour of the week (Europe/London). Left out, learned from its last four weeks.",
            },
            ["PartnerFile.audience"] = new() { Description = "For a recipient: whom its messages are worded for." },
        };
        var schema = new SchemaComposer(Json, changes).Compose(typeof(PartnerFile), CodeSystems.Canonical + "/schemas/partner.schema.json", "A partner file");
        ((JsonObject)schema["properties"]!).Insert(0, "$schema", new JsonObject { ["type"] = "string", ["description"] = "For editors; not read." });
        return schema;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General)
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}
