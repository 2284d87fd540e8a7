using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;

namespace Hub.Tests.Proxy.Routing;

/// <summary>A person, her teams, and the partners that stand for them.</summary>
internal static class RoutingCases
{
    public static Team Crt { get; } = new() { Name = "Northside CRT", LocalCode = "NCRT", Organisation = OdsCode.Parse("RXX") };
    public static Team Cmht { get; } = new() { Name = "South CMHT", LocalCode = "SCMHT", Organisation = OdsCode.Parse("RXX") };
    public static Team NorthCmht { get; } = new() { Name = "North CMHT", LocalCode = "NCMHT", Organisation = OdsCode.Parse("RXX") };
    public static Team Willow { get; } = new() { Name = "Willow Ward", LocalCode = "WILLOW", Organisation = OdsCode.Parse("RXX") };
    public static Team Rowan { get; } = new() { Name = "Rowan Ward", LocalCode = "ROWAN", Organisation = OdsCode.Parse("RXX") };

    public static IReadOnlyList<PartnerFile> Partners { get; } =
    [
        Recipient("elm-surgery", Audience.Gp, "Y06601"),
        Recipient("oak-surgery", Audience.Gp, "Y06602"),
        Recipient("south-cmht", Audience.Cmht, "RXX", "SCMHT"),
        Recipient("north-cmht", Audience.Cmht, "RXX", "NCMHT"),
        Recipient("willow-ward", Audience.Ward, "RXX", "WILLOW"),
        Recipient("rowan-ward", Audience.Ward, "RXX", "ROWAN"),
    ];

    public static PartnerFile Recipient(string id, Audience audience, string organisation, params string[] serves) => new()
    {
        Id = id,
        Name = "Partner " + id,
        Role = PartnerRole.Recipient,
        Audience = audience,
        Organisation = OdsCode.Parse(organisation),
        Protocol = "fhir-messaging",
        Serves = serves,
    };

    public static PatientRef Person(string? practice = "Y06601")
    {
        var number = NhsNumber.TryParse("9912003888", out var parsed) ? parsed : throw new FormatException();
        return new PatientRef { NhsNumber = number, NhsNumberStatus = NhsNumberStatus.Verified, GpPractice = practice is null ? null : OdsCode.Parse(practice) };
    }

    public static EpisodeState Episode(Team? cmht = null, Team? ward = null, Team? referringWard = null, EpisodeKind kind = EpisodeKind.Crt) => new()
    {
        Key = Key,
        Kind = kind,
        Status = EpisodeStatus.Open,
        Patient = Person(),
        Crt = Crt,
        Cmht = cmht,
        Ward = ward,
        Admission = Admission() with { ReferringWard = referringWard },
    };

    public static EpisodeKey Key { get; } = new(OdsCode.Parse("RXX"), "E1");

    public static Admission Admission() => new()
    {
        SourceMessageId = new("m-1"), Source = Source, Patient = Person(), OccurredAt = At, Episode = Key, Kind = EpisodeKind.Crt, Team = Crt,
    };

    public static Discharge Discharge() => new() { SourceMessageId = new("m-2"), Source = Source, Patient = Person(), OccurredAt = At, Episode = Key, Team = Crt };

    public static MedicationChange Change(params MedicineLine[] lines) =>
        new() { SourceMessageId = new("m-3"), Source = Source, Patient = Person(), OccurredAt = At, Episode = Key, Lines = lines };

    public static MedicineLine Line(MedicineAction action = MedicineAction.Start, MedicineUse use = MedicineUse.Regular) => new()
    {
        LineId = "l-1", Action = action, Use = use, Medicine = new() { Text = "Sertraline 100 mg tablets", DmdCode = "coded" },
    };

    public static Transfer Transfer(Team? from, Team to, TransferDirection direction) => new()
    {
        SourceMessageId = new("m-4"), Source = Source, Patient = Person(), OccurredAt = At, Episode = Key, From = from, To = to, Direction = direction,
    };

    public static SourceSystem Source { get; } = new() { Application = "EPR" };

    public static ClinicalTime At { get; } = ClinicalTime.At(new DateTimeOffset(2026, 5, 1, 17, 40, 0, TimeSpan.FromHours(1)));
}
