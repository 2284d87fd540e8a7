using Hl7.Fhir.Model;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Writes the bundles of one case. An entry that several of them hold is written once, and copied; the bytes are those of writing each bundle whole.</summary>
internal sealed class BundleWriter
{
    private readonly Dictionary<Bundle.EntryComponent, byte[]> written = new(ReferenceEqualityComparer.Instance);

    public byte[] Write(Bundle bundle)
    {
        if (bundle is not { Entry.Count: > 0, Signature: null } || bundle.HasOverflow)
        {
            return FhirJson.Write(bundle); // something stands behind the entries, or there are none
        }

        var entries = bundle.Entry;
        try
        {
            bundle.Entry = [];
            return Join(FhirJson.Write(bundle), entries);
        }
        finally
        {
            bundle.Entry = entries;
        }
    }

    private byte[] Join(byte[] frame, List<Bundle.EntryComponent> entries)
    {
        var parts = entries.ConvertAll(Part);
        ReadOnlySpan<byte> open = ",\"entry\":["u8, close = "]}"u8;
        var json = new byte[frame.Length - 1 + open.Length + parts.Sum(p => p.Length + 1) - 1 + close.Length];
        var rest = json.AsSpan();
        Append(ref rest, frame.AsSpan(0, frame.Length - 1));
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

    private byte[] Part(Bundle.EntryComponent entry)
    {
        if (!written.TryGetValue(entry, out var part))
        {
            written.Add(entry, part = FhirJson.WriteEntry(entry));
        }

        return part;
    }

    private static void Append(ref Span<byte> rest, ReadOnlySpan<byte> part)
    {
        part.CopyTo(rest);
        rest = rest[part.Length..];
    }
}
