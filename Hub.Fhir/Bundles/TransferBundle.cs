using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>The person moved between teams or wards.</summary>
internal static class TransferBundle
{
    public static Story Tell(CaseFile file, PartSet parts, Transfer transfer) => new()
    {
        Subject = transfer.Direction switch
        {
            TransferDirection.WardToCrt => "Transfer from ward to CRT",
            TransferDirection.CrtToWard => "Transfer from CRT to ward",
            _ => "Transfer between teams",
        },
        News =
        [
            $"Moved {(transfer.From is { } from ? $"from {from.Name} " : "")}to {transfer.To.Name}, {Wording.When(transfer.OccurredAt)}.",
            transfer.AcceptedBy is { } by ? $"Accepted by {Wording.Person(by)}." : $"No acceptance by {transfer.To.Name} has been reported to us.",
            .. transfer.Reason is { Length: > 0 } reason ? new[] { $"Reason: {reason}." } : [],
        ],
        Asks = transfer.AcceptedBy is not null ? [] :
        [
            new Ask
            {
                Id = "accept-transfer",
                Owner = transfer.Direction switch { TransferDirection.CrtToWard => CareParty.Ward, TransferDirection.WardToCrt => CareParty.Crt, _ => CareParty.Other },
                OwnerName = transfer.To.Name,
                OwnerTeam = transfer.To,
                Text = "Tell the sending team by name who accepts.",
            },
        ],
        NewsEntries =
        [
            parts.Add(ServiceRequestMapper.ToRequest(
                file.EventId("ServiceRequest"), Hl7.Fhir.Model.RequestStatus.Active, "Transfer of care", parts.Patient,
                parts.Organization(transfer.From) ?? parts.Author(), parts.Organization(transfer.To), transfer.OccurredAt, transfer.Reason, null)),
        ],
        TriggerEvent = "A02",
    };
}
