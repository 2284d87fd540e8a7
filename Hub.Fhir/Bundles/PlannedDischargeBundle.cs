using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>An end of care is planned: others are asked to be there.</summary>
internal static class PlannedDischargeBundle
{
    public static Story Tell(CaseFile file, PartSet parts, DischargePlanned planned)
    {
        var teams = planned.FollowOn.Select(parts.Organization).OfType<string>().ToList();
        return new Story
        {
            Subject = "Discharge planned",
            News =
            [
                $"Discharge is planned for {Wording.When(planned.PlannedFor)}. It has not happened.",
                planned.AgreedWith.Count > 0 ? $"Agreed with: {string.Join(", ", planned.AgreedWith)}." : "Agreed with: not stated.",
                $"Joint review: {(planned.MeetingAt is { } meeting ? Wording.When(meeting) : "no date sent")}.",
                .. planned.Invited.Select(i => $"{i.Who}: {Attendance(i.Status)}."),
                planned switch
                {
                    { FollowOn.Count: > 0 } => $"To be passed to: {string.Join("; ", planned.FollowOn.Select(Wording.Team))}.",
                    { FollowOnIsGpOnly: true } => "To be passed to: the GP alone.",
                    _ => "To be passed to: not stated.",
                },
            ],
            Asks = [.. Invite(file, planned)],
            NewsEntries = planned.MeetingAt is null ? teams :
            [
                parts.Add(AppointmentMapper.ToAppointment(
                    file.EventId("Appointment"), Hl7.Fhir.Model.Appointment.AppointmentStatus.Booked, parts.Patient, planned.MeetingAt,
                    file.Author?.Name, null, null, "Joint review before discharge")),
                .. teams,
            ],
            TriggerEvent = "A16",
        };
    }

    private static IEnumerable<Ask> Invite(CaseFile file, DischargePlanned planned)
    {
        var team = file.Author?.Name ?? "the crisis team";
        if (planned.MeetingAt is { } meeting)
        {
            yield return new Ask { Id = "join-cmht", Owner = CareParty.Cmht, Text = $"Say to {team} whether you come to the joint review of {Wording.When(meeting)}.", Due = meeting };
        }

        foreach (var (next, i) in planned.FollowOn.Select((t, i) => (t, i)))
        {
            yield return new Ask { Id = $"accept-{i}", Owner = CareParty.Cmht, OwnerName = next.Name, OwnerTeam = next, Text = $"Tell {team} before the discharge whether you accept.", Due = planned.PlannedFor };
        }
    }

    private static string Attendance(AttendanceStatus status) => status switch
    {
        AttendanceStatus.Attended => "attended",
        AttendanceStatus.Declined => "declined",
        AttendanceStatus.NoReply => "no reply",
        _ => "invited",
    };
}
