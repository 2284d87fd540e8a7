using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Access.People;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>One box over numbers, ids and partners. An NHS number is sent in a form, looked up by its keyed hash, and stands in no address.</summary>
internal sealed class MessagesModel(MessageSearch search, StoredMessages stored, Timeline timeline, IPartnerDirectory partners, TimeProvider time) : PageModel
{
    private const int PageLength = 30;
    private const int MostInCsv = 1_000;

    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public IReadOnlyList<ReceivedView> Found { get; private set; } = [];
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];
    public bool Searched { get; private set; }
    public string? NextPage { get; private set; }

    /// <summary>The newest of this list as a file; null after a search, whose words stand in no address.</summary>
    public string? Csv { get; private set; }

    [BindProperty(SupportsGet = true)]
    public DeliveryState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public IntakeOutcome? Outcome { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Partner { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? After { get; set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Searched = State is not null || Outcome is not null || Partner is not null;
        await FindAsync(new MessageQuery { State = State, Outcome = Outcome, Partner = Partner, Until = Now.AddMinutes(1), After = After, Max = PageLength }, cancellationToken);
        NextPage = Found.Count == PageLength ? Address("after", Found[^1].Received.Id.ToString()) : null;
        Csv = Address("handler", "Csv");
    }

    public async Task<IActionResult> OnGetCsvAsync(CancellationToken cancellationToken)
    {
        await FindAsync(new MessageQuery { State = State, Outcome = Outcome, Partner = Partner, Until = Now.AddMinutes(1), Max = MostInCsv }, cancellationToken);
        return ConsoleCsv.File("messages.csv", ["id", "received", "source", "sender_id", "kind", "answered", "came_again", "copies"], Found.Select(m => (IReadOnlyList<string>)
        [
            m.Received.Id.ToString(), m.Received.ReceivedAt.ToString("O", CultureInfo.InvariantCulture), m.Received.SourceId, m.Received.MessageKey ?? "", m.Received.Kind ?? "", m.Received.Outcome.ToString(),
            m.Received.Repeats.ToString(CultureInfo.InvariantCulture), string.Join("; ", m.Events.SelectMany(e => e.Deliveries).Select(d => $"{d.Delivery.RecipientName} {d.Delivery.State}")),
        ]));
    }

    public async Task<IActionResult> OnPostAsync(string? text, CancellationToken cancellationToken)
    {
        Searched = true;
        var wanted = text?.Trim() ?? "";
        if (wanted.Length == 0)
        {
            Problems = [("text", "Say what to look for.")];
        }
        else if (NhsNumber.TryParse(wanted, out var number))
        {
            if (SignedInPerson.Of(HttpContext)?.May(PersonRight.Search) == false)
            {
                Problems = [("text", $"Looking for somebody by their number needs the role {PersonRoles.Having(PersonRight.Search)}.")];
                return Page();
            }

            await FindAsync(new MessageQuery { NhsNumber = number, Max = 200 }, cancellationToken);
        }
        else if (Guid.TryParse(wanted, out var id) && await stored.ResolveAsync(id, cancellationToken) is { } receivedId)
        {
            return Redirect($"/console/messages/{receivedId}");
        }
        else if (partners.Find(wanted) is not null)
        {
            return Redirect($"/console/messages?partner={Uri.EscapeDataString(wanted)}");
        }
        else
        {
            await FindAsync(new MessageQuery { ControlId = wanted, Max = 200 }, cancellationToken);
        }

        return Page();
    }

    private string Address(string name, string value) => "/console/messages" + QueryString.Create(new Dictionary<string, string?>
    {
        ["state"] = State?.ToString(), ["outcome"] = Outcome?.ToString(), ["partner"] = Partner, [name] = value,
    }.Where(p => p.Value is not null));

    private async Task FindAsync(MessageQuery query, CancellationToken cancellationToken) =>
        Found = await timeline.OfMessagesAsync(await search.FindAsync(query, cancellationToken), cancellationToken);
}
