using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using Hub.Proxy.Access;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Microsoft.Net.Http.Headers;
using R4 = Hl7.Fhir.Model;

namespace Hub.Proxy.FhirApi.Tasks;

/// <summary>
/// What a partner was asked, for it to find, read and answer; and for a sender, how what its own messages asked stands, to find and read. Its own and nobody else's, which it cannot tell from what does not exist.
/// </summary>
internal sealed class TaskEndpoint(Callers callers, TaskBook book, SenderTasks sent, ObligationDesk desk, IMessageStore store, TimeProvider time)
{
    private const int MaxBody = 64 * 1024;
    private const string PatchMedia = "application/json-patch+json";
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public async Task<IResult> SearchAsync(HttpContext context)
    {
        if (callers.Find(context.Request) is not { } caller)
        {
            return Stranger(context);
        }

        var asked = context.Request.Query.SelectMany(p => p.Value.Select(v => KeyValuePair.Create(p.Key, v ?? ""))).ToList();
        if (asked.Any(p => p.Key.StartsWith("patient", StringComparison.Ordinal) || p.Key.StartsWith("subject", StringComparison.Ordinal) || SenderTasks.StandsInBodyOnly(p.Key)))
        {
            return Problem(context, 400, "REC_BAD_REQUEST", R4.OperationOutcome.IssueType.NotSupported, "A person, an episode or a message is searched for with POST /fhir/Task/_search, so that nothing of a person stands in an address.");
        }

        return asked is [{ Key: "_page", Value: var token }]
            ? TaskQuery.FromToken(token) is { } next ? await PageAsync(context, caller, next) : Problem(context, 400, "REC_BAD_REQUEST", R4.OperationOutcome.IssueType.Value, "_page comes from a next link and stands alone.")
            : await SearchAsync(context, caller, asked);
    }

    public async Task<IResult> SearchByFormAsync(HttpContext context)
    {
        if (callers.Find(context.Request) is not { } caller)
        {
            return Stranger(context);
        }

        if (!context.Request.HasFormContentType || context.Request.ContentLength is null or > MaxBody || context.Request.Query.Count > 0)
        {
            return Problem(context, 400, "REC_BAD_REQUEST", R4.OperationOutcome.IssueType.NotSupported, "POST _search takes its parameters as application/x-www-form-urlencoded in the body, and none in the address.");
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return await SearchAsync(context, caller, [.. form.SelectMany(p => p.Value.Select(v => KeyValuePair.Create(p.Key, v ?? "")))]);
    }

    public async Task<IResult> ReadAsync(HttpContext context, string id) => callers.Find(context.Request) is { Role: PartnerRole.Source } sender
        ? Guid.TryParseExact(id, "D", out var sentId) && (await sent.Book.SearchAsync(sender, new TaskQuery { Ids = [sentId] }, context.RequestAborted)).Tasks is [var standing]
            ? await NotedAsync(context, sender, $"Task/{sentId}", Shown(context, standing)) : NotFound(context)
        : Caller(context) is { } caller && Guid.TryParseExact(id, "D", out var taskId) && await book.FindAsync(caller, taskId, context.RequestAborted) is { } found
            ? await NotedAsync(context, caller, $"Task/{taskId}", Shown(context, found)) : NotFound(context);

    /// <summary>PUT with a whole Task, PATCH with what changes; both with the version that was read.</summary>
    public async Task<IResult> ChangeAsync(HttpContext context, string id)
    {
        if (Caller(context) is not { } caller || !Guid.TryParseExact(id, "D", out var taskId) || await book.FindAsync(caller, taskId, context.RequestAborted) is not { } found)
        {
            return NotFound(context);
        }

        if (context.Request.GetTypedHeaders().IfMatch is not [var tag] || !long.TryParse(tag.Tag.AsSpan().Trim('"'), CultureInfo.InvariantCulture, out var version))
        {
            return Problem(context, 428, "REC_PRECONDITION_REQUIRED", R4.OperationOutcome.IssueType.Required, "Send the version that you read in If-Match, such as W/\"3\": a Task that changed meanwhile is not overwritten.");
        }

        if (version != found.Obligation.Version)
        {
            return Stale(context, found.Obligation.Version);
        }

        if (await FhirHttp.ReadAsync(context.Request, MaxBody, context.RequestAborted) is not { } body)
        {
            return Problem(context, 413, "REC_BAD_REQUEST", R4.OperationOutcome.IssueType.TooLong, $"A Task has at most {MaxBody} bytes.");
        }

        var before = JsonNode.Parse(FhirJson.Write(found.Task))!.AsObject();
        var (after, unread) = Read(context.Request, body, before);
        if (after is null)
        {
            return Problem(context, unread!.Contains("media", StringComparison.Ordinal) ? 415 : 400, "REC_BAD_REQUEST", R4.OperationOutcome.IssueType.Structure, unread);
        }

        var evidence = new Evidence { At = time.GetUtcNow(), Channel = ActChannel.System, By = caller.Name, Role = "FHIR Task" };
        return TaskChange.Read(before, after, found.Obligation, evidence) switch
        {
            (null, { } wrong) => Impossible(context, wrong, found.Obligation),
            (null, null) => Shown(context, found),
            ({ } act, _) => await ActAsync(context, caller, taskId, found.Obligation, act, version),
        };
    }

    /// <summary>Who is shown what is written down before it is shown.</summary>
    private async Task<IResult> NotedAsync(HttpContext context, PartnerFile caller, string what, IResult shown)
    {
        await store.AuditAsync([new(AuditKind.Read, caller.Id, what)], context.RequestAborted);
        return shown;
    }

    private async Task<IResult> ActAsync(HttpContext context, PartnerFile caller, Guid taskId, Obligation seen, ObligationAct act, long version) =>
        await desk.ActAsync(seen.Id, act, version, CancellationToken.None) switch
        {
            Acted or AlreadySo when await book.FindAsync(caller, taskId, context.RequestAborted) is { } now => Shown(context, now),
            NotPossible { IsStale: true } => Stale(context, null),
            NotPossible not => Impossible(context, not.Why, seen),
            _ => NotFound(context),
        };

    private static (JsonObject? After, string? Wrong) Read(HttpRequest request, byte[] body, JsonObject before)
    {
        var patches = HttpMethods.IsPatch(request.Method);
        var media = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.ToString().ToLowerInvariant() : "";
        try
        {
            if (patches && media == PatchMedia)
            {
                var (patched, wrong) = JsonPatch.Apply(WithNotes(before), JsonNode.Parse(body, documentOptions: Strict));
                return patched is null ? (null, wrong) : Judged(System.Text.Encoding.UTF8.GetBytes(patched.ToJsonString()));
            }

            if (media is not (FhirHttp.JsonMedia or "application/json"))
            {
                return (null, $"The media type is {(patches ? $"{PatchMedia} or {FhirHttp.JsonMedia} with Parameters" : FhirHttp.JsonMedia)}.");
            }

            if (!patches)
            {
                return Judged(body);
            }

            return IncomingBundle.ReadAny(body).Resource is R4.Parameters parameters && FhirPathPatch.ToJsonPatch(parameters) is { } operations
                && JsonPatch.Apply(WithNotes(before), operations) is ({ } changed, _) ? Judged(System.Text.Encoding.UTF8.GetBytes(changed.ToJsonString())) : (null, FhirPathPatch.Expected);
        }
        catch (JsonException)
        {
            return (null, "The body is not well-formed JSON.");
        }
    }

    // RFC 6902 adds to a list only where there is one.
    private static JsonObject WithNotes(JsonObject task)
    {
        var copy = task.DeepClone().AsObject();
        copy["note"] ??= new JsonArray();
        return copy;
    }

    /// <summary>As a Task of ours, or what is wrong with it; an empty list that the patch left is no fault of the caller's.</summary>
    private static (JsonObject? After, string? Wrong) Judged(byte[] body)
    {
        if (JsonNode.Parse(body, documentOptions: Strict) is not JsonObject task)
        {
            return (null, "A Task is a JSON object.");
        }

        if (task["note"] is JsonArray { Count: 0 })
        {
            task.Remove("note");
        }

        var (resource, issues) = IncomingBundle.ReadAny(System.Text.Encoding.UTF8.GetBytes(task.ToJsonString()));
        return resource is R4.Task && issues.All(i => i.Severity != IssueSeverity.Error)
            ? (task, null) : (null, $"That is no valid Task: {issues.FirstOrDefault(i => i.Severity == IssueSeverity.Error)?.Text ?? "another resource"}");
    }

    private async Task<IResult> SearchAsync(HttpContext context, PartnerFile caller, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var (query, wrong) = caller.Role == PartnerRole.Source ? await sent.ReadAsync(parameters, caller, context.RequestAborted) : TaskQuery.Read(parameters, caller);
        if (query is null)
        {
            return Problem(context, 400, "REC_BAD_REQUEST", R4.OperationOutcome.IssueType.Value, wrong!);
        }

        foreach (var person in parameters.Where(p => p.Key == "patient:identifier"))
        {
            if (person.Value.Split('|') is not [CodeSystems.NhsNumber, var digits])
            {
                return Problem(context, 400, "REC_BAD_REQUEST", R4.OperationOutcome.IssueType.Value, "patient:identifier is an NHS number with its system.");
            }

            IReadOnlyList<Guid> persons = NhsNumber.TryParse(digits, out var number)
                ? [.. (await store.FindPersonsAsync(new PatientRef { LocalIds = [], NhsNumber = number }, context.RequestAborted)).SelectMany(p => p.FoundThrough.Append(p.PersonId)).Distinct()] : [];
            query = query with { Persons = persons, CanMatch = query.CanMatch && persons.Count > 0 };
        }

        return await PageAsync(context, caller, query);
    }

    private async Task<IResult> PageAsync(HttpContext context, PartnerFile caller, TaskQuery query)
    {
        var (tasks, next) = !query.CanMatch ? ([], null)
            : caller.Role == PartnerRole.Source ? await sent.Book.SearchAsync(caller, query, context.RequestAborted) : await book.SearchAsync(caller, query, context.RequestAborted);
        if (tasks.Count > 0)
        {
            await store.AuditAsync([.. tasks.Select(t => new AuditEntry(AuditKind.Read, caller.Id, $"Task/{t.Task.Id}"))], context.RequestAborted);
        }

        var address = $"{context.Request.Scheme}://{context.Request.Host}/fhir/Task";
        return FhirHttp.Answer(context, StatusCodes.Status200OK, new R4.Bundle
        {
            Type = R4.Bundle.BundleType.Searchset,
            Link =
            [
                new R4.Bundle.LinkComponent { Relation = "self", Url = $"{address}?_page={query.ToToken()}" },
                .. next is { } last ? [new R4.Bundle.LinkComponent { Relation = "next", Url = $"{address}?_page={(query with { After = last }).ToToken()}" }] : (IEnumerable<R4.Bundle.LinkComponent>)[],
            ],
            Entry = [.. tasks.Select(t => new R4.Bundle.EntryComponent
            {
                FullUrl = $"{address}/{t.Task.Id}", Resource = t.Task, Search = new R4.Bundle.SearchComponent { Mode = R4.Bundle.SearchEntryMode.Match },
            })],
        });
    }

    private PartnerFile? Caller(HttpContext context) => callers.Find(context.Request) is { Role: PartnerRole.Recipient } caller ? caller : null;

    private static IResult Shown(HttpContext context, StandingTask found)
    {
        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"W/\"{found.Obligation.Version}\"");
        return FhirHttp.Answer(context, StatusCodes.Status200OK, found.Task);
    }

    private static IResult Impossible(HttpContext context, string why, Obligation now) =>
        Problem(context, 422, "REC_UNPROCESSABLE_ENTITY", R4.OperationOutcome.IssueType.BusinessRule, $"{why} {TaskChange.Possible(now)} {TaskChange.Changeable}");

    private static IResult Stale(HttpContext context, long? stands) => Problem(context, 412, "REC_PRECONDITION_FAILED", R4.OperationOutcome.IssueType.Conflict,
        $"The Task has changed since you read it{(stands is { } version ? string.Create(CultureInfo.InvariantCulture, $": it stands at W/\"{version}\"") : "")}. Read it again, then decide.");

    private static IResult Stranger(HttpContext context) => Problem(context, 403, "SEND_FORBIDDEN", R4.OperationOutcome.IssueType.Forbidden,
        $"Tasks are read by the recipient that was asked, and by the sender whose message asked. Name your partner file in {Callers.SourceHeader}, or your organisation in {Callers.OrganisationHeader}.");

    private static IResult NotFound(HttpContext context) => Problem(context, 404, "REC_NOT_FOUND", R4.OperationOutcome.IssueType.NotFound, "There is no such Task for this partner.");

    private static IResult Problem(HttpContext context, int status, string code, R4.OperationOutcome.IssueType type, string text) =>
        FhirHttp.Answer(context, FhirHttp.Outcome(status, code, type, "Task", text));
}
