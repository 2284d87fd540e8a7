using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Proxy.Access.People;
using Hub.Proxy.Commands.Probe;
using Hub.Proxy.Commands.Samples;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Handovers;
using Hub.Proxy.Intake;
using Hub.Proxy.Routing;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>One partner: how sending stands, which version of its file runs and what differs in the folder, who waits, and its address looked at.</summary>
internal sealed class PartnerModel(PartnerStatus status, PartnerFiles files, UnmappedCodes unmapped, PartnerLanes lanes, TimeProvider time) : PageModel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const int MostLanes = 50;

    public PartnerStatusView Partner { get; private set; } = null!;
    public bool IsRecipient { get; private set; }
    public IReadOnlyList<FactTable> Tables { get; private set; } = [];
    public FactTable? Probed { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken)
    {
        if ((await PartnerStatusEndpoint.AllAsync(status, files, unmapped, cancellationToken)).FirstOrDefault(p => p.Id == id) is not { } partner)
        {
            return NotFound();
        }

        Partner = partner;
        IsRecipient = files.Find(id) is { Role: PartnerRole.Recipient };
        var named = SignedInPerson.Of(HttpContext) is not { OfEverybody: < Sight.Who };
        var held = IsRecipient && named ? await lanes.HeldAsync(id, MostLanes, cancellationToken) : [];
        Tables =
        [
            new("How it stands", ["What", "How"], "") { Rows = Standing(partner) },
            new("Its file", ["What", "How"], "") { Rows = File(partner) },
            new("The folder against what runs", ["Field", "Runs", "In the folder"], "They are the same.") { Rows = Differences(id) },
            .. IsRecipient && named ? [new FactTable("People whose messages are stopped here", ["Person", "Why"], "Nobody's messages are stopped.") { Rows = [.. held.Select(h => new FactRow(h.Person.Name + ", born " + h.Person.Born, h.Why) { Link = $"/console/people/{h.PersonId}" })] }] : Array.Empty<FactTable>(),
        ];
        return Page();
    }

    public async Task<IActionResult> OnPostProbeAsync(string id, CancellationToken cancellationToken)
    {
        if (await OnGetAsync(id, cancellationToken) is not PageResult page || files.Find(id) is not { } partner)
        {
            return NotFound();
        }

        var rows = new List<FactRow>();
        foreach (var target in ProbeTarget.OfPartner(partner))
        {
            rows.AddRange((await new EndpointProbe(target, Patience, time).RunAsync(cancellationToken)).Select(f =>
                new FactRow(f.Step, f.Level switch { FindingLevel.Good => "good", FindingLevel.Note => "to know", FindingLevel.Warning => "WARNING", _ => "BAD" }, f.Text, f.Owner is { } owner ? $"{owner}: {f.NextStep}" : "nobody")));
        }

        Probed = new FactTable("What was found", ["Step", "How", "What", "Who must act"], "The file names no address to look at.") { Rows = rows };
        return page;
    }

    private List<FactRow> Standing(PartnerStatusView partner) =>
    [
        new("In a word", partner.Words), new("Protocol", partner.Protocol), new("Mode", partner.Mode.ToString().ToLowerInvariant()),
        new("Breaker", partner.Breaker?.ToString().ToLowerInvariant() is { } state ? state + (partner.BreakerOpenUntil is { } until ? $" until {Words.London(until)}" : "") : "it is not sent to"),
        new("Waiting", string.Create(CultureInfo.InvariantCulture, $"{ConsoleWords.Count(partner.DeliveriesWaiting, "message", "messages")} for {ConsoleWords.Count(partner.LanesWaiting, "person", "people")}{(partner.OldestWaitingSince is { } since ? $", the oldest since {ConsoleWords.Ago(since, time.GetUtcNow())}" : "")}")),
        new("To be answered later", partner.DeliveriesAwaited.ToString(CultureInfo.InvariantCulture)),
        new("Last accepted", partner.LastGoodSend is { } good ? ConsoleWords.Ago(good, time.GetUtcNow()) : "nothing yet"),
        new("Codes in no table since the hub started", partner.UnmappedCodes?.ToString(CultureInfo.InvariantCulture) ?? "not counted for recipients"),
        new("Whom to ring", files.Find(partner.Id)?.SupportContact ?? "nobody is named in its file"),
    ];

    private static List<FactRow> File(PartnerStatusView partner) => partner.File is not { } file ? [new("File", "nobody can tell")] :
    [
        new("State", file.Words), new("Version that runs", PartnerVersion.Short(file.RunningHash)), new("Runs since", file.RunningSince is { } since ? Words.London(since) : "not running"),
        new("Version in the folder", PartnerVersion.Short(file.FolderHash)), .. file.Problems.Select(p => new FactRow($"Problem at {p.Field}", $"{p.Text} {p.Expected}")),
    ];

    private List<FactRow> Differences(string id) => files.WrittenOf(id) is not { } runs || files.WrittenInFolder(id) is not { } folder ? []
        : [.. JsonDifference.Between(JsonNode.Parse(runs), JsonNode.Parse(folder)).Select(d => new FactRow(d.Field, d.Expected ?? "not there", d.Actual ?? "not there"))];
}
