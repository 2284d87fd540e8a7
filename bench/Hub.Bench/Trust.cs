using System.Text;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Bench;

/// <summary>An invented trust, one invented person, and the HL7 v2 messages of her episode: admission, six orders, discharge.</summary>
internal static class Trust
{
    public static readonly DateTimeOffset ReceivedAt = new(2026, 5, 12, 16, 45, 0, TimeSpan.Zero);

    private const string Person = "PID|1||9912003888^^^NHS~B100^^^BEPR||BENTLEY^AMA^J^^MS^^L||19920214|2|||4 BENCH LANE^^TESTTOWN^^ZZ1 1ZZ||07700900001||EN|||||||||||||||||NSTS01";
    private const string Practice = "PD1|||ELM SURGERY^^A81001|G1234567^WOOD^ANNA^^^DR^^^GMP";
    private const string Visit = "PV1|1|O|NCRT^^^RXN01|||WILLOW|C7654321^OKAFOR^ADA^^^DR^^^GMC||C7654321^OKAFOR^ADA^^^DR^^^GMC|725|SCMHT||||||||V77^^^VISITID";

    private static readonly Hl7v2Source Source = ReadSource();

    public static byte[] Admission { get; } = Message("ADT^A04", "B1", "20260501093000",
        "EVN|A04|20260501093500|||U1^NURSE^NELL|20260501093000", Person, Practice, Visit, "PV2|||OD^Overdose",
        "NK1|1|BENTLEY^JOE|SPO|4 BENCH LANE^^TESTTOWN|07700900111", "NK1|2|BENTLEY^MAY|MTH||01632960777||CR",
        "AL1|1|DA|PEN^Penicillin||Rash", "DG1|1||F32^Depressive episode^I10", "ZU5||2^Informal");

    /// <summary>Six medicines, one order each: the first five as she came with them.</summary>
    public static byte[] Orders { get; } = Message("RDE^O11", "B2", "20260501113000",
    [
        Person, Practice, Visit,
        .. Order("P1", "39113311000001107^Sertraline 50mg tablets^DM+D", "50", "in the morning", "Depression"),
        .. Order("P2", "322236009^Diazepam 2mg tablets^SCT", "2", "three times a day", "Acute anxiety"),
        .. Order("P3", "Z1^Zopiclone 7.5mg tablets", "7.5", "at night", "Insomnia"),
        .. Order("P4", "Z2^Olanzapine 5mg tablets", "5", "at night", "Psychotic symptoms"),
        .. Order("P5", "Z3^Lithium carbonate 400mg tablets", "400", "at night", "Mood"),
        .. Order("P6", "Z4^Promethazine 25mg tablets", "25", "at night", "Sleep"),
    ]);

    /// <summary>She goes home with a higher dose of one and without another.</summary>
    public static byte[] Change { get; } = Message("RDE^O11", "B3", "20260508100000",
    [
        Person, Practice, Visit,
        .. Order("P1", "39113311000001107^Sertraline 50mg tablets^DM+D", "100", "in the morning", "Depression", "XO"),
        .. Order("P3", "Z1^Zopiclone 7.5mg tablets", "7.5", "at night", "Sleep has returned", "DC"),
    ]);

    public static byte[] Discharge { get; } = Message("ADT^A03", "B4", "20260512174000",
        "EVN|A03|20260512174500|||U1^NURSE^NELL|20260512174000", Person, Practice,
        Visit + "|||||||||||||||||1|19||||||202605010930|202605121740",
        "NK1|1|BENTLEY^JOE|SPO|4 BENCH LANE^^TESTTOWN|07700900111", "NK1|2|BENTLEY^MAY|MTH||01632960777||CR",
        "AL1|1|DA|PEN^Penicillin||Rash", "DG1|1||F32^Depressive episode^I10");

    /// <summary>Step 1: one message of ours, which must give exactly one event.</summary>
    public static CareEvent Read(byte[] message) => Hl7v2MessageReader.Read(message, [Source], ReceivedAt).Reading is EventsRead { Events: [var read] }
        ? read
        : throw new InvalidOperationException("A message of the benchmark is not read as one event.");

    private static IEnumerable<string> Order(string id, string medicine, string dose, string how, string reason, string control = "NW") =>
    [
        $"ORC|{control}|{id}^BEPR|F{id}^PHARM||||||20260501113000|||C7654321^OKAFOR^ADA^^^DR^^^GMC",
        $"RXE||{medicine}|{dose}||mg^mg|TAB^tablet|^{how}|||28|TAB^tablets||||||||||||||||^{reason}",
        "RXR|PO^Oral",
    ];

    private static byte[] Message(string type, string id, string at, params IEnumerable<string> segments) =>
        Encoding.UTF8.GetBytes(string.Join('\r', segments.Prepend($"MSH|^~\\&|BENCHEPR|RXN|HUB|RXN|{at}||{type}|{id}|P|2.4")) + "\r");

    private static Hl7v2Source ReadSource()
    {
        using var settings = JsonDocument.Parse("""
            {
              "match": { "sendingApplication": "BENCHEPR", "sendingFacility": "RXN" },
              "rules": [{ "kind": "crt", "when": { "PV1-3.1": ["NCRT"] } }],
              "teams": {
                "NCRT": { "name": "Northside Crisis Resolution Team", "kind": "crt", "ods": "RXN01", "typeCode": "A02", "phone24h": "01632 960200", "phone": "01632 960201" },
                "SCMHT": { "name": "Southside Community Mental Health Team", "ods": "RXN02", "typeCode": "A06", "phone": "01632 960300" },
                "WILLOW": { "name": "Willow Ward", "kind": "ward", "ods": "RXN03", "typeCode": "A10", "phone": "01632 960400" }
              },
              "cmht": { "field": "PV1-11.1" },
              "ward": { "field": "PV1-6.1" },
              "dischargeMethodInPv136": true
            }
            """);
        var file = new PartnerFile
        {
            Id = "bench-epr", Name = "Bench EPR", Role = PartnerRole.Source, Organisation = OdsCode.Parse("RXN"), Protocol = Hl7v2SourceSettingsReader.Protocol,
            Settings = settings.RootElement.Clone(),
        };
        var (source, problems) = Hl7v2SourceSettingsReader.Read(file);
        return source ?? throw new InvalidOperationException("The benchmark's source cannot be read: " + string.Join("; ", problems));
    }
}
