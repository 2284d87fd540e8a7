using System.Text.Json.Nodes;
using Hub.Fhir.Resources;
using Hub.Proxy.Handovers;

namespace Hub.Proxy.FhirApi.Tasks;

/// <summary>
/// What a partner makes of a Task, read as an act of the desk. Only who owns it, where it stands and what is said of it may differ from what was read: the
/// words of what is asked are the sender's.
/// </summary>
internal static class TaskChange
{
    public const string Changeable = "owner.display, status, businessStatus, statusReason and note can be changed, and nothing else.";

    // What the hub itself writes: a client that sends back an older value of these has changed nothing.
    private static readonly string[] Theirs = ["status", "businessStatus", "statusReason", "owner", "note"];
    private static readonly string[] WhoIsMeant = ["reference", "identifier", "type"];
    private static readonly string[] Ours = ["meta", "lastModified", "text"];

    /// <returns>The act, or why there is none.</returns>
    public static (ObligationAct? Act, string? Wrong) Read(JsonObject before, JsonObject after, Obligation now, Evidence evidence)
    {
        var names = before.Select(p => p.Key).Union(after.Select(p => p.Key)).Except(Theirs).Except(Ours);
        if (names.FirstOrDefault(n => !JsonNode.DeepEquals(before[n], after[n])) is not null || !SameOwner(before["owner"], after["owner"]))
        {
            return (null, "Something else in the Task was changed. " + Changeable);
        }

        var said = Notes(after).Except(Notes(before)).ToList();
        evidence = evidence with { Note = said.Count == 0 ? null : string.Join("\n", said) };
        var (status, business) = (Text(after["status"]), Code(after["businessStatus"]));
        var owner = Text(after["owner"]?["display"]) is { Length: > 0 } named && named != Text(before["owner"]?["display"]) ? named : null;
        var reason = Text(after["statusReason"]?["text"]);
        if (status == Text(before["status"]))
        {
            return business == "more-information-asked" && business != Code(before["businessStatus"])
                ? Asked(evidence, reason)
                : evidence.Note is not null && owner is null ? (new Remark { Evidence = evidence }, null)
                : JsonNode.DeepEquals(before["businessStatus"], after["businessStatus"]) && owner is null && reason is null ? (null, null)
                : (null, "That alone changes nothing: say the status too.");
        }

        return status switch
        {
            "accepted" => (new Accept { Evidence = evidence, Owner = owner ?? evidence.By }, null),
            "in-progress" when now.Owner is null && business == "assessment-only" => (new AcceptForAssessmentOnly { Evidence = evidence, Owner = owner ?? evidence.By }, null),
            "in-progress" => (new Start { Evidence = evidence }, null),
            "rejected" => string.IsNullOrWhiteSpace(reason) ? (null, "Say in statusReason.text why: the crisis team must ask somebody else.") : (new Decline { Evidence = evidence, Reason = reason }, null),
            "completed" => (new Complete { Evidence = evidence }, null),
            _ => (null, "That status is not for the owner of a Task to say."),
        };
    }

    /// <summary>What may follow, for whoever asked for something else.</summary>
    public static string Possible(Obligation now)
    {
        var evidence = new Evidence { At = now.StartsAt, Channel = ActChannel.System, By = "it" };
        (string Said, ObligationAct Act)[] all =
        [
            ("status accepted (owner.display: who, by name)", new Accept { Evidence = evidence, Owner = "it" }),
            ("status in-progress with businessStatus assessment-only", new AcceptForAssessmentOnly { Evidence = evidence, Owner = "it" }),
            ("status in-progress", new Start { Evidence = evidence }),
            ("status rejected with statusReason.text", new Decline { Evidence = evidence, Reason = "it" }),
            ("status completed", new Complete { Evidence = evidence }),
            ("businessStatus more-information-asked with a note", new AskMore { Evidence = evidence, Question = "it" }),
            ("a note", new Remark { Evidence = evidence }),
        ];
        var possible = all.Where(one => ObligationMachine.Apply(now, one.Act) is Acted).Select(one => one.Said).ToList();
        return possible.Count == 0 ? "It is closed: nothing can follow." : $"Possible now: {string.Join("; ", possible)}.";
    }

    private static (ObligationAct? Act, string? Wrong) Asked(Evidence evidence, string? reason) => (evidence.Note ?? reason) is { Length: > 0 } question
        ? (new AskMore { Evidence = evidence with { Note = null }, Question = question }, null) : (null, "Say in a note what is asked.");

    // Who is meant stays; by what name they are called may change.
    private static bool SameOwner(JsonNode? before, JsonNode? after) =>
        after is JsonObject && WhoIsMeant.All(name => after[name] is null || JsonNode.DeepEquals(before?[name], after[name]));

    private static IEnumerable<string> Notes(JsonObject task) => (task["note"] as JsonArray ?? []).Select(n => Text(n?["text"])).OfType<string>();

    private static string? Code(JsonNode? concept) => (concept?["coding"] as JsonArray)?.FirstOrDefault(c => Text(c?["system"]) == CodeSystems.BusinessStatus)?["code"] is { } code ? Text(code) : null;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
