using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>
/// What a FHIR server's codes mean. Read in this order, the first that has a row decides: the server's own code (OperationOutcome.issue.details.coding),
/// issue.code, the HTTP status, the status's class. <c>no-patient</c>, <c>several-patients</c> and <c>other-patient</c> are what the hub itself finds there.
/// </summary>
internal static class FhirRestOutcomes
{
    public const string NoPatient = "no-patient";
    public const string SeveralPatients = "several-patients";
    public const string OtherPatient = "other-patient";

    public static readonly IReadOnlyList<OutcomeRow> Rows =
    [
        new(NoPatient, OutcomeMeaning.NotOurPatient, "no Patient there has the person's identifier; the hub never makes one (clinical rules 2, 8 and 17)"),
        new(SeveralPatients, OutcomeMeaning.NotOurPatient, "several Patients there have the person's identifier: which is right is for a person to say (clinical rule 4)"),
        new(OtherPatient, OutcomeMeaning.NotOurPatient, "what the hub wrote there before is about another person now (clinical rule 4)"),

        // MessageHeader.response has no place in REST, nor have the codes of messaging.
        .. FhirOutcomes.Rows.Where(r => r.Code is not ("fatal-error" or "transient-error" or "30002" or "30003") && !r.Code.StartsWith("EPL-", StringComparison.Ordinal)),

        new("405", OutcomeMeaning.PartnerRefusesUs, "the server takes no such request: every message would fare the same; see \"style\""),
        new("406", OutcomeMeaning.PartnerRefusesUs, "the server speaks no FHIR JSON: every message would fare the same"),
        new("409", OutcomeMeaning.Unavailable, "another write was under way; nothing of this one was kept (R4, http.html#transaction), and a repeat creates nothing twice"),
        new("412", OutcomeMeaning.Rejected, "several resources there have our identifier, or one changed again while it was written"),
        new("415", OutcomeMeaning.PartnerRefusesUs, "the server takes no FHIR JSON: every message would fare the same"),
        new("501", OutcomeMeaning.PartnerRefusesUs, "the server takes no such request: every message would fare the same; see \"style\""),
    ];

    public const string Expected = "a status from 300 to 599 or its class (5xx), issue:TYPE, no-patient, several-patients, other-patient, or a server's own code such as REC_CONFLICT; 2xx is acceptance and in no table";

    public static bool IsCode(string code) => FhirOutcomes.IsCode(code) && code is not ("fatal-error" or "transient-error");
}
