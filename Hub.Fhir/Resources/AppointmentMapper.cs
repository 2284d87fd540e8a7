using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>A follow-up or visit. Booked is not attended, and proposed is not booked.</summary>
internal static class AppointmentMapper
{
    public static Appointment ToAppointment(
        string id, Appointment.AppointmentStatus status, string patientUrl, ClinicalTime? start, string? with, string? channel, string? place, string description)
    {
        var known = start is { IsDateOnly: false };
        var appointment = ProfileClaims.Claim(new Appointment
        {
            Id = id,
            Identifier = [Datatypes.UuidIdentifier(id)],
            // app-3 (FHIR R4): a booked appointment has a start. A day without a time is no booking that software could keep.
            Status = status == Appointment.AppointmentStatus.Booked && !known ? Appointment.AppointmentStatus.Proposed : status,
            Description = description,
            Comment = Comment(known, channel, place),
            Participant =
            [
                new() { Actor = new ResourceReference(patientUrl), Status = ParticipationStatus.NeedsAction },
                new() { Actor = new ResourceReference { Display = Datatypes.Null(with) ?? "not stated" }, Status = ParticipationStatus.NeedsAction },
            ],
        });

        if (known)
        {
            // app-2 asks for an end wherever there is a start. None was sent: the same instant, and the comment says so.
            appointment.StartElement = start.ToInstant();
            appointment.EndElement = start.ToInstant();
        }
        else if (start is not null)
        {
            appointment.RequestedPeriod.Add(new Period { StartElement = start.ToFhir(), EndElement = start.ToFhir() });
        }

        if (ChannelCode(channel) is { } code)
        {
            appointment.Extension.Add(Datatypes.UkCore("DeliveryChannel", new Code(code)));
        }

        return appointment;
    }

    private static string? Comment(bool known, string? channel, string? place)
    {
        string?[] parts =
        [
            known ? "How long it lasts is not stated." : null,
            Datatypes.Null(channel) is { } way && ChannelCode(way) is null ? $"How: {way}." : null,
            Datatypes.Null(place) is { } where ? $"Place: {where}." : null,
        ];
        return Datatypes.Null(string.Join(' ', parts.OfType<string>()));
    }

    private static string? ChannelCode(string? way) => way?.ToLowerInvariant() switch
    {
        "in-person" => "In-person",
        "telephone" => "Telephone",
        "video" => "Video",
        _ => null,
    };
}
