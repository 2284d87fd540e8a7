namespace Hub.Fhir.Itk3;

/// <summary>
/// The rows. First the type (<c>!</c> for a resource, <c>$</c> for one without text and extensions), then its elements: <c>*</c> may repeat, <c>[x]</c> a choice of types, <c>:Type</c> what it holds (<c>.part</c> a part of
/// its own), <c>=a|b</c> the only codes of a required binding.
/// </summary>
internal static partial class Stu3Elements
{
    private const string Data = """
        Meta versionId lastUpdated profile* security*:Coding tag*:Coding
        Narrative status=generated|extensions|additional|empty div
        Extension url value[x]
        Identifier use=usual|official|temp|secondary type:CodeableConcept system value period:Period assigner:Reference
        CodeableConcept coding*:Coding text
        Coding system version code display userSelected
        Reference reference identifier:Identifier display
        Period start end
        HumanName use=usual|official|temp|nickname|anonymous|old|maiden text family given* prefix* suffix* period:Period
        ContactPoint system=phone|fax|email|pager|url|sms|other value use=home|work|temp|old|mobile rank period:Period
        Address use=home|work|temp|old type text line* city district state postalCode country period:Period
        Annotation author[x] time text
        Quantity value comparator unit system code
        Duration value comparator unit system code
        SimpleQuantity value unit system code
        Range low:Quantity high:Quantity
        Ratio numerator:Quantity denominator:Quantity
        Attachment contentType language data url size hash title creation
        Timing event* repeat:.repeat code:CodeableConcept
        Timing.repeat bounds[x] count countMax duration durationMax durationUnit frequency frequencyMax period periodMax periodUnit=s|min|h|d|wk|mo|a dayOfWeek* timeOfDay* when* offset
        Dosage sequence text additionalInstruction*:CodeableConcept patientInstruction timing:Timing asNeeded[x] site:CodeableConcept route:CodeableConcept method:CodeableConcept dose[x] maxDosePerPeriod:Ratio maxDosePerAdministration:Quantity maxDosePerLifetime:Quantity rate[x]

        """;

    private const string Care = """
        Patient! identifier*:Identifier active name*:HumanName telecom*:ContactPoint gender=male|female|other|unknown birthDate deceased[x] address*:Address maritalStatus:CodeableConcept communication*:.communication generalPractitioner*:Reference managingOrganization:Reference link*:.link
        Patient.communication language:CodeableConcept preferred
        Patient.link other:Reference type=replaced-by|replaces|refer|seealso
        RelatedPerson! identifier*:Identifier active patient:Reference relationship:CodeableConcept name*:HumanName telecom*:ContactPoint gender=male|female|other|unknown birthDate address*:Address period:Period
        Practitioner! identifier*:Identifier active name*:HumanName telecom*:ContactPoint address*:Address gender birthDate
        PractitionerRole! identifier*:Identifier active period:Period practitioner:Reference organization:Reference code*:CodeableConcept specialty*:CodeableConcept location*:Reference telecom*:ContactPoint
        Organization! identifier*:Identifier active type*:CodeableConcept name alias* telecom*:ContactPoint address*:Address partOf:Reference
        Encounter! identifier*:Identifier status=planned|arrived|triaged|in-progress|onleave|finished|cancelled|entered-in-error|unknown class:Coding type*:CodeableConcept priority:CodeableConcept subject:Reference episodeOfCare*:Reference participant*:.participant period:Period length:Duration reason*:CodeableConcept hospitalization:.hospitalization location*:.location serviceProvider:Reference partOf:Reference
        Encounter.participant type*:CodeableConcept period:Period individual:Reference
        Encounter.hospitalization admitSource:CodeableConcept destination:Reference dischargeDisposition:CodeableConcept
        Encounter.location location:Reference status period:Period
        EpisodeOfCare! identifier*:Identifier status=planned|waitlist|active|onhold|finished|cancelled|entered-in-error type*:CodeableConcept patient:Reference managingOrganization:Reference period:Period referralRequest*:Reference careManager:Reference team*:Reference
        CareTeam! identifier*:Identifier status=proposed|active|suspended|inactive|entered-in-error category*:CodeableConcept name subject:Reference context:Reference period:Period participant*:.participant managingOrganization*:Reference note*:Annotation
        CareTeam.participant role:CodeableConcept member:Reference onBehalfOf:Reference period:Period
        Consent! identifier:Identifier status=draft|proposed|active|rejected|inactive|entered-in-error category*:CodeableConcept patient:Reference period:Period dateTime consentingParty*:Reference organization*:Reference source[x] policy*:.policy policyRule except*:.except
        Consent.policy authority uri
        Consent.except type=deny|permit period:Period actor*:.actor purpose*:Coding class*:Coding code*:Coding
        Consent.except.actor role:CodeableConcept reference:Reference
        Appointment! identifier*:Identifier status=proposed|pending|booked|arrived|fulfilled|cancelled|noshow|entered-in-error serviceType*:CodeableConcept appointmentType:CodeableConcept reason*:CodeableConcept priority description start end minutesDuration created comment participant*:.participant requestedPeriod*:Period
        Appointment.participant type*:CodeableConcept actor:Reference required status=accepted|declined|tentative|needs-action
        DocumentReference! masterIdentifier:Identifier identifier*:Identifier status=current|superseded|entered-in-error docStatus type:CodeableConcept class:CodeableConcept subject:Reference created indexed author*:Reference authenticator:Reference custodian:Reference description content*:.content
        DocumentReference.content attachment:Attachment format:Coding

        """;

    private const string Clinical = """
        AllergyIntolerance! identifier*:Identifier clinicalStatus=active|inactive|resolved verificationStatus=unconfirmed|confirmed|refuted|entered-in-error type category* criticality code:CodeableConcept patient:Reference onset[x] assertedDate recorder:Reference asserter:Reference lastOccurrence note*:Annotation reaction*:.reaction
        AllergyIntolerance.reaction substance:CodeableConcept manifestation*:CodeableConcept description onset severity exposureRoute:CodeableConcept note*:Annotation
        Condition! identifier*:Identifier clinicalStatus=active|recurrence|inactive|remission|resolved verificationStatus=provisional|differential|confirmed|refuted|entered-in-error|unknown category*:CodeableConcept severity:CodeableConcept code:CodeableConcept bodySite*:CodeableConcept subject:Reference context:Reference onset[x] abatement[x] assertedDate asserter:Reference note*:Annotation
        Medication! code:CodeableConcept status isBrand isOverTheCounter manufacturer:Reference form:CodeableConcept
        MedicationStatement! identifier*:Identifier basedOn*:Reference partOf*:Reference context:Reference status=active|completed|entered-in-error|intended|stopped|on-hold category:CodeableConcept medication[x] effective[x] dateAsserted informationSource:Reference subject:Reference derivedFrom*:Reference taken=y|n|unk|na reasonNotTaken*:CodeableConcept reasonCode*:CodeableConcept reasonReference*:Reference note*:Annotation dosage*:Dosage
        MedicationRequest! identifier*:Identifier basedOn*:Reference groupIdentifier:Identifier status=active|on-hold|cancelled|completed|entered-in-error|stopped|draft|unknown intent=proposal|plan|order|instance-order category:CodeableConcept priority medication[x] subject:Reference context:Reference authoredOn requester:.requester recorder:Reference reasonCode*:CodeableConcept note*:Annotation dosageInstruction*:Dosage dispenseRequest:.dispenseRequest substitution:.substitution priorPrescription:Reference
        MedicationRequest.requester agent:Reference onBehalfOf:Reference
        MedicationRequest.dispenseRequest validityPeriod:Period numberOfRepeatsAllowed quantity:SimpleQuantity expectedSupplyDuration:Duration performer:Reference
        MedicationRequest.substitution allowed reason:CodeableConcept
        List! identifier*:Identifier status=current|retired|entered-in-error mode=working|snapshot|changes title code:CodeableConcept subject:Reference encounter:Reference date source:Reference orderedBy:CodeableConcept note*:Annotation entry*:.entry emptyReason:CodeableConcept
        List.entry flag:CodeableConcept deleted date item:Reference
        Flag! identifier*:Identifier status=active|inactive|entered-in-error category:CodeableConcept code:CodeableConcept subject:Reference period:Period encounter:Reference author:Reference
        CarePlan! identifier*:Identifier basedOn*:Reference replaces*:Reference partOf*:Reference status=draft|active|suspended|completed|entered-in-error|cancelled|unknown intent=proposal|plan|order|option category*:CodeableConcept title description subject:Reference context:Reference period:Period author*:Reference careTeam*:Reference addresses*:Reference activity*:.activity note*:Annotation
        CarePlan.activity progress*:Annotation reference:Reference detail:.detail
        CarePlan.activity.detail category:CodeableConcept code:CodeableConcept reasonCode*:CodeableConcept status=not-started|scheduled|in-progress|on-hold|completed|cancelled|unknown statusReason prohibited scheduled[x] location:Reference performer*:Reference description
        Task! identifier*:Identifier basedOn*:Reference partOf*:Reference status=draft|requested|received|accepted|rejected|ready|cancelled|in-progress|on-hold|failed|completed|entered-in-error statusReason:CodeableConcept businessStatus:CodeableConcept intent=proposal|plan|order|original-order|reflex-order|filler-order|instance-order|option priority=routine|urgent|asap|stat code:CodeableConcept description focus:Reference for:Reference context:Reference executionPeriod:Period authoredOn lastModified requester:.requester performerType*:CodeableConcept owner:Reference reason:CodeableConcept note*:Annotation restriction:.restriction input*:.input output*:.output
        Task.requester agent:Reference onBehalfOf:Reference
        Task.restriction repetitions period:Period recipient*:Reference
        Task.input type:CodeableConcept value[x]
        Task.output type:CodeableConcept value[x]
        ReferralRequest! identifier*:Identifier basedOn*:Reference replaces*:Reference status=draft|active|suspended|cancelled|completed|entered-in-error|unknown intent=proposal|plan|order|original-order|reflex-order|filler-order|instance-order|option type:CodeableConcept priority=routine|urgent|asap|stat serviceRequested*:CodeableConcept subject:Reference context:Reference authoredOn requester:.requester recipient*:Reference reasonCode*:CodeableConcept description note*:Annotation
        ReferralRequest.requester agent:Reference onBehalfOf:Reference
        Communication! identifier*:Identifier basedOn*:Reference partOf*:Reference status=preparation|in-progress|suspended|aborted|completed|entered-in-error notDone notDoneReason:CodeableConcept category*:CodeableConcept medium*:CodeableConcept subject:Reference recipient*:Reference context:Reference sent received sender:Reference reasonCode*:CodeableConcept payload*:.payload note*:Annotation
        Communication.payload content[x]
        Provenance! target*:Reference period:Period recorded policy* location:Reference reason*:Coding activity:Coding agent*:.agent entity*:.entity
        Provenance.agent role*:CodeableConcept who[x] onBehalfOf[x] relatedAgentType:CodeableConcept
        Provenance.entity role=derivation|revision|quotation|source|removal what[x]

        """;

    private const string Messages = """
        Composition! identifier:Identifier status=preliminary|final|amended|entered-in-error type:CodeableConcept class:CodeableConcept subject:Reference encounter:Reference date author*:Reference title confidentiality=U|L|M|N|R|V custodian:Reference relatesTo*:.relatesTo section*:.section
        Composition.relatesTo code=replaces|transforms|signs|appends target[x]
        Composition.section title code:CodeableConcept text:Narrative mode entry*:Reference emptyReason:CodeableConcept section*:Composition.section
        Bundle$ identifier:Identifier type=document|message entry*:.entry
        Bundle.entry fullUrl resource:Resource
        Binary$ contentType content
        MessageHeader! event:Coding destination*:.destination receiver:Reference sender:Reference timestamp author:Reference source:.source responsible:Reference reason:CodeableConcept response:.response focus*:Reference
        MessageHeader.destination name target:Reference endpoint
        MessageHeader.source name software version contact:ContactPoint endpoint
        MessageHeader.response identifier code=ok|transient-error|fatal-error details:Reference
        OperationOutcome! issue*:.issue
        OperationOutcome.issue severity=fatal|error|warning|information code details:CodeableConcept diagnostics

        """;
}
