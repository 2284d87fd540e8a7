using System.Text.RegularExpressions;
using Hub.Adapters.Contract;
using Hub.Adapters.Mailboxes;
using Hub.Adapters.Recipients.Itk3;
using Hub.Fhir.Events;

namespace Hub.Adapters.Recipients.Mesh;

/// <summary>The part of a partner file that a recipient behind MESH reads.</summary>
internal sealed partial record MeshRecipientSettings
{
    private const string Provider = "gpProvider";

    public required MailboxSettings Mailbox { get; init; }

    /// <summary>The recipient's mailbox; null where MESH finds the registered practice by the person.</summary>
    public required string? To { get; init; }

    /// <summary>The workflow of an event that <see cref="Workflows"/> does not name.</summary>
    public required string Workflow { get; init; }

    /// <summary>Workflow ids by event code.</summary>
    public required IReadOnlyDictionary<string, string> Workflows { get; init; }

    /// <summary>The workflows that the recipient answers in, one for each that it is sent in; empty where its system sends no answers.</summary>
    public required IReadOnlyList<string> AnswerWorkflows { get; init; }

    /// <summary>How long silence is expected after sending.</summary>
    public required TimeSpan AnswerWithin { get; init; }

    public required MeshPayload Payload { get; init; }

    public required OutcomeTable Outcomes { get; init; }

    public string WorkflowOf(string? eventCode) => eventCode is not null && Workflows.TryGetValue(eventCode, out var own) ? own : Workflow;

    /// <summary>Every workflow in which something about what we sent can come back: answers, and MESH's reports, which bear the workflow of what they report.</summary>
    public IEnumerable<string> ComingBack => AnswerWorkflows.Append(Workflow).Concat(Workflows.Values).Distinct(StringComparer.Ordinal);

    public static (MeshRecipientSettings? Settings, IReadOnlyList<PartnerProblem> Problems) Read(PartnerFile partner)
    {
        var from = new PartnerSettings(partner.Settings);
        var mailbox = MailboxSettings.Read(from);
        var to = from.RequiredText("to");
        if (to.Length > 0 && to != Provider && !MailboxForm().IsMatch(to))
        {
            from.Wrong("to", "is no mailbox", $"the recipient's mailbox, 3 to 32 capital letters and digits, or {Provider}");
        }

        var workflow = Form(from, "workflow", from.RequiredText("workflow"));
        IReadOnlyList<string> answers = [.. from.OneOrMore("answerWorkflow").Select(a => Form(from, "answerWorkflow", a)).OfType<string>().Distinct(StringComparer.Ordinal)];
        var silent = from.Flag("sendsNoAnswers");
        if (silent == (answers.Count > 0))
        {
            from.Wrong("answerWorkflow", "must be said one way or the other", "the workflow in which answers come, or a list of them, or \"sendsNoAnswers\": true where the recipient's system sends none");
        }

        var payload = from.Choice("format", MeshPayload.Formats["fhir-r4"], MeshPayload.Formats);
        var handling = Itk3Handling.Read(from, payload is Itk3Payload, !silent);
        payload = payload is Itk3Payload itk3 ? itk3.Handled(handling) : payload;
        var within = from.Duration("answerWithin", TimeSpan.FromDays(2), TimeSpan.FromSeconds(1), TimeSpan.FromDays(14));
        var workflows = ByEvent(from.Parts("workflows"));
        IReadOnlyList<PartnerProblem> problems = [.. from.Problems(), .. OutcomeTable.Check(partner.Outcomes, MeshOutcomes.IsCode, MeshOutcomes.Expected)];
        return problems.Count > 0 || mailbox is null ? (null, problems) : (new MeshRecipientSettings
        {
            Mailbox = mailbox,
            To = to == Provider ? null : to,
            Workflow = workflow!,
            Workflows = workflows,
            AnswerWorkflows = answers,
            AnswerWithin = within,
            Payload = payload,
            Outcomes = OutcomeTable.Of(MeshOutcomes.With([payload]), partner.Outcomes),
        }, problems);
    }

    private static Dictionary<string, string> ByEvent(IReadOnlyList<PartnerSettings> rows)
    {
        var known = CareEventJson.TypeNames.Values.ToDictionary(name => name, StringComparer.Ordinal);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var (code, workflow) = (row.Choice("event", "", known), Form(row, "workflow", row.RequiredText("workflow")));
            if (code.Length == 0 || !found.TryAdd(code, workflow ?? ""))
            {
                row.Wrong("event", "is missing, or stands twice", string.Join(" | ", known.Keys));
            }
        }

        return found;
    }

    private static string? Form(PartnerSettings settings, string name, string? workflow)
    {
        if (workflow is { Length: > 0 } && !WorkflowForm().IsMatch(workflow))
        {
            settings.Wrong(name, "is no workflow id", "3 to 100 letters, digits, '_', '-' and '.'");
            return null;
        }

        return workflow;
    }

    [GeneratedRegex("^[A-Z0-9]{3,32}$")]
    private static partial Regex MailboxForm();

    [GeneratedRegex("^[A-Za-z0-9_.-]{3,100}$")]
    private static partial Regex WorkflowForm();
}
