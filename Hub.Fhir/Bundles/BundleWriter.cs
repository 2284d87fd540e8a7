using System.Buffers;
using Hl7.Fhir.Model;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>
/// Writes the bundles of one case. An entry or a section that several of them hold is written once, and copied; the bytes are those of
/// writing each bundle whole.
/// </summary>
internal sealed class BundleWriter
{
    private readonly Dictionary<Base, byte[]> written = new(ReferenceEqualityComparer.Instance);
    private readonly ArrayBufferWriter<byte> scratch = new(4096);

    public byte[] Write(Bundle bundle)
    {
        if (bundle is not { Entry.Count: > 0, Signature: null } || bundle.HasOverflow)
        {
            return FhirJson.Write(bundle, scratch); // something stands behind the entries, or there are none
        }

        var entries = bundle.Entry;
        try
        {
            bundle.Entry = [];
            return Join(FhirJson.Write(bundle, scratch), ",\"entry\":["u8, entries.ConvertAll(Entry), "]}"u8);
        }
        finally
        {
            bundle.Entry = entries;
        }
    }

    private byte[] Entry(Bundle.EntryComponent entry) => Once(entry, () =>
    {
        if (entry is not { Resource: Composition { Section.Count: > 0 } composition, Search: null, Request: null, Response: null }
            || composition.HasOverflow || entry.HasOverflow)
        {
            return FhirJson.Write(entry, scratch);
        }

        var sections = composition.Section;
        try
        {
            composition.Section = [];
            return Join(FhirJson.Write(entry, scratch), ",\"section\":["u8, sections.ConvertAll(s => Once(s, () => FhirJson.Write(s, scratch))), "]}}"u8);
        }
        finally
        {
            composition.Section = sections;
        }
    });

    private byte[] Once(Base part, Func<byte[]> write)
    {
        if (!written.TryGetValue(part, out var json))
        {
            written.Add(part, json = write());
        }

        return json;
    }

    /// <summary>Puts a list in at the end of what it was taken out of; <paramref name="close"/> is its own end and that of the frame.</summary>
    private static byte[] Join(byte[] frame, ReadOnlySpan<byte> open, List<byte[]> parts, ReadOnlySpan<byte> close)
    {
        var head = frame.AsSpan(0, frame.Length - (close.Length - 1));
        var json = new byte[head.Length + open.Length + parts.Sum(p => p.Length + 1) - 1 + close.Length];
        var rest = json.AsSpan();
        Append(ref rest, head);
        Append(ref rest, open);
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0)
            {
                Append(ref rest, ","u8);
            }

            Append(ref rest, parts[i]);
        }

        Append(ref rest, close);
        return json;
    }

    private static void Append(ref Span<byte> rest, ReadOnlySpan<byte> part)
    {
        part.CopyTo(rest);
        rest = rest[part.Length..];
    }
}
