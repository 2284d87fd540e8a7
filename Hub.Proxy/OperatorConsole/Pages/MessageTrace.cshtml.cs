using Hub.Adapters.Contract;
using Hub.Proxy.Access.People;
using Hub.Proxy.Intake;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>The mapping trace of a stored message, to whoever says why.</summary>
internal sealed partial class MessageTraceModel(StoredMessages stored, IPartnerDirectory partners, MonitoringRuleBook rules, IMessageStore store, ILogger<MessageTraceModel> logger) : PageModel, IActs
{
    public Guid MessageId { get; private set; }
    public bool IsKept { get; private set; }
    public MessageTrace? Trace { get; private set; }
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];

    [BindProperty]
    public string? By { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken) => await FindAsync(id, cancellationToken) is null ? NotFound() : Page();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } message)
        {
            return NotFound();
        }

        Problems = WhoActs.Problems("", By, Note);
        if (Problems.Count == 0)
        {
            await store.AuditAsync([new(AuditKind.Read, By!.Trim(), $"message/{MessageId}") { Result = "mapping", Reason = Note!.Trim() }], cancellationToken);
            LogTraced(MessageId, By.Trim());
            Trace = await MessageTrace.OfAsync(stored, message, partners, rules, cancellationToken);
        }

        return Page();
    }

    private async Task<StoredMessage?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await stored.ResolveAsync(id, cancellationToken) is not { } receivedId || await stored.ReadAsync(receivedId, cancellationToken) is not { } message)
        {
            return null;
        }

        MessageId = receivedId;
        IsKept = message.Original is not null;
        return message;
    }

    [LoggerMessage(9102, LogLevel.Information, "The mapping of message {MessageId} was traced on the console for {By}, who gave a reason")]
    private partial void LogTraced(Guid messageId, string by);
}
