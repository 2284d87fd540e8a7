using System.Globalization;
using Hub.Proxy.Simulators;

namespace Hub.Proxy.Commands.Demo;

/// <summary>
/// Plays what a crisis team's record system would send about one invented person: early discharge from a ward to home treatment, two medicine
/// changes, discharge, and one message sent twice. Two more people come and go whose practices are reached by MESH. It knows the hub's listener and nothing of recipients.
/// </summary>
internal sealed class DemoJourney(int mllpPort, TimeProvider time)
{
    /// <summary>Sends the journey, a breath between messages. Returns the acknowledgement codes in order.</summary>
    public async Task<IReadOnlyList<string>> PlayAsync(TimeSpan pace, Func<int, Task> beforeMessage, CancellationToken cancellationToken)
    {
        await using var epr = new SimulatedEpr("127.0.0.1", mllpPort);
        var codes = new List<string>();
        var messages = Messages(time.GetUtcNow());
        for (var i = 0; i < messages.Count; i++)
        {
            await beforeMessage(i);
            var answer = await epr.SendAsync(messages[i], cancellationToken);
            codes.Add(CodeOf(answer));
            await Task.Delay(pace, time, cancellationToken);
        }

        return codes;
    }

    /// <summary>Two people of other practices come under the crisis team and leave it; between the two something may happen elsewhere.</summary>
    public async Task<IReadOnlyList<string>> PlayOthersAsync(Func<Task> meanwhile, CancellationToken cancellationToken)
    {
        await using var epr = new SimulatedEpr("127.0.0.1", mllpPort);
        var (now, codes) = (time.GetUtcNow(), new List<string>());
        var today = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
        var run = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        DateTimeOffset start = today.AddDays(-8), end = today.AddMinutes(-3);
        foreach (var (person, n) in Others.Select((p, n) => (p, n)))
        {
            codes.Add(CodeOf(await epr.SendAsync(Adt("A04^ADT_A01", $"{run}5{n}", start, start, null, person), cancellationToken)));
        }

        await meanwhile();
        foreach (var (person, n) in Others.Select((p, n) => (p, n)))
        {
            codes.Add(CodeOf(await epr.SendAsync(Adt("A03^ADT_A03", $"{run}6{n}", end, start, end, person), cancellationToken)));
        }

        return codes;
    }

    /// <summary>The admission of another person, with half a postcode.</summary>
    public static string AdmissionOfAnother(DateTimeOffset now, out string controlId)
    {
        var today = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
        controlId = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + "6";
        return Adt("A04^ADT_A01", controlId, today, today, null, Refused);
    }

    private static string CodeOf(string? acknowledgement)
    {
        var msa = acknowledgement?.Split('\r').FirstOrDefault(s => s.StartsWith("MSA|", StringComparison.Ordinal));
        return msa?.Split('|')[1] ?? "none";
    }

    private static List<string> Messages(DateTimeOffset now)
    {
        var today = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
        DateTimeOffset start = today.AddDays(-12), first = today.AddDays(-9), second = today.AddDays(-3), end = today.AddMinutes(-5);
        var run = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var discharge = Adt("A03^ADT_A03", run + "4", end, start, end);
        return
        [
            Adt("A04^ADT_A01", run + "1", start, start, null),
            Order(run + "2", "NW", "ORD1", "39720311000001101^Sertraline 50mg tablets^DMD", "50", "Take ONE daily in the morning", "Low mood", first, start),
            Order(run + "3", "DC", "ORD2", "^Zopiclone 7.5mg tablets", "7.5", "Take ONE at night", "No longer needed", second, start),
            discharge,
            discharge,
        ];
    }

    private static string Adt(string trigger, string controlId, DateTimeOffset at, DateTimeOffset start, DateTimeOffset? end, Person? other = null) => string.Join('\r',
    [
        Msh("ADT^" + trigger, controlId, at),
        $"EVN||{Ts(at)}|||900001^OKORO^NIAMH^^^MS|{Ts(at)}",
        other?.Pid ?? Pid, other?.Pd1 ?? Pd1, Pv1(start, end, other),
        "PV2|||Low mood with thoughts of self-harm",
        end is null ? "AL1|1|DA|^Penicillin^|MO|Rash" : "",
    ]).TrimEnd('\r') + "\r";

    private static string Order(
        string controlId, string control, string order, string medicine, string dose, string directions, string reason, DateTimeOffset at, DateTimeOffset start) =>
        string.Join('\r',
        [
            Msh("RDE^O11^RDE_O11", controlId, at), Pid, Pd1, Pv1(start, null),
            $"ORC|{control}|{order}^NEPR|{order}^NPHARM||||||{Ts(at)}|||C9999991^HALE^RUTH^^^DR^^^GMC",
            $"RXE|^^^{Ts(at)}|{medicine}|{dose}||mg|TAB|^{directions}|||||||||||||||||||^{reason}",
            "RXR|26643006^Oral^SCT", "",
        ]);

    private static string Msh(string type, string controlId, DateTimeOffset at) =>
        $@"MSH|^~\&|NORTHEPR|RXN|HUB|RXN|{Ts(at)}||{type}|{controlId}|P|2.4|||||GBR|UNICODE UTF-8|EN||ITKv1.0";

    private const string Pid =
        "PID|1||9912003888^^^NHS~T1000^^^NEPR||MARLOW^AMA^^^MS^^L||19920214|2|||1 TEST LANE^^TESTTOWN^^ZZ1 1ZZ^GBR^H||07700900001|||||||||||||||||||01";

    private const string Pd1 = "PD1|||ELM SURGERY^^Y12345|G9999998^GREEN^GAIL^^^DR^^^GMP";

    private static string Pv1(DateTimeOffset start, DateTimeOffset? end, Person? other = null)
    {
        var fields = new string[46];
        Array.Fill(fields, "");
        (fields[0], fields[1], fields[2], fields[3], fields[6], fields[10], fields[19]) = ("PV1", "1", "O", "NCRT^^^RXN", other is null ? "WILLOW^^^RXN" : "", "710", $"{other?.Visit ?? "E1000"}^^^VISITID");
        (fields[37], fields[44], fields[45]) = (end is null ? "" : "19", Ts(start), end is { } e ? Ts(e) : "");
        return string.Join('|', fields).TrimEnd('|');
    }

    private static readonly Person[] Others =
    [
        new("9000000009", "T2000", "QUILL^BEN^^^MR", "19880305", "1", "OAK SURGERY^^Y12346", "E2000"),
        new("9000000017", "T3000", "LOWE^CARA^^^MS", "19790921", "2", "ASH SURGERY^^Y12347", "E3000"),
    ];

    private static readonly Person Refused = new("9000000068", "T4000", "CALDER^NOOR^^^MR", "19880711", "1", "ELM SURGERY^^Y12345", "E4000") { Postcode = "ZZ1 1Z" };

    /// <summary>Another invented person.</summary>
    private sealed record Person(string NhsNumber, string LocalId, string Name, string Born, string Sex, string Practice, string Visit)
    {
        public string Postcode { get; init; } = "ZZ1 1ZZ";
        public string Pid => $"PID|1||{NhsNumber}^^^NHS~{LocalId}^^^NEPR||{Name}^^L||{Born}|{Sex}|||2 TEST LANE^^TESTTOWN^^{Postcode}^GBR^H||07700900002|||||||||||||||||||01";
        public string Pd1 => $"PD1|||{Practice}";
    }

    private static string Ts(DateTimeOffset at) => at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
}
