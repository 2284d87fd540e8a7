using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Who comes, who came, and who did not.</summary>
internal static class ContactBundle
{
    public static Story Tell(WorkerChange change) => new()
    {
        Subject = "Change of worker",
        News =
        [
            $"{Role(change.Role)}: now {Wording.Person(change.To)}{(change.From is { } from ? $", in place of {from.Name}" : "")}, from {Wording.When(change.OccurredAt)}.",
            .. change.Reason is { Length: > 0 } reason ? new[] { $"Reason: {reason}." } : [],
        ],
        TriggerEvent = "A08",
    };

    public static Story Tell(CaseFile file, PartSet parts, NextVisit visit) => new()
    {
        Subject = "Next visit",
        News =
        [
            $"Next visit: {Wording.When(visit.VisitAt)}, {visit.Who}{(visit.Channel is { Length: > 0 } channel ? ", " + channel : "")}.",
            visit.PersonTold switch { true => "The person has been told.", false => "The person has not been told yet.", _ => "Whether the person has been told was not stated." },
        ],
        NewsEntries =
        [
            parts.Add(AppointmentMapper.ToAppointment(
                file.EventId("Appointment"), Appointment.AppointmentStatus.Booked, parts.Patient, visit.VisitAt, visit.Who, visit.Channel, null, "Next visit")),
        ],
    };

    public static Story Tell(ContactRecorded contact) => new()
    {
        Subject = "Contact took place",
        News =
        [
            $"Contact {Wording.When(contact.OccurredAt)}{(contact.Channel is { Length: > 0 } channel ? ", " + channel : "")}"
                + $"{(contact.Staff.Count > 0 ? ", " + string.Join(", ", contact.Staff) : "")}.",
        ],
        TriggerEvent = "A08",
    };

    public static Story Tell(CaseFile file, ContactMissed missed) => new()
    {
        Subject = "Planned contact did not happen",
        News =
        [
            $"A contact planned for {Wording.When(missed.PlannedAt)} did not happen: {Outcome(missed.Outcome)}.",
            missed.RebookedFor is { } again ? $"Rebooked for {Wording.When(again)}." : "Not rebooked yet.",
        ],
        Asks =
        [
            .. missed.RebookedFor is null
                ? new[] { new Ask { Id = "rebook", Owner = CareParty.Crt, OwnerName = file.Author?.Name, OwnerTeam = file.Author, Text = "Apologise to the person where the team missed it, and rebook." } }
                : [],
        ],
    };

    // Which side missed it is said only where it was sent.
    private static string Outcome(string outcome) => outcome switch
    {
        "did-not-attend" => "the person did not attend",
        "staff-did-not-attend" => "staff did not attend",
        "cancelled" => "it was cancelled",
        _ => "who missed it is not known",
    };

    private static string Role(WorkerRole role) => role switch
    {
        WorkerRole.KeyWorker => "Key worker",
        WorkerRole.Lead => "Lead worker",
        WorkerRole.Consultant => "Consultant",
        _ => "Care co-ordinator",
    };
}
