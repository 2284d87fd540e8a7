using System.Globalization;

namespace Hub.Proxy.OperatorConsole;

/// <summary>What the fields of HL7 v2.4 are called, for people who do not know them by number. Z-segments are each sender's own and have no names here.</summary>
internal static class Hl7FieldNames
{
    private static readonly Dictionary<string, string[]> Names = new(StringComparer.Ordinal)
    {
        ["MSH"] = "Field separator|Encoding characters|Sending application|Sending facility|Receiving application|Receiving facility|Date and time of message|Security|Message type|Message control id|Processing id|Version|Sequence number|Continuation pointer|Accept acknowledgement type|Application acknowledgement type|Country code|Character set|Language|Alternate character set handling|Conformance statement id".Split('|'),
        ["EVN"] = "Event type code|Recorded at|Planned for|Reason code|Operator|Occurred at|Facility".Split('|'),
        ["PID"] = "Set id|Patient id|Patient identifier list|Alternate patient id|Name|Mother's maiden name|Date of birth|Sex|Alias|Race|Address|County code|Phone, home|Phone, business|Language|Marital status|Religion|Account number|SSN|Driver's licence|Mother's identifier|Ethnic group|Birth place|Multiple birth|Birth order|Citizenship|Veterans status|Nationality|Date and time of death|Death indicator|Identity unknown|Identity reliability|Last updated|Last update facility".Split('|'),
        ["PD1"] = "Living dependency|Living arrangement|Primary facility (GP practice)|Primary care provider (GP)|Student|Handicap|Living will|Organ donor|Separate bill|Duplicate patient|Publicity code|Protection indicator|Protection from".Split('|'),
        ["NK1"] = "Set id|Name|Relationship|Address|Phone|Business phone|Contact role|Start date|End date|Job title|Job code|Employee number|Organisation|Marital status|Sex|Date of birth".Split('|'),
        ["PV1"] = "Set id|Patient class|Assigned location|Admission type|Preadmit number|Prior location|Attending doctor|Referring doctor|Consulting doctor|Hospital service|Temporary location|Preadmit test|Re-admission|Admit source|Ambulatory status|VIP|Admitting doctor|Patient type|Visit number|Financial class|Charge price|Courtesy code|Credit rating|Contract code|Contract effective date|Contract amount|Contract period|Interest code|Transfer to bad debt|Transfer to bad debt date|Bad debt agency|Bad debt transfer amount|Bad debt recovery amount|Delete account|Delete account date|Discharge disposition|Discharged to|Diet type|Servicing facility|Bed status|Account status|Pending location|Prior temporary location|Admitted at|Discharged at|Current balance|Total charges|Total adjustments|Total payments|Alternate visit id".Split('|'),
        ["PV2"] = "Prior pending location|Accommodation code|Admit reason|Transfer reason|Patient valuables|Valuables location|Visit user code|Expected admit|Expected discharge|Estimated stay|Actual stay|Visit description|Referral source".Split('|'),
        ["AL1"] = "Set id|Allergen type|Allergen|Severity|Reaction|Identified on".Split('|'),
        ["DG1"] = "Set id|Coding method|Diagnosis code|Diagnosis description|Diagnosed at|Diagnosis type".Split('|'),
        ["MRG"] = "Prior patient identifier list|Prior alternate id|Prior account number|Prior patient id|Prior visit number|Prior alternate visit id|Prior name".Split('|'),
        ["ORC"] = "Order control|Placer order number|Filler order number|Placer group number|Order status|Response flag|Quantity and timing|Parent|Transaction at|Entered by|Verified by|Ordering provider|Enterer's location|Call back phone|Effective at|Control code reason|Entering organisation|Entering device|Action by".Split('|'),
        ["RXE"] = "Quantity and timing|Give code (medicine)|Give amount, least|Give amount, most|Give units|Dosage form|Administration instructions|Deliver to|Substitution status|Dispense amount|Dispense units|Refills|Ordering provider's number|Pharmacist|Prescription number|Refills remaining|Doses dispensed|Last refill|Total daily dose|Needs review|Dispensing instructions|Give per|Give rate amount|Give rate units|Give strength|Give strength units|Give indication".Split('|'),
        ["RXO"] = "Requested give code|Requested amount, least|Requested amount, most|Requested units|Requested form|Pharmacy instructions|Administration instructions".Split('|'),
        ["RXR"] = "Route|Site|Administration device|Administration method".Split('|'),
        ["RXA"] = "Give sub-id|Administration sub-id|Started at|Ended at|Administered code|Administered amount|Administered units|Administered form|Notes|Administered by|Administered location|Per|Strength|Strength units|Lot number|Expiry|Manufacturer|Refusal reason|Indication|Completion status".Split('|'),
        ["OBX"] = "Set id|Value type|Observation identifier|Sub-id|Value|Units|Reference range|Abnormal flags|Probability|Nature of abnormal test|Result status|Last normal|User access|Observed at|Producer|Observer".Split('|'),
        ["NTE"] = "Set id|Source|Comment|Comment type".Split('|'),
        ["TXA"] = "Set id|Document type|Presentation|Activity at|Activity provider|Originated at|Transcribed at|Edited at|Originator|Authenticator|Transcriptionist|Document number".Split('|'),
    };

    /// <summary>The name of the field that a path such as <c>PID-5.1</c> or <c>NK1[2]-2</c> is in; null where it is not known.</summary>
    public static string? Of(string path)
    {
        var dash = path.IndexOf('-', StringComparison.Ordinal);
        if (dash < 3 || !Names.TryGetValue(path[..3], out var fields))
        {
            return null;
        }

        var digits = path[(dash + 1)..].TakeWhile(char.IsAsciiDigit).Count();
        return int.TryParse(path.AsSpan(dash + 1, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= fields.Length ? fields[number - 1] : null;
    }
}
