using System.Globalization;

namespace Hub.Tests.Support;

/// <summary>HL7 v2 messages of an invented trust: UK ITK 2.4, one person and one episode a builder.</summary>
internal sealed record Messages
{
    public string NhsNumber { get; init; } = "9912003888";
    public string LocalId { get; init; } = "T1000";
    public string Family { get; init; } = "MARLOW";
    public string Given { get; init; } = "AMA";
    public string BirthDate { get; init; } = "19920214";
    public string Visit { get; init; } = "E1000";
    public string Practice { get; init; } = "Y99001";
    public string Team { get; init; } = "NCRT";

    /// <summary>Prior location: the ward the person came from, which is told too. Empty for none.</summary>
    public string FromWard { get; init; } = "WILLOW";
    public DateTimeOffset Start { get; init; } = new(2026, 5, 1, 9, 0, 0, TimeSpan.FromHours(1));

    public string Admission(string controlId, DateTimeOffset? at = null) =>
        Adt("A04", "ADT_A01", controlId, at ?? Start, admittedAt: at ?? Start, reason: "Low mood, safety concerns");

    public string Discharge(string controlId, DateTimeOffset at) => Adt("A03", "ADT_A03", controlId, at, admittedAt: Start, dischargedAt: at);

    /// <summary>Cancel of a discharge: EVN-6 is the time of the discharge that is cancelled.</summary>
    public string CancelDischarge(string controlId, DateTimeOffset at, DateTimeOffset dischargedAt) =>
        Adt("A13", "ADT_A01", controlId, at, occurredAt: dischargedAt, admittedAt: Start);

    public string Adt(
        string trigger, string structure, string controlId, DateTimeOffset at, DateTimeOffset? occurredAt = null, DateTimeOffset? admittedAt = null,
        DateTimeOffset? dischargedAt = null, string reason = "") => string.Join('\r',
    [
        Msh($"ADT^{trigger}^{structure}", controlId, at),
        $"EVN||{Ts(at)}|||900001^NURSE^NORA|{Ts(occurredAt ?? at)}",
        Pid(),
        Pd1(),
        Pv1(admittedAt, dischargedAt),
        $"PV2|||{reason}",
        "",
    ]);

    /// <summary>One order: <paramref name="control"/> NW, XO, DC, HD ...; <paramref name="status"/> is ORC-5.</summary>
    public string Order(string controlId, string control, string orderId, string medicine, string dose, DateTimeOffset at, string reason = "", string status = "IP") =>
        string.Join('\r',
        [
            Msh("RDE^O11^RDE_O11", controlId, at),
            Pid(),
            Pd1(),
            Pv1(Start, null),
            $"ORC|{control}|{orderId}^NEPR|{orderId}^NPHARM||{status}||||{Ts(at)}|||C1234567^DOCTOR^DORA^^^DR^^^GMC",
            $"RXE|1^^^{Ts(at)}|{medicine}|{dose}||mg|TAB|^{dose} mg once a day|||||||||||||||||||^{reason}",
            "RXR|26643006^Oral^SCT",
            "",
        ]);

    public string Merge(string controlId, DateTimeOffset at, string retiredLocalId) => string.Join('\r',
    [
        Msh("ADT^A40^ADT_A39", controlId, at), $"EVN||{Ts(at)}||||{Ts(at)}", Pid(), Pd1(), $"MRG|{retiredLocalId}^^^NEPR", "",
    ]);

    private static string Msh(string type, string controlId, DateTimeOffset at) =>
        $@"MSH|^~\&|NEPR|RXN|HUB|RXN|{Ts(at)}||{type}|{controlId}|P|2.4|||||GBR|UNICODE UTF-8|EN||ITKv1.0";

    private string Pid() =>
        $"PID|1||{(NhsNumber.Length > 0 ? $"{NhsNumber}^^^NHS~" : "")}{LocalId}^^^NEPR||{Family}^{Given}^^^MS^^L||{BirthDate}|2|||1 TEST LANE^^TESTTOWN^^ZZ1 1ZZ^GBR^H||07700900001|||||||||||||||||||{(NhsNumber.Length > 0 ? "01" : "07")}";

    private string Pd1() => $"PD1|||ELM SURGERY^^{Practice}|G9999998^GREEN^GAIL^^^DR^^^GMP";

    private string Pv1(DateTimeOffset? admittedAt, DateTimeOffset? dischargedAt)
    {
        var fields = new string[53];
        Array.Fill(fields, "");
        fields[0] = "PV1";
        fields[1] = "1";
        fields[2] = "O";
        fields[3] = $"{Team}^^^RXN";
        fields[6] = FromWard.Length > 0 ? $"{FromWard}^^^RXN" : "";
        fields[10] = "710";
        fields[19] = $"{Visit}^^^VISITID";
        fields[37] = dischargedAt is null ? "" : "19";
        fields[44] = admittedAt is { } a ? Ts(a) : "";
        fields[45] = dischargedAt is { } d ? Ts(d) : "";
        return string.Join('|', fields).TrimEnd('|');
    }

    private static string Ts(DateTimeOffset at) => at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
}
