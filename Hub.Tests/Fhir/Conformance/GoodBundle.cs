using System.Text;
using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hub.Fhir.Resources;

namespace Hub.Tests.Fhir.Conformance;

/// <summary>A message and a document about an invented person, with nothing wrong: what faults are planted into.</summary>
internal static class GoodBundle
{
    private const string UkCore = "https://fhir.hl7.org.uk/StructureDefinition/";
    private static readonly JsonSerializerOptions Json = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector);

    public static byte[] Bytes(Resource resource) => JsonSerializer.SerializeToUtf8Bytes(resource, Json);

    public static string Text(Resource resource) => Encoding.UTF8.GetString(Bytes(resource));

    public static Bundle Message() => Bundle(Hl7.Fhir.Model.Bundle.BundleType.Message, Header(), People(), Care(), Medicines(), Plan());

    public static Bundle Document() => Bundle(Hl7.Fhir.Model.Bundle.BundleType.Document, [Composition()], People(), Care(), Medicines(), Plan());

    /// <summary>The address that an entry of ours has: its id as a urn.</summary>
    public static string Url(int number) => "urn:uuid:" + Id(number);

    private static string Id(int number) => $"7d1f0c1e-0000-5000-8000-{number:D12}";

    private static ResourceReference Ref(int number) => new(Url(number));

    private static Bundle Bundle(Bundle.BundleType type, params IEnumerable<Resource>[] groups) => new()
    {
        Id = Id(900),
        Identifier = new Identifier("https://tools.ietf.org/html/rfc4122", Id(901)),
        Type = type,
        Timestamp = DateTimeOffset.Parse("2026-05-03T17:42:00+01:00", System.Globalization.CultureInfo.InvariantCulture),
        Entry = [.. groups.SelectMany(g => g).Select(r => new Bundle.EntryComponent { FullUrl = "urn:uuid:" + r.Id, Resource = r })],
    };

    private static T Made<T>(int number, string words, T resource) where T : DomainResource
    {
        resource.Id = Id(number);
        resource.Text = Narrative(words);
        return resource;
    }

    private static Narrative Narrative(string words) => new()
    {
        Status = Hl7.Fhir.Model.Narrative.NarrativeStatus.Generated,
        Div = $"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>{words}</p></div>",
    };

    private static Meta Claims(string profile) => new() { Profile = [UkCore + profile] };

    private static Meta ClaimsOurs(string type) => new() { Profile = [$"{CodeSystems.Canonical}/StructureDefinition/crt-hub-{type}"] };

    private static CodeableConcept Concept(string system, string code, string display) => new() { Coding = [new Coding(system, code, display)] };

    private static IEnumerable<Resource> Header()
    {
        yield return Made(1, "Discharge from the crisis team", new MessageHeader
        {
            Meta = ClaimsOurs("messageheader"),
            Event = new Coding("https://fhir.crt-hub.example/CodeSystem/message-event", "discharge"),
            Destination = [new MessageHeader.MessageDestinationComponent { Name = "The practice", Endpoint = "urn:nhs-uk:addressing:ods:A81001" }],
            Sender = Ref(3),
            Source = new MessageHeader.MessageSourceComponent { Name = "Crisis team", Endpoint = "urn:nhs-uk:addressing:ods:RXX" },
            Focus = [Ref(10), Ref(2)],
        });
    }

    private static Composition Composition() => Made(1, "Discharge summary", new Composition
    {
        Meta = Claims("UKCore-Composition"),
        Identifier = new Identifier("https://tools.ietf.org/html/rfc4122", Id(902)),
        Status = CompositionStatus.Final,
        Type = Concept("http://snomed.info/sct", "373942005", "Discharge summary"),
        Subject = Ref(2),
        Encounter = Ref(10),
        Date = "2026-05-03T17:40:00+01:00",
        Author = [Ref(4)],
        Title = "Discharge summary",
        Confidentiality = Hl7.Fhir.Model.Composition.V3ConfidentialityClassification.N,
        Custodian = Ref(3),
        Section =
        [
            new Composition.SectionComponent
            {
                Title = "Medications",
                Code = new CodeableConcept
                {
                    Coding =
                    [
                        new Coding("https://fhir.hl7.org.uk/CodeSystem/UKCore-RecordStandardHeadings", "medications-and-medical-devices"),
                        new Coding("http://snomed.info/sct", "933361000000108"),
                    ],
                },
                Text = Narrative("Aripiprazole 10 mg"),
                Entry = [Ref(22)],
            },
        ],
    });

    private static IEnumerable<Resource> People()
    {
        yield return Made(2, "Test Person", new Patient
        {
            Meta = Claims("UKCore-Patient"),
            Identifier =
            [
                new Identifier("https://fhir.nhs.uk/Id/nhs-number", "9912003888")
                {
                    Extension =
                    [
                        new Extension(UkCore + "Extension-UKCore-NHSNumberVerificationStatus",
                            Concept("https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "01", "Number present and verified")),
                    ],
                },
            ],
            Name = [new HumanName { Use = HumanName.NameUse.Official, Family = "Person", Given = ["Test"], Period = new Period { Start = "1990-01-01", End = "2040" } }],
            Telecom = [new ContactPoint(ContactPoint.ContactPointSystem.Phone, ContactPoint.ContactPointUse.Mobile, "07700900001")],
            Gender = AdministrativeGender.Female,
            BirthDate = "1990-01-01",
            Contact = [new Patient.ContactComponent { Name = new HumanName { Family = "Carer" } }],
            Communication = [new Patient.CommunicationComponent { Language = Concept("urn:ietf:bcp:47", "en", "English") }],
            GeneralPractitioner = [Ref(5)],
        });
        yield return Made(3, "Crisis team", new Organization
        {
            Meta = Claims("UKCore-Organization"),
            Identifier = [new Identifier("https://fhir.nhs.uk/Id/ods-organization-code", "RXX")],
            Name = "Crisis team",
        });
        yield return Made(4, "A Nurse", new Practitioner { Meta = Claims("UKCore-Practitioner"), Name = [new HumanName { Family = "Nurse" }] });
        yield return Made(5, "The practice", new Organization { Name = "The practice", Identifier = [new Identifier("https://fhir.nhs.uk/Id/ods-organization-code", "A81001")] });
        yield return Made(6, "Carer", new RelatedPerson { Patient = Ref(2), Name = [new HumanName { Family = "Carer" }] });
        yield return Made(7, "Care team", new CareTeam
        {
            Subject = Ref(2),
            Participant = [new CareTeam.ParticipantComponent { Member = Ref(4), OnBehalfOf = Ref(3) }],
        });
    }

    private static IEnumerable<Resource> Care()
    {
        yield return Made(10, "Home treatment, ended", new Encounter
        {
            Meta = Claims("UKCore-Encounter"),
            Status = Encounter.EncounterStatus.Finished,
            Class = new Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "HH", "home health"),
            Type = [Concept("http://snomed.info/sct", "163771000000109", "Mental health care spell")],
            Subject = Ref(2),
            EpisodeOfCare = [Ref(11)],
            Period = new Period { Start = "2026-04-12", End = "2026-05-03T17:40:00+01:00" },
            Hospitalization = new Encounter.HospitalizationComponent
            {
                Extension =
                [
                    new Extension(UkCore + "Extension-UKCore-AdmissionMethod",
                        Concept("https://fhir.hl7.org.uk/CodeSystem/UKCore-AdmissionMethodEngland", "25", "Emergency Admission: Admission via Mental Health Crisis Resolution Team")),
                ],
            },
        });
        yield return Made(11, "Episode", new EpisodeOfCare { Status = EpisodeOfCare.EpisodeOfCareStatus.Finished, Patient = Ref(2), ManagingOrganization = Ref(3) });
        yield return Made(12, "Depression", new Condition
        {
            ClinicalStatus = Concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"),
            VerificationStatus = Concept("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", "Confirmed"),
            Code = new CodeableConcept { Text = "Depression" },
            Subject = Ref(2),
        });
        yield return Made(13, "No known allergies", new AllergyIntolerance
        {
            Meta = Claims("UKCore-AllergyIntolerance"),
            ClinicalStatus = Concept("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active", "Active"),
            Code = new CodeableConcept { Text = "No known allergies" },
            Patient = Ref(2),
        });
        yield return Made(14, "Weight 80 kg", new Observation
        {
            Status = ObservationStatus.Final,
            Code = new CodeableConcept { Text = "Weight" },
            Subject = Ref(2),
            Value = new Quantity(80m, "kg", "http://unitsofmeasure.org"),
            ReferenceRange = [new Observation.ReferenceRangeComponent { Text = "none" }],
        });
        yield return Made(15, "Risk", new Flag
        {
            Meta = ClaimsOurs("flag"),
            Status = Flag.FlagStatus.Active,
            Code = Concept(CodeSystems.Canonical + "/CodeSystem/flag-kind", "risk-to-self", "Risk to self"),
            Subject = Ref(2),
        });
    }

    private static IEnumerable<Resource> Medicines()
    {
        yield return Made(20, "Aripiprazole", new Medication { Meta = Claims("UKCore-Medication"), Code = new CodeableConcept { Text = "Aripiprazole 10 mg tablets" } });
        yield return Made(21, "Aripiprazole prescribed", new MedicationRequest
        {
            Meta = Claims("UKCore-MedicationRequest"),
            Status = MedicationRequest.MedicationrequestStatus.Active,
            Intent = MedicationRequest.MedicationRequestIntent.Order,
            Medication = Ref(20),
            Subject = Ref(2),
            Substitution = new MedicationRequest.SubstitutionComponent { Allowed = new FhirBoolean(true) },
            DosageInstruction = [Dose()],
        });
        yield return Made(22, "Aripiprazole taken", new MedicationStatement
        {
            Meta = new Meta { Profile = [UkCore + "UKCore-MedicationStatement", CodeSystems.Canonical + "/StructureDefinition/crt-hub-medicationstatement"] },
            Extension = [Change()],
            Identifier = [new Identifier("https://tools.ietf.org/html/rfc4122", Id(903))],
            Status = MedicationStatement.MedicationStatusCodes.Active,
            Medication = new CodeableConcept { Text = "Aripiprazole 10 mg tablets" },
            Subject = Ref(2),
            Dosage = [Dose()],
        });
        yield return Made(23, "Active medicines", new Hl7.Fhir.Model.List
        {
            Status = Hl7.Fhir.Model.List.ListStatus.Current,
            Mode = ListMode.Snapshot,
            Code = Concept("http://snomed.info/sct", "1102411000000102", "Active medications"),
            Subject = Ref(2),
            Entry = [new Hl7.Fhir.Model.List.EntryComponent { Item = Ref(22) }],
        });
        yield return Made(24, "Depot given", new MedicationAdministration
        {
            Status = MedicationAdministration.MedicationAdministrationStatusCodes.Completed,
            Medication = new CodeableConcept { Text = "Depot" },
            Subject = Ref(2),
            Effective = new FhirDateTime("2026-05-01"),
            Dosage = new MedicationAdministration.DosageComponent { Dose = new Quantity(100m, "mg", "http://unitsofmeasure.org") },
        });
    }

    private static Extension Change() => new()
    {
        Url = CodeSystems.Canonical + "/StructureDefinition/medication-change",
        Extension =
        [
            new Extension("status", Concept(CodeSystems.Canonical + "/CodeSystem/medication-change-status", "amended", "Amended")),
            new Extension("reason", new FhirString("Restless on 15 mg")),
            new Extension("date", new FhirDateTime("2026-05-01")),
            new Extension("description", new FhirString("Dose lowered")),
            new Extension("before", new FhirString("15 mg once a day")),
            new Extension("after", new FhirString("10 mg once a day")),
        ],
    };

    private static Dosage Dose() => new()
    {
        Text = "10 mg once a day",
        Timing = new Timing { Repeat = new Timing.RepeatComponent { Frequency = 1, Period = 1, PeriodUnit = Timing.UnitsOfTime.D } },
        DoseAndRate = [new Dosage.DoseAndRateComponent { Dose = new Quantity(10m, "mg", "http://unitsofmeasure.org") }],
    };

    private static IEnumerable<Resource> Plan()
    {
        yield return Made(30, "Plan", new CarePlan
        {
            Status = RequestStatus.Active,
            Intent = CarePlan.CarePlanIntent.Plan,
            Subject = Ref(2),
            Activity = [new CarePlan.ActivityComponent { Reference = Ref(31) }],
        });
        yield return Made(31, "Repeat for 28 days", new Hl7.Fhir.Model.Task
        {
            Meta = ClaimsOurs("task"),
            Description = "Repeat for 28 days",
            Status = Hl7.Fhir.Model.Task.TaskStatus.Requested,
            Intent = Hl7.Fhir.Model.Task.TaskIntent.Order,
            For = Ref(2),
            Owner = Ref(5),
            AuthoredOn = "2026-05-03T17:40:00+01:00",
            LastModified = "2026-05-03T17:41:00+01:00",
        });
        yield return Made(32, "Referral", new ServiceRequest
        {
            Status = RequestStatus.Active,
            Intent = RequestIntent.Order,
            Code = new CodeableConcept { Text = "Community team" },
            Subject = Ref(2),
        });
        yield return Made(33, "First appointment", new Appointment
        {
            Status = Appointment.AppointmentStatus.Booked,
            Start = DateTimeOffset.Parse("2026-05-10T10:00:00+01:00", System.Globalization.CultureInfo.InvariantCulture),
            End = DateTimeOffset.Parse("2026-05-10T10:30:00+01:00", System.Globalization.CultureInfo.InvariantCulture),
            Participant = [new Appointment.ParticipantComponent { Actor = Ref(2), Status = ParticipationStatus.Accepted }],
        });
        yield return Made(34, "Crisis plan", new DocumentReference
        {
            Status = DocumentReferenceStatus.Current,
            Subject = Ref(2),
            Content = [new DocumentReference.ContentComponent { Attachment = new Attachment { ContentType = "text/plain", Data = "Plan"u8.ToArray() } }],
        });
        yield return Made(35, "Consent", new Consent
        {
            Status = Consent.ConsentState.Active,
            Scope = Concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", "Privacy Consent"),
            Category = [Concept("http://loinc.org", "59284-0", "Consent Document")],
            Patient = Ref(2),
            PolicyRule = new CodeableConcept { Text = "Trust policy" },
        });
        yield return Made(36, "Plan given", new Communication
        {
            Meta = ClaimsOurs("communication"),
            Status = EventStatus.Completed,
            Subject = Ref(2),
            Recipient = [Ref(2)],
        });
        yield return Made(37, "Source", new Provenance
        {
            Target = [Ref(10)],
            Recorded = DateTimeOffset.Parse("2026-05-03T17:41:00+01:00", System.Globalization.CultureInfo.InvariantCulture),
            Agent = [new Provenance.AgentComponent { Who = Ref(3) }],
        });
    }
}
