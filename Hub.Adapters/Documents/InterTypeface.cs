using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Hub.Adapters.Documents;

/// <summary>
/// Reads the faces of Inter out of the package that brings them: an assembly of which nothing is run. Its one resource is an index
/// (length, version, count; per file its path, where it begins and how long it is) and then the files.
/// </summary>
internal static class InterTypeface
{
    private const string Resource = "!AvaloniaResources";
    private const int IndexVersion = 2;

    public static byte[] Regular => Faces.Value["/Assets/Inter-Regular.ttf"];

    public static byte[] Bold => Faces.Value["/Assets/Inter-Bold.ttf"];

    private static readonly Lazy<Dictionary<string, byte[]>> Faces = new(Read);

    private static Dictionary<string, byte[]> Read()
    {
        using var package = typeof(InterTypeface).Assembly.GetManifestResourceStream("Inter")!;
        using var assembly = new PEReader(package);
        using var reader = new BinaryReader(new MemoryStream(Content(assembly)));
        var files = sizeof(int) + reader.ReadInt32();
        if (reader.ReadInt32() != IndexVersion)
        {
            throw new InvalidOperationException("The typeface's package has another layout than the one that is read here.");
        }

        var index = Enumerable.Range(0, reader.ReadInt32()).Select(_ => (Path: reader.ReadString(), At: reader.ReadInt32(), Length: reader.ReadInt32())).ToList();
        return index.Where(f => f.Path.EndsWith("-Regular.ttf", StringComparison.Ordinal) || f.Path.EndsWith("-Bold.ttf", StringComparison.Ordinal))
            .ToDictionary(f => f.Path, f => Bytes(reader, files + f.At, f.Length));
    }

    private static byte[] Content(PEReader assembly)
    {
        var metadata = assembly.GetMetadataReader();
        var resource = metadata.ManifestResources.Select(metadata.GetManifestResource).Single(r => metadata.GetString(r.Name) == Resource);
        var section = assembly.GetSectionData(assembly.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress).GetReader();
        section.Offset = (int)resource.Offset;
        return section.ReadBytes(section.ReadInt32());
    }

    private static byte[] Bytes(BinaryReader reader, int at, int length)
    {
        reader.BaseStream.Position = at;
        return reader.ReadBytes(length);
    }
}
