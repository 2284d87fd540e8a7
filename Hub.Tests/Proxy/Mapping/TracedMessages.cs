using System.Text;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Bundles;
using Hub.Proxy.Commands;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;
using Hub.Tests.Support;

namespace Hub.Tests.Proxy.Mapping;

/// <summary>Messages of the tests' trust, to be traced without a store.</summary>
internal static class TracedMessages
{
    public static readonly TracedCopy ToPractice = new(0, Audience.Gp, DocumentPart.Shareable);

    private static readonly Lazy<IReadOnlyList<PartnerFile>> Files = new(() => Load(_ => { }));

    public static IReadOnlyList<PartnerFile> Partners => Files.Value;

    /// <summary>The tests' partner files, changed on the way.</summary>
    public static IReadOnlyList<PartnerFile> Load(Action<string> change)
    {
        var folder = Directory.CreateTempSubdirectory("hub-traced-");
        try
        {
            TestPartners.Write(folder.FullName, 1, 2, 3);
            change(folder.FullName);
            return PartnerCommand.Load(folder).All;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static SourceText FromHl7(string message) => new()
    {
        Bytes = Encoding.UTF8.GetBytes(message), Protocol = Hl7v2SourceSettingsReader.Protocol, MediaType = Hl7v2MessageReader.MediaType, SourceId = "north-epr", Kind = "ADT", Key = "K",
        ReceivedAt = new DateTimeOffset(2026, 5, 10, 9, 0, 0, TimeSpan.Zero),
    };

    public static MappingTrace Trace(SourceText text) => MappingTracer.Of(new TraceRequest(text, Rerun.Slots(text, Partners), Partners, []));
}
