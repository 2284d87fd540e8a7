using Hub.Adapters.Contract;
using Hub.Fhir.Resources;
using Hub.Proxy.Handovers;
using R4 = Hl7.Fhir.Model;

namespace Hub.Proxy.FhirApi.Tasks;

/// <summary>An obligation in the words of a FHIR Task: the Task that was sent, with how it stands now.</summary>
internal static class TaskWords
{
    public static R4.Task.TaskStatus Status(ObligationState state) => state switch
    {
        ObligationState.Received => R4.Task.TaskStatus.Received,
        ObligationState.Accepted => R4.Task.TaskStatus.Accepted,
        ObligationState.InProgress => R4.Task.TaskStatus.InProgress,
        ObligationState.Done => R4.Task.TaskStatus.Completed,
        ObligationState.Rejected => R4.Task.TaskStatus.Rejected,
        ObligationState.Waived or ObligationState.Cancelled => R4.Task.TaskStatus.Cancelled,
        _ => R4.Task.TaskStatus.Requested,
    };

    /// <summary>The states that a status stands for; empty for one that no Task of the hub has.</summary>
    public static IReadOnlyList<ObligationState> States(string status) =>
        [.. Enum.GetValues<ObligationState>().Where(s => Hl7.Fhir.Utility.EnumUtility.GetLiteral(Status(s)) == status)];

    /// <summary>Puts on the sent Task how it stands; what its owner said itself is told back to it, what others noted is theirs.</summary>
    public static R4.Task Stand(R4.Task sent, Obligation now, DateTimeOffset changedAt, IEnumerable<StepView> steps, PartnerFile partner)
    {
        var own = steps.Where(s => s.By == partner.Name && s.Channel == ActChannel.System).ToList();
        sent.Meta ??= new R4.Meta();
        sent.Meta.VersionId = now.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        sent.Meta.LastUpdated = changedAt;
        sent.Status = Status(now.State);
        sent.BusinessStatus = BusinessStatus(now, own) is { } code ? new R4.CodeableConcept(CodeSystems.BusinessStatus, code) : null;
        sent.StatusReason = now.State == ObligationState.Rejected && own.LastOrDefault(s => s.Act == nameof(Decline))?.Note?.Words is { } why ? new R4.CodeableConcept { Text = why } : null;
        sent.LastModified = changedAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        if (now.Owner is { } owner && sent.Owner is { } asked)
        {
            asked.Display = owner;
        }

        sent.Note =
        [
            .. own.SelectMany(s => new[] { s.Act == nameof(Decline) ? null : s.Note?.Words, s.Note?.Note }.OfType<string>().Select(text => (s.At, text)))
                .Select(n => new R4.Annotation { Author = new R4.FhirString(partner.Name), Time = n.At.ToString("O", System.Globalization.CultureInfo.InvariantCulture), Text = n.text }),
        ];
        return sent;
    }

    /// <summary>The finer word, from what was said by whoever's steps these are.</summary>
    public static string? BusinessStatus(Obligation now, IReadOnlyList<StepView> own) => now.State switch
    {
        ObligationState.Received when own.Any(s => s.Act == nameof(AskMore)) => "more-information-asked",
        ObligationState.Received => "told",
        ObligationState.Accepted => now.OwnerToldBy == ActChannel.Phone ? "accepted-by-phone" : "accepted",
        ObligationState.InProgress when own.LastOrDefault(s => s.Act is nameof(AcceptForAssessmentOnly) or nameof(Start))?.Act == nameof(AcceptForAssessmentOnly) => "assessment-only",
        ObligationState.Rejected => "declined",
        ObligationState.Waived => "waived",
        ObligationState.Cancelled => "withdrawn",
        _ => null,
    };
}
