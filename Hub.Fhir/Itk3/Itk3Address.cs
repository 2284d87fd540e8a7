using Hub.Fhir.Resources;

namespace Hub.Fhir.Itk3;

/// <summary>What a written ITK3 message says of its way: read back from its bytes, so that a retry goes where the first try went.</summary>
public sealed record Itk3Address
{
    /// <summary>The hub's own word for what happened, such as <c>discharge</c>.</summary>
    public string? EventCode { get; init; }
    public string? NhsNumber { get; init; }

    /// <summary>As FHIR has it: <c>1992-02-03</c>.</summary>
    public string? BirthDate { get; init; }
    public string? Surname { get; init; }

    /// <summary>What must be there where the NHS number is absent or not verified, and is not (PDS-02). Names of elements.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <returns>Null where the bytes are no ITK3 message with a document.</returns>
    public static Itk3Address? Read(ReadOnlyMemory<byte> message)
    {
        if (AnswerTree.ParseOurs(message) is not { Name: "Bundle" } bundle || Resources(bundle).FirstOrDefault().Resource is not { Name: "MessageHeader" } header
            || Resources(bundle).Select(r => r.Resource).FirstOrDefault(r => r.Name == "Bundle") is not { } document)
        {
            return null;
        }

        var held = Resources(document).ToList();
        var subject = held.Select(r => r.Resource).FirstOrDefault(r => r.Name == "Composition")?.One("subject")?.Text("reference");
        var patient = held.FirstOrDefault(r => r.Resource.Name == "Patient" && r.Url == subject).Resource;
        return new Itk3Address
        {
            EventCode = Coded(header.One("reason")?.All("coding"), CodeSystems.MessageEvent)?.Text("code"),
            NhsNumber = Coded(patient?.All("identifier"), CodeSystems.NhsNumber)?.Text("value"),
            BirthDate = patient?.Text("birthDate"),
            Surname = patient?.All("name").OrderByDescending(n => n.Text("use") == "official").Select(n => n.Text("family")).FirstOrDefault(),
            Missing = patient is null ? [] : MissingOf(patient),
        };
    }

    private static IReadOnlyList<string> MissingOf(AnswerTree patient)
    {
        var number = Coded(patient.All("identifier"), CodeSystems.NhsNumber);
        if (number is not null && Events.NhsNumber.TryParse(number.Text("value"), out _) && IsVerified(number))
        {
            return [];
        }

        var (name, address) = (patient.All("name").FirstOrDefault(), patient.All("address").FirstOrDefault());
        return
        [
            .. new (string Element, bool There)[]
            {
                ("given name", name?.All("given").Any() == true), ("surname", name?.Text("family") is not null), ("gender", patient.Text("gender") is not null),
                ("date of birth", patient.Text("birthDate") is not null), ("address", address?.All("line").Any() == true), ("postcode", address?.Text("postalCode") is not null),
            }.Where(e => !e.There).Select(e => e.Element),
        ];
    }

    private static bool IsVerified(AnswerTree number) => number.All("extension").SelectMany(e => e.All("valueCodeableConcept")).SelectMany(c => c.All("coding")).Any(c => c.Text("code") == "01");

    private static AnswerTree? Coded(IEnumerable<AnswerTree>? items, string system) => items?.FirstOrDefault(i => i.Text("system") == system);

    private static IEnumerable<(string? Url, AnswerTree Resource)> Resources(AnswerTree bundle) =>
        bundle.All("entry").Select(e => (e.Text("fullUrl"), e.One("resource")?.Only)).Where(r => r.Only is not null).Select(r => (r.Item1, r.Only!));
}
