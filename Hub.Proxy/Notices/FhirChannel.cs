using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Proxy.Notices;

/// <summary>
/// A Communication or Task on a partner's FHIR server, for people who live in that system's worklist: what every notice says, and of nobody. A repeat finds the first by
/// its identifier (If-None-Exist) and writes nothing.
/// </summary>
internal sealed class FhirChannel(FhirNoticeSettings settings, IPartnerDirectory partners, FhirResponseSender sender) : INoticeChannel
{
    private const string Protocol = "fhir-rest";
    private const string Identifiers = CodeSystems.Canonical + "/Id/notice";

    public string Name => "fhir";

    public async Task<string?> SendAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (partners.Find(settings.Partner) is not { Role: PartnerRole.Recipient, Protocol: Protocol } partner)
        {
            return $"there is no partner file {settings.Partner} with protocol {Protocol}";
        }

        if (partner.Mode == PartnerMode.Shadow)
        {
            return $"{partner.Id} is in shadow mode: nothing is sent there";
        }

        var identifier = new R4.Identifier(Identifiers, notice.Key);
        R4.Resource body = settings.As == FhirNoticeKind.Task ? Task(notice, identifier) : Communication(notice, identifier);
        var to = new Uri($"{partner.Settings.GetProperty("endpoint").GetString()!.TrimEnd('/')}/{body.TypeName}");
        return (await sender.CreateAsync(partner, to, FhirHttp.Bytes(body, FhirHttp.JsonMedia), $"identifier={Identifiers}|{notice.Key}", cancellationToken)).Why;
    }

    private static R4.Communication Communication(Notice notice, R4.Identifier identifier) => new()
    {
        Identifier = [identifier],
        Status = R4.EventStatus.InProgress,
        Category = [new R4.CodeableConcept { Text = "alert" }],
        Priority = R4.RequestPriority.Urgent,
        Recipient = [new R4.ResourceReference { Display = notice.Role }],
        Sender = new R4.ResourceReference { Display = "CRT Hub" },
        Payload = [new R4.Communication.PayloadComponent { Content = new R4.FhirString(notice.Body) }],
    };

    private static R4.Task Task(Notice notice, R4.Identifier identifier) => new()
    {
        Identifier = [identifier],
        Status = R4.Task.TaskStatus.Requested,
        Intent = R4.Task.TaskIntent.Order,
        Priority = R4.RequestPriority.Urgent,
        Code = new R4.CodeableConcept { Text = "alert" },
        Description = notice.Body,
        Requester = new R4.ResourceReference { Display = "CRT Hub" },
        Owner = new R4.ResourceReference { Display = notice.Role },
        Restriction = notice.DueAt is { } due ? new R4.Task.RestrictionComponent { Period = new R4.Period { End = due.ToString("O", CultureInfo.InvariantCulture) } } : null,
    };
}
