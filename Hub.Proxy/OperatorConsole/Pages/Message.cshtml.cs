using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Fhir.Responses;
using Hub.Proxy.Access.People;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>One message: what was wrong with it, each copy, its story; its content only to somebody who says why.</summary>
internal sealed partial class MessageModel(Timeline timeline, StoredMessages stored, IMessageStore store, TimeProvider time, ILogger<MessageModel> logger) : PageModel, IActs
{
    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public ReceivedView Message { get; private set; } = null!;
    public IReadOnlyList<StoryLine> Story { get; private set; } = [];
    public IReadOnlyList<Problem> Wrong { get; private set; } = [];
    public IReadOnlyList<DeliveryView> Copies => [.. Message.Events.SelectMany(e => e.Deliveries)];
    /// <summary>What recipients found wrong, by delivery.</summary>
    public IReadOnlyDictionary<Guid, IReadOnlyList<AnswerIssue>> Refusals { get; private set; } = new Dictionary<Guid, IReadOnlyList<AnswerIssue>>();
    public MessageContent? Shown { get; private set; }
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];

    [BindProperty]
    public string? By { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken) => await ShowAsync(id, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostContentAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!await ShowAsync(id, cancellationToken))
        {
            return NotFound();
        }

        Problems = WhoActs.Problems("content-", By, Note);
        if (Problems.Count == 0)
        {
            await store.AuditAsync([new(AuditKind.Read, By!.Trim(), $"message/{Message.Received.Id}") { Result = "content", Reason = Note!.Trim() }], cancellationToken);
            LogLooked(Message.Received.Id, By.Trim());
            Shown = await MessageContent.ReadAsync(stored, Message.Received.Id, cancellationToken);
        }

        return Page();
    }

    public async Task<IActionResult> OnPostReleaseAsync(Guid id, Guid delivery, CancellationToken cancellationToken)
    {
        if (!await ShowAsync(id, cancellationToken) || Copies.All(c => c.Delivery.Id != delivery))
        {
            return NotFound();
        }

        Problems = WhoActs.Problems($"release-{delivery}-", By, Note);
        if (Problems.Count > 0)
        {
            return Page();
        }

        if (!await store.ReleaseDeliveryAsync(delivery, By!.Trim(), Note!.Trim(), cancellationToken))
        {
            Problems = [("", "There is nothing to let go: it has moved on.")];
            return Page();
        }

        return Redirect($"/console/messages/{id}");
    }

    // What a recipient says of a message may quote it.
    private bool MayQuote => SeenSubject.Of(HttpContext) >= Sight.Who;

    private async Task<bool> ShowAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await stored.ResolveAsync(id, cancellationToken) is not { } receivedId || await timeline.OfMessagesAsync([receivedId], cancellationToken) is not [var message])
        {
            return false;
        }

        Message = message;
        Wrong = message.Received.Problems is { } problems ? JsonSerializer.Deserialize<List<Problem>>(problems) ?? [] : [];
        Refusals = await RefusalsAsync(cancellationToken);
        var story = MessageStory.Of(message, await timeline.AttentionOfMessageAsync(message, cancellationToken));
        Story = MayQuote ? [.. story] : [.. story.Select(l => l.Step == "outcome" ? l with { What = l.What.Split(',')[0] } : l)];
        return true;
    }

    private async Task<Dictionary<Guid, IReadOnlyList<AnswerIssue>>> RefusalsAsync(CancellationToken cancellationToken)
    {
        var refusals = new Dictionary<Guid, IReadOnlyList<AnswerIssue>>();
        foreach (var copy in Copies)
        {
            if (copy.Answers.LastOrDefault(a => a is { Outcome: nameof(Adapters.Contract.Rejected), EvidencePayloadId: not null }) is { EvidencePayloadId: { } evidence } && await stored.ContentAsync(evidence, cancellationToken) is { } bytes)
            {
                refusals[copy.Delivery.Id] = [.. AnswerIssue.Of(bytes).Select(i => MayQuote ? i : i with { Text = "Its words may be about the person, and are not shown to you." })];
            }
        }

        return refusals;
    }

    [LoggerMessage(9101, LogLevel.Information, "The content of message {MessageId} was shown on the console to {By}, who gave a reason")]
    private partial void LogLooked(Guid messageId, string by);
}
