using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;
using Hl7.Fhir.Validation;

namespace Hub.Fhir.Conformance;

/// <summary>Base R4 as the SDK's model knows it: cardinality, types, literals, required codes, XHTML. Its texts quote values, so they are not passed on.</summary>
internal static class AttributeRules
{
    public static void Check(Resource resource, Findings findings)
    {
        // NarrativeRules judges narratives, further than the SDK's XHTML schema does and at a quarter of its cost.
        foreach (var fault in resource.Validate(ModelInfo.ModelInspector, NarrativeValidationKind.None))
        {
            Add(fault, findings, resource.TypeName);
        }
    }

    /// <summary>Adds a fault of the SDK, be it of validating or of parsing, under our rule names.</summary>
    public static void Add(CodedException fault, Findings findings, string otherwiseAt)
    {
        var (rule, text) = Describe(fault.ErrorCode);
        findings.AddAt(IssueSeverity.Error, rule, (fault as ExtendedCodedException)?.InstancePath ?? otherwiseAt, text);
    }

    private static (string Rule, string Text) Describe(string code) => code switch
    {
        CodedValidationException.CHOICE_TYPE_NOT_ALLOWED_CODE => ("r4-choice-type", "A type that this element may not have."),
        CodedValidationException.INCORRECT_CARDINALITY_MIN_CODE or CodedValidationException.MANDATORY_ELEMENT_MUST_BE_PRESENT_CODE
            => ("r4-cardinality", "A mandatory element is missing."),
        CodedValidationException.INCORRECT_CARDINALITY_MAX_CODE => ("r4-cardinality", "An element occurs too often."),
        CodedValidationException.REPEATING_ELEMENT_CANNOT_CONTAIN_NULL_CODE => ("r4-null", "A list holds a null."),
        CodedValidationException.NARRATIVE_XML_IS_MALFORMED_CODE => ("r4-narrative", "The narrative is not well-formed XML."),
        CodedValidationException.NARRATIVE_XML_IS_INVALID_CODE => ("r4-narrative", "The narrative is not the XHTML that FHIR allows."),
        CodedValidationException.INVALID_CODED_VALUE_CODE => ("r4-code", "A code outside its required value set."),
        CodedValidationException.CONTAINED_RESOURCES_CANNOT_BE_NESTED_CODE => ("dom-2", "A contained resource contains another."),
        CodedValidationException.UNKNOWN_ELEMENT_CODE or CodedValidationException.WRONG_CASED_ELEMENT_CODE
            => ("r4-unknown-element", "An element that R4 does not define here."),
        CodedValidationException.UNKNOWN_RESOURCE_TYPE_CODE or CodedValidationException.WRONG_CASED_RESOURCE_TYPE_CODE
            => ("r4-unknown-resource", "A resource type that R4 does not define."),
        CodedValidationException.ELEMENT_CANNOT_BE_EMPTY_CODE => ("ele-1", "An element with neither value nor children."),
        _ when code.StartsWith("PVAL", StringComparison.Ordinal) => ("r4-literal", "A value that is not of its type."),
        _ => ("r4-syntax", $"Not readable as FHIR JSON ({code})."),
    };
}
