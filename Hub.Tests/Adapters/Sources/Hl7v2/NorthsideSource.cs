using System.Text;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;

namespace Hub.Tests.Adapters.Sources.Hl7v2;

/// <summary>The example source file, and invented messages of its sender.</summary>
internal static class NorthsideSource
{
    public static readonly DateTimeOffset Received = new(2026, 5, 3, 17, 0, 0, TimeSpan.Zero);

    public static PartnerFile File(Func<string, string>? edit = null)
    {
        var text = System.IO.File.ReadAllText(Path.Combine(Repository.Root, "partners", "northside-epr.json"));
        using var document = JsonDocument.Parse(edit?.Invoke(text) ?? text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        var root = document.RootElement;
        return new PartnerFile
        {
            Id = root.GetProperty("id").GetString()!,
            Name = root.GetProperty("name").GetString()!,
            Role = PartnerRole.Source,
            Organisation = OdsCode.Parse(root.GetProperty("organisation").GetString()!),
            Protocol = root.GetProperty("protocol").GetString()!,
            Settings = root.GetProperty("settings").Clone(),
        };
    }

    public static Hl7v2Source Source(Func<string, string>? edit = null)
    {
        var (source, problems) = Hl7v2SourceSettingsReader.Read(File(edit));
        problems.ShouldBeEmpty();
        return source!;
    }

    public const string Pid = "PID|1||9912003888^^^NHS~L100^^^NEPR||HARPER^AMA^J^^MS^^L||19920214|2|||4 MILL LANE^^NORTHSIDE^^NS1 1AA||01632960555||EN|||||||||||||||||NSTS01";
    public const string Pd1 = "PD1|||ELM SURGERY^^A81001|G1234567^WOOD^ANNA^^^DR^^^GMP";
    public const string Pv1 = "PV1|1|O|NCRT^^^RXN01||||C7654321^OKAFOR^ADA^^^DR^^^GMC||C7654321^OKAFOR^ADA^^^DR^^^GMC|725|SCMHT||||||||V77^^^VISITID";

    public static string Msh(string type, string id = "100", string version = "2.4", string processing = "P", string extra = "") =>
        $"MSH|^~\\&|NORTHEPR|RXN|HUB|RXN|20260503174000||{type}|{id}|{processing}|{version}{extra}";

    public static string Adt(string trigger, params string[] more) =>
        Lines([Msh($"ADT^{trigger}"), $"EVN|{trigger}|20260503174500|||U1^NURSE^NELL|20260503174000", Pid, Pd1, Pv1, .. more]);

    public static string Lines(params string[] segments) => string.Join('\r', segments) + "\r";

    public static Hl7v2Received Read(string message, Hl7v2Source? source = null) =>
        Hl7v2MessageReader.Read(Encoding.UTF8.GetBytes(message), [source ?? Source()], Received);

    public static T One<T>(string message, Hl7v2Source? source = null) where T : CareEvent =>
        Events(message, source).ShouldHaveSingleItem().ShouldBeOfType<T>();

    public static IReadOnlyList<CareEvent> Events(string message, Hl7v2Source? source = null)
    {
        var reading = Read(message, source).Reading;
        reading.ShouldBeOfType<EventsRead>((reading as Unreadable)?.Refusal.Problems[0].Code);
        return ((EventsRead)reading).Events;
    }

    public static Refusal Refused(string message, Hl7v2Source? source = null) =>
        Read(message, source).Reading.ShouldBeOfType<Unreadable>().Refusal;
}
