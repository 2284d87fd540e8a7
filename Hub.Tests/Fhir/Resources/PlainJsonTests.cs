using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hub.Fhir.Bundles;
using Hub.Fhir.Resources;
using Hub.Tests.Fhir.Conformance;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Resources;

/// <summary>What we write without the SDK is what the SDK would have written.</summary>
public sealed class PlainJsonTests
{
    private static readonly JsonSerializerOptions Sdk =
        new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }.ForFhir(ModelInfo.ModelInspector);

    public static TheoryData<int> Events => [.. Enumerable.Range(0, Cases.All().Count())];

    [Theory]
    [MemberData(nameof(Events))]
    public void A_message_is_written_as_the_SDK_writes_it_and_nothing_of_it_needs_the_SDK(int index)
    {
        var composed = ComposedCase.Of(CaseFileReader.Open(Cases.Request(Cases.All().ElementAt(index), episode: Cases.Discharged())));
        var bundle = MessageAssembly.ToMessage(composed, Audience.Ward);

        composed.Writer.Write(bundle).ShouldBe(JsonSerializer.SerializeToUtf8Bytes<Resource>(bundle, Sdk));
        IsPlain(bundle).ShouldBeTrue();
    }

    [Fact]
    public void An_odd_value_at_any_place_is_written_as_the_SDK_writes_it()
    {
        var (plain, left) = (0, 0);
        foreach (var (place, json) in OddBundles.All())
        {
            if (OddBundles.Parse(json) is not { } bundle || Try(() => JsonSerializer.SerializeToUtf8Bytes<Resource>(bundle, Sdk)) is not { } expected)
            {
                continue;
            }

            _ = IsPlain(bundle) ? plain++ : left++;
            FhirJson.Write(bundle).AsSpan().SequenceEqual(expected).ShouldBeTrue(place);
        }

        plain.ShouldBeGreaterThan(500);
        left.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void What_is_not_plain_is_left_to_the_SDK_whole()
    {
        var patient = new Patient { BirthDateElement = new Date("1992-02-14") { Extension = [new Extension("https://hospital.test/time", new FhirString("at noon"))] }, Meta = new Meta() };

        IsPlain(patient).ShouldBeFalse();
        FhirJson.Write(patient).ShouldBe(JsonSerializer.SerializeToUtf8Bytes<Resource>(patient, Sdk));
    }

    private static bool IsPlain(Resource resource)
    {
        using var writer = new Utf8JsonWriter(new ArrayBufferWriter<byte>(), new JsonWriterOptions { SkipValidation = true });
        return PlainJson.TryWrite(writer, resource);
    }

    private static byte[]? Try(Func<byte[]> write)
    {
        try
        {
            return write();
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or FormatException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
