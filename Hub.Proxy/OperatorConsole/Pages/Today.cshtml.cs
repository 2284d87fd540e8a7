using Hub.Proxy.Access.People;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>What to look at first: deadlines, what waits for a person, what does not get through.</summary>
[ShowsPeople]
internal sealed class TodayModel(HandoverBook book, ConsolePeople people, Timeline timeline, PartnerStatus partners, ReceivedCounts counts, MessageSearch search, PersonSight sight, TimeProvider time) : PageModel
{
    private const int Few = 8;
    private const int ChartHeight = 100;

    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public ObligationCounts Counts { get; private set; } = new(0, 0);
    public WorklistView Next { get; private set; } = null!;
    public AttentionView? Attention { get; private set; }
    public int AttentionCount { get; private set; }
    public OpenCounts? Undelivered { get; private set; }
    public IReadOnlyList<ReceivedView> Latest { get; private set; } = [];
    public IReadOnlyList<PartnerStatusView> Partners { get; private set; } = [];
    public IReadOnlyList<(DateTimeOffset From, int Count, int X, int Y, int Height)> Bars { get; private set; } = [];

    /// <summary>Whether the operator's list, messages and partners are theirs to see; where nobody signs in, they are.</summary>
    public bool SeesLists => SignedInPerson.Of(HttpContext)?.May(PersonRight.Lists) != false;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Counts = await book.CountAsync(Now, cancellationToken);
        Next = await WorklistView.OfAsync("Obligations next due", await book.WorklistAsync(new WorklistRequest(null, null, null, null, Few), cancellationToken), SignedInPerson.Of(HttpContext), sight, people, Now, cancellationToken);
        if (!SeesLists)
        {
            return;
        }

        Attention = new AttentionView("What waits for a person", await timeline.AttentionAsync(Few, cancellationToken), Now);
        AttentionCount = await timeline.CountAttentionAsync(cancellationToken);
        Undelivered = await timeline.CountOpenAsync(cancellationToken);
        Latest = await timeline.OfMessagesAsync(await search.FindAsync(new MessageQuery { Max = Few }, cancellationToken), cancellationToken);
        Partners = await partners.ReadAsync(cancellationToken);
        Bars = Chart(await counts.SinceAsync(Now.AddHours(-23), cancellationToken));
    }

    private List<(DateTimeOffset From, int Count, int X, int Y, int Height)> Chart(IReadOnlyList<ReceivedCount> received)
    {
        var last = Now.ToUnixTimeSeconds() / 3600;
        var perHour = Enumerable.Range(0, 24).Select(i => last - 23 + i).Select(hour => (Hour: hour, Count: received.Where(r => r.Hour == hour).Sum(r => r.Count))).ToList();
        var most = Math.Max(1, perHour.Max(h => h.Count));
        return [.. perHour.Select((h, i) =>
        {
            var height = h.Count * ChartHeight / most;
            return (DateTimeOffset.FromUnixTimeSeconds(h.Hour * 3600), h.Count, (i * 20) + 2, ChartHeight + 5 - height, height);
        })];
    }
}
