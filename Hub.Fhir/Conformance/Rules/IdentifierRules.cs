using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>Identifiers whose form can be judged: NHS numbers by their check digit, ODS codes, UUIDs by their scheme.</summary>
internal static class IdentifierRules
{
    public static void Check(Identifier identifier, Findings findings)
    {
        var value = Literal.Text(identifier.ValueElement);
        switch (Literal.Text(identifier.SystemElement))
        {
            case CodeSystems.NhsNumber when value is not null:
                findings.Require(value.Length == 10 && NhsNumber.TryParse(value, out _), "nhs-number", "Not an NHS number: ten digits and their check digit.", "value");
                break;
            case CodeSystems.OdsOrganization or CodeSystems.OdsSite when value is not null:
                findings.Require(OdsCode.TryParse(value, out var code) && code.Value == value, "ods-code", "Not an ODS code.", "value");
                break;
            case "urn:ietf:rfc:3986" when value is not null:
                findings.Require(value.Contains(':', StringComparison.Ordinal), "identifier-uri", "An identifier of system urn:ietf:rfc:3986 is a full URI.", "value");
                break;
        }
    }
}
