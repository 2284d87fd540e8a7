using Hub.Adapters.Contract;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Adapters.Sources.Hl7v2;

namespace Hub.Proxy.Commands.Try;

/// <summary>The content of one tried file, told apart by how it begins and read as its source reads it.</summary>
internal static class TriedFile
{
    public static IEnumerable<TriedMessage> Read(byte[] content, TriedAs asked, IServiceProvider provider, TimeProvider time)
    {
        var directory = provider.GetRequiredService<IPartnerDirectory>();
        var trimmed = content.AsSpan().TrimStart(" \t\r\n\uFEFF"u8);
        if (FhirMessageReader.Recognises(trimmed))
        {
            return [TriedMessage.OfFhir(trimmed.ToArray(), asked.Source, directory, time.GetUtcNow())];
        }

        if (trimmed is [(byte)'{', ..])
        {
            return [TriedMessage.OfJson(content, asked, directory, time.GetUtcNow())];
        }

        // A file saved from a capture may still have its MLLP frame.
        var bytes = content.AsSpan().Trim([(byte)0x0B, (byte)0x1C]).ToArray();
        return Hl7v2MessageReader.ReadAll(bytes, asked.Sources(provider.GetRequiredService<Hl7v2Sources>().Current(), bytes), time.GetUtcNow()).Select(TriedMessage.OfHl7);
    }
}
