using Hub.Proxy.Handovers;
using Hub.Proxy.Routing;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>What to ring about while a partner's system is down. It prints, with room to write on.</summary>
[ShowsPeople]
internal sealed class PartnerSheetModel(PartnerFiles files, PartnerLanes lanes, TimeProvider time) : PageModel
{
    private const int Most = 200;

    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public string Id { get; private set; } = "";
    public string Name { get; private set; } = "";
    public string Contact { get; private set; } = "";
    public FactTable Sheet { get; private set; } = null!;
    public bool IsCut => Sheet.Rows.Count == Most;

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken)
    {
        if (files.Find(id) is not { Role: Adapters.Contract.PartnerRole.Recipient } partner)
        {
            return NotFound();
        }

        (Id, Name, Contact) = (id, partner.Name, partner.SupportContact ?? "no number is in its file");
        var unsent = await lanes.UnsentAsync(id, Most, cancellationToken);
        Sheet = new FactTable("Not delivered", ["Message", "Person", "Waits", "Told by phone: whom, when, read back"], "It has everything.")
        {
            Rows = [.. unsent.Select(u => new FactRow(
                (u.Urgency == Store.Urgency.Urgent ? "URGENT " : "") + u.Title, $"{u.Person.Name}, born {u.Person.Born}{(u.Person.NhsNumber is { } number ? $", NHS number {number}" : "")}",
                $"since {Words.London(u.Since)}: {u.State}", "") { Link = $"/console/messages/{u.DeliveryId}" })],
        };
        return Page();
    }
}
