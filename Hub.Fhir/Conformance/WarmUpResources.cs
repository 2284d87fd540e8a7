using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance;

/// <summary>Made-up resources of nobody, to run every layer once before the first message does.</summary>
internal static class WarmUpResources
{
    public static IEnumerable<Resource> All()
    {
        var patient = new Patient
        {
            Id = "b2b8e6a6-6f0d-5a39-9d59-1f6b1a4f3c01",
            Meta = new Meta { Profile = ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"] },
            Text = new Narrative { Status = Narrative.NarrativeStatus.Generated, Div = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Nobody</p></div>" },
            Name = [new HumanName { Family = "Nobody", Period = new Period { Start = "2020", End = "2021" } }],
        };
        yield return patient;
        yield return new Bundle
        {
            Type = Bundle.BundleType.Message,
            Entry =
            [
                new Bundle.EntryComponent { FullUrl = "urn:uuid:b2b8e6a6-6f0d-5a39-9d59-1f6b1a4f3c02", Resource = new MessageHeader { Focus = [new ResourceReference("urn:uuid:" + patient.Id)] } },
                new Bundle.EntryComponent { FullUrl = "urn:uuid:" + patient.Id, Resource = patient },
            ],
        };
    }
}
