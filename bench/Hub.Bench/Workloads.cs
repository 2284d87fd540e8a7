using System.Text.Encodings.Web;
using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Proxy.Episodes;

namespace Hub.Bench;

/// <summary>What is measured. Each workload is tried once before, and its answer looked at: a fast wrong answer is worth nothing.</summary>
internal static class Workloads
{
    private static readonly Audience[] Three = [Audience.Gp, Audience.Cmht, Audience.Ward];

    // What everybody who uses the SDK calls, with our writer's escaping: the measure that ours is held against.
    private static readonly JsonSerializerOptions Plain =
        new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }.ForFhir(ModelInfo.ModelInspector);

    public static IReadOnlyList<Workload> All()
    {
        var admitted = Applied(null, Trust.Admission);
        var ordered = Applied(admitted.Episode, Trust.Orders);
        var changed = Applied(ordered.Episode, Trust.Change);
        var discharged = Applied(changed.Episode, Trust.Discharge);
        return
        [
            .. Of("admission", admitted),
            .. Of("medication change", changed),
            .. Of("discharge", discharged),
            .. Stages(discharged),
            .. WholeWay(changed.Episode!),
        ];
    }

    /// <summary>Plain serialization of a bundle, and beside it the way from the event to the same bundle's checked bytes.</summary>
    private static IEnumerable<Workload> Of(string name, ComposeRequest request)
    {
        var bundle = Assembled(request);
        var json = JsonSerializer.SerializeToUtf8Bytes(bundle, Plain);
        var body = BundleComposer.Compose(request);
        if (!body.Json.Span.SequenceEqual(json))
        {
            throw new InvalidOperationException($"The {name} that is composed is not the one that is serialized.");
        }

        RequireGood(name, body);
        yield return new Workload($"{name}: plain serialization", () => JsonSerializer.SerializeToUtf8Bytes(bundle, Plain), json.Length);
        yield return new Workload(
            $"{name}: event to checked bytes, one audience", () => BundleComposer.Compose(request), json.Length, $"{name}: plain serialization");
    }

    /// <summary>Where the time of the discharge goes.</summary>
    private static IEnumerable<Workload> Stages(ComposeRequest request)
    {
        var file = CaseFileReader.Open(request);
        var composed = ComposedCase.Of(file);
        var bundle = MessageAssembly.ToMessage(composed, Audience.Gp);
        const string plain = "discharge: plain serialization";
        yield return new Workload("of it: map and word what all audiences share", () => ComposedCase.Of(CaseFileReader.Open(request)), 0, plain);
        yield return new Workload("of it: put one audience's message together", () => MessageAssembly.ToMessage(composed, Audience.Gp), 0, plain);
        yield return new Workload("of it: all but the check, on new objects", () => JsonSerializer.SerializeToUtf8Bytes(Assembled(request), Plain), 0, plain);
        yield return new Workload("of it: check one bundle", () => BundleValidator.ValidateBody(bundle), 0, plain);
        yield return new Workload("not of it: attributes as the SDK checks them", () => AttributeRules.Check(bundle, new Findings(CheckBudget.Usual())), 0, plain);
    }

    /// <summary>Steps 1, 4 and 5 of the straight path: HL7 v2 bytes to checked FHIR bytes.</summary>
    private static IEnumerable<Workload> WholeWay(EpisodeState before)
    {
        var bodies = Run();
        foreach (var (audience, body) in bodies)
        {
            RequireGood(audience.ToString(), body);
        }

        return
        [
            new Workload("of it: read ADT^A03 and lay it over the episode", () => Applied(before, Trust.Discharge), 0),
            new Workload("ADT^A03 bytes to checked messages for GP, CMHT and ward", () => Run(), bodies.Values.Sum(b => b.Json.Length)),
        ];

        IReadOnlyDictionary<Audience, ComposedBody> Run() => BundleComposer.ComposeAll(Applied(before, Trust.Discharge), Three);
    }

    private static ComposeRequest Applied(EpisodeState? before, byte[] message) =>
        EpisodeHistory.Apply(before, Trust.Read(message), Trust.ReceivedAt) is Applied applied
            ? new ComposeRequest { Event = applied.Effective, Episode = applied.After, Before = before, ReceivedAt = Trust.ReceivedAt, Audience = Audience.Gp }
            : throw new InvalidOperationException("A message of the benchmark changes nothing.");

    private static Bundle Assembled(ComposeRequest request) => MessageAssembly.ToMessage(ComposedCase.Of(CaseFileReader.Open(request)), request.Audience);

    private static void RequireGood(string name, ComposedBody body)
    {
        if (body.Issues.FirstOrDefault(i => i.Severity == IssueSeverity.Error) is { } issue)
        {
            throw new InvalidOperationException($"The {name} is not good: {issue.Rule} at {issue.Location}.");
        }
    }
}
