using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages.Parts;

/// <summary>What is planned: CarePlan, Task, Appointment, and where the crisis plan is (DocumentReference).</summary>
internal static class PlanReader
{
    // The words in which our own messages ask a team to take over.
    private const string AsksToAccept = "whether you accept, accept for assessment only, need more information, or decline";

    public static IReadOnlyList<PlannedAction> Actions(ReadMessage message, EpisodeReader episode)
    {
        var plans = message.Parts.All<R4.CarePlan>().Where(p => Values.Text(p.StatusElement) is "active" or "draft" or "unknown").ToList();
        var named = plans.SelectMany(p => p.Activity).Select(a => message.Parts.Find<R4.Task>(a.Reference)).OfType<R4.Task>().ToList();
        var tasks = named.Count > 0 ? named : plans.Count > 0 ? [] : message.Parts.All<R4.Task>().Where(t => IsOpen(t) && !Asks(t)).ToList();
        foreach (var detail in plans.SelectMany(p => p.Activity).Where(a => a.Detail is not null))
        {
            message.Parts.NotMapped("CarePlan.activity.detail");
        }

        return [.. tasks.Select((t, i) => ToAction(message, episode, t, i)).OfType<PlannedAction>()];
    }

    /// <summary>Teams that are asked to take over.</summary>
    public static IReadOnlyList<Team> Successors(ReadMessage message) =>
        [.. message.Parts.Seen<R4.Task>().Where(Asks).Select(t => message.Parts.Find<R4.Task>(new R4.ResourceReference("Task/" + Values.Text(t.IdElement)))).OfType<R4.Task>()
            .Select(t => PeopleReader.Team(message, t.Owner)).OfType<Team>()];

    public static FollowUp? FollowUp(ReadMessage message)
    {
        var open = message.Parts.All<R4.Appointment>().Where(a => Values.Text(a.StatusElement) is "booked" or "proposed" or "pending" or "waitlist").ToList();
        if (message.Parts.Seen<R4.Appointment>().Count() > Math.Min(open.Count, 1))
        {
            message.Parts.NotMapped("Appointment (not open, or after the first)");
        }

        if (open.FirstOrDefault() is not { } appointment)
        {
            return null;
        }

        var comment = Values.Text(appointment.CommentElement) ?? "";
        var with = appointment.Participant.Where(p => message.Parts.Look(p.Actor) is not R4.Patient).Select(p => With(message, p.Actor)).FirstOrDefault(w => w is not null);
        return new FollowUp
        {
            Start = Values.Time(appointment.StartElement) ?? appointment.RequestedPeriod.Select(p => Values.Time(p)).FirstOrDefault(),
            Booked = Values.Text(appointment.StatusElement) == "booked",
            With = with == "not stated" ? null : with,
            Channel = Values.Text(Values.Extension(appointment, "DeliveryChannel")?.Value as R4.PrimitiveType)?.ToLowerInvariant() ?? Sentence(comment, "How: "),
            Place = Sentence(comment, "Place: "),
        };
    }

    public static CrisisPlanRef? CrisisPlan(ReadMessage message)
    {
        var plan = message.Parts.All<R4.DocumentReference>().FirstOrDefault(d => Values.Code(d.Type, CodeSystems.Snomed) == "736253002" && Values.Text(d.StatusElement) == "current");
        var attachment = plan?.Content.FirstOrDefault()?.Attachment;
        if (message.Parts.Seen<R4.DocumentReference>().Any(d => d != plan))
        {
            message.Parts.NotMapped("DocumentReference (no current crisis plan)");
        }

        if (attachment?.DataElement is not null)
        {
            message.Parts.NotMapped("DocumentReference.content.attachment.data");
        }

        if (plan is null)
        {
            return null;
        }

        var title = Values.Text(attachment?.TitleElement);
        var cut = title?.LastIndexOf(", version ", StringComparison.Ordinal) ?? -1;
        return new CrisisPlanRef
        {
            DocumentId = plan.Identifier.Select(i => Values.Text(i.ValueElement)).FirstOrDefault(v => v is not null) ?? Values.Text(plan.IdElement) ?? "unnumbered",
            Title = cut < 0 ? title : title![..cut],
            Version = cut < 0 ? null : title![(cut + ", version ".Length)..],
            At = Values.Time(attachment?.CreationElement) ?? Values.Time(plan.DateElement),
            Summary = Values.Text(plan.DescriptionElement),
            Location = Values.Text(attachment?.UrlElement),
        };
    }

    private static PlannedAction? ToAction(ReadMessage message, EpisodeReader episode, R4.Task task, int index)
    {
        if (Values.Text(task.DescriptionElement) is not { } text)
        {
            return null;
        }

        var display = Values.Text(task.Owner?.DisplayElement);
        var person = message.Parts.Look(task.Owner) is R4.Practitioner or R4.PractitionerRole ? PeopleReader.Actor(message, task.Owner) : null;
        var owner = OwnerOf(message, episode, task, display);
        return new PlannedAction
        {
            Id = task.Identifier.Select(i => Values.Text(i.ValueElement)).FirstOrDefault(v => v is not null) ?? Values.Text(task.IdElement) ?? $"task-{index + 1}",
            Text = text,
            Owner = owner,
            OwnerPerson = person,
            OwnerName = person is not null || display == Wording.Party(owner) ? null : display,
            DueOn = Values.Time(task.Restriction?.Period?.EndElement),
        };
    }

    private static CareParty OwnerOf(ReadMessage message, EpisodeReader episode, R4.Task task, string? display) => message.Parts.Find<R4.Resource>(task.Owner) switch
    {
        R4.Patient => CareParty.Patient,
        R4.RelatedPerson => CareParty.Carer,
        R4.Organization organization when PartyOf(message, episode, organization) is { } party => party,
        _ => Enum.GetValues<CareParty>().Cast<CareParty?>().FirstOrDefault(p => Wording.Party(p!.Value) == display) ?? CareParty.Other,
    };

    private static CareParty? PartyOf(ReadMessage message, EpisodeReader episode, R4.Organization organization)
    {
        var name = Values.Text(organization.NameElement);
        var isPractice = message.Parts.Seen<R4.Patient>().SelectMany(p => p.GeneralPractitioner).Any(g => message.Parts.Look(g) == organization);
        return isPractice ? CareParty.Gp
            : name is null ? null
            : episode.Team?.Name == name ? (episode.Kind == EpisodeKind.Ward ? CareParty.Ward : CareParty.Crt)
            : episode.Cmht?.Name == name ? CareParty.Cmht
            : episode.Ward?.Name == name ? CareParty.Ward
            : Values.Code(organization.Type, CodeSystems.MhsdsTeamType) switch { "A02" or "A03" or "A04" => CareParty.Crt, "A10" => CareParty.Ward, { } => CareParty.Cmht, _ => null };
    }

    private static string? With(ReadMessage message, R4.ResourceReference? actor) =>
        Values.Text(actor?.DisplayElement) ?? PeopleReader.Actor(message, actor)?.Name ?? PeopleReader.Team(message, actor)?.Name;

    private static bool IsOpen(R4.Task task) => Values.Text(task.StatusElement) is "draft" or "requested" or "received" or "accepted" or "ready" or "in-progress" or "on-hold";

    private static bool Asks(R4.Task task) => Values.Text(task.DescriptionElement)?.Contains(AsksToAccept, StringComparison.Ordinal) == true;

    private static string? Sentence(string comment, string label)
    {
        var at = comment.IndexOf(label, StringComparison.Ordinal);
        var end = at < 0 ? -1 : label == "Place: " ? comment.Length - 1 : comment.IndexOf(". ", at, StringComparison.Ordinal) is > 0 and var stop ? stop : comment.Length - 1;
        return end > at + label.Length && at >= 0 ? comment[(at + label.Length)..end] : null;
    }
}
