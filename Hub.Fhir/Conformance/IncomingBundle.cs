using System.Text;
using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;
using Hl7.Fhir.Validation;

namespace Hub.Fhir.Conformance;

/// <summary>Reads a bundle that somebody sent: strictly, within limits, and never with an exception for what the bytes contain.</summary>
public static class IncomingBundle
{
    /// <summary>Larger than any message of ours; adapters may set less.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    // FHIR nests about 20 deep in practice. The SDK's reader recurses, so depth is judged before it starts.
    private const int MaxDepth = 60;

    private static readonly FhirJsonDeserializer Strict =
        new(new DeserializerSettings { NarrativeValidation = NarrativeValidationKind.FhirXhtml }.UsingMode(DeserializationMode.Strict));

    /// <summary>
    /// Parses and judges. The bundle is null only where there is none to judge; with an error among the issues it may be partial, and is
    /// for showing, not for acting on.
    /// </summary>
    public static (Bundle? Bundle, IReadOnlyList<ConformanceIssue> Issues) Read(ReadOnlySpan<byte> json) => Read(json, CheckBudget.Usual());

    internal static (Bundle? Bundle, IReadOnlyList<ConformanceIssue> Issues) Read(ReadOnlySpan<byte> json, CheckBudget budget)
    {
        var findings = new Findings(budget);
        if (!IsReadable(json, findings))
        {
            return (null, findings.Issues);
        }

        var resource = Parse(json, findings, out var isJudgeable);
        if (resource is not Bundle bundle)
        {
            findings.AddAt(IssueSeverity.Error, "not-a-bundle", resource?.TypeName ?? "Bundle", "A Bundle is expected.");
            return (null, findings.Issues);
        }

        if (isJudgeable)
        {
            BundleValidator.CheckRest(bundle, bound: true, findings);
        }
        else
        {
            findings.AddAt(IssueSeverity.Error, "r4-unreadable", "Bundle", "Values of a wrong shape keep the bundle from being judged further.");
        }

        return (bundle, [.. findings.Issues.DistinctBy(i => (i.Rule, i.Location))]);
    }

    /// <summary>Parses and judges any resource: a Bundle as <see cref="Read"/> does, another by itself. Null only where there is none to judge.</summary>
    public static (Resource? Resource, IReadOnlyList<ConformanceIssue> Issues) ReadAny(ReadOnlySpan<byte> json)
    {
        var findings = new Findings(CheckBudget.Usual());
        if (!IsReadable(json, findings) || Parse(json, findings, out var isJudgeable) is not { } resource)
        {
            return (null, findings.Issues);
        }

        if (resource is Bundle)
        {
            return Read(json);
        }

        return (resource, [.. findings.Issues.Concat(isJudgeable ? ResourceValidator.Validate(resource) : []).DistinctBy(i => (i.Rule, i.Location))]);
    }

    private static Resource? Parse(ReadOnlySpan<byte> json, Findings findings, out bool isJudgeable)
    {
        isJudgeable = true;
        try
        {
            var reader = new Utf8JsonReader(json);
            var isClean = Strict.TryDeserializeResource(ref reader, out var resource, out var faults);
            foreach (var fault in isClean ? [] : faults)
            {
                AttributeRules.Add(fault, findings, "Bundle");
                isJudgeable &= !IsOfShape(fault.ErrorCode);
            }

            return (Resource?)resource;
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or FormatException or ArgumentException or CodedException)
        {
            // The SDK's reader loses its place over some shapes (a resourceType that is an object) and throws instead of reporting.
            findings.AddAt(IssueSeverity.Error, "json-syntax", "Bundle", "Not readable as a FHIR resource.");
            return null;
        }
    }

    // After these the model holds nulls and overflow where its getters promise values: no rule could rely on what it reads.
    private static bool IsOfShape(string code) =>
        code is CodedValidationException.PROPERTY_TYPE_MISMATCH_CODE or CodedValidationException.REPEATING_ELEMENT_CANNOT_CONTAIN_NULL_CODE
            or CodedValidationException.INCORRECT_LITERAL_VALUE_TYPE_CODE
        || !code.StartsWith("PVAL", StringComparison.Ordinal);

    private static bool IsReadable(ReadOnlySpan<byte> json, Findings findings)
    {
        if (json.Length > MaxBytes)
        {
            findings.AddAt(IssueSeverity.Error, "too-large", "Bundle", "The content is larger than the hub reads.");
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = false });
            var members = new Stack<HashSet<string>>();
            if (!reader.Read() || !NoteMember(ref reader, members) || reader.TokenType != JsonTokenType.StartObject)
            {
                findings.AddAt(IssueSeverity.Error, "not-a-bundle", "Bundle", "A Bundle is expected.");
                return false;
            }

            while (reader.Read())
            {
                if (!NoteMember(ref reader, members))
                {
                    // Which of two equal members a reader keeps differs from reader to reader: an order could mean two things.
                    findings.AddAt(IssueSeverity.Error, "json-duplicate-member", "Bundle", "An object has a member twice.");
                    return false;
                }
            }

            return true;
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            findings.AddAt(IssueSeverity.Error, "json-syntax", "Bundle", "Not JSON, or nested too deeply.");
            return false;
        }
    }

    private static bool NoteMember(ref Utf8JsonReader reader, Stack<HashSet<string>> members)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                members.Push(new HashSet<string>(StringComparer.Ordinal));
                return true;
            case JsonTokenType.EndObject:
                members.Pop();
                return true;
            case JsonTokenType.PropertyName:
                return members.Peek().Add(reader.GetString()!);
            default:
                return true;
        }
    }
}
