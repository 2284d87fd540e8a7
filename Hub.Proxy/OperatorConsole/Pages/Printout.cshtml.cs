using Hub.Proxy.Commands.Print;
using Hub.Proxy.Handovers;
using Hub.Proxy.Intake;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>A sheet to hand over, as <c>hub print</c> makes it. That it was opened or printed does not say that it was given.</summary>
[ShowsPeople]
internal sealed class PrintoutModel(HandoverBook book, Timeline timeline, MonitoringRuleBook rules) : PageModel
{
    // A standalone page with a stylesheet of its own inside; nothing else may run or load in it.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-modals";

    /// <summary>What can be printed, and what it is called.</summary>
    public static IReadOnlyList<(string What, string Name)> Sheets { get; } =
    [
        ("who-we-are", "Who we are"), ("discharge-plan", "Discharge plan"), ("patient-copy", "The person's copy"), ("gp", "As the practice reads it"), ("cmht", "As the community team reads it"),
        ("ward", "As the ward reads it"),
    ];

    public long EpisodeId { get; private set; }
    public string Refused { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(long episode, string what, CancellationToken cancellationToken)
    {
        EpisodeId = episode;
        if (Sheets.All(s => s.What != what) || await book.HandoverAsync(episode, cancellationToken) is not { } view)
        {
            return NotFound();
        }

        var page = await timeline.EpisodesAsync(view.LocalId, cancellationToken, view.Organisation) is [var found, ..]
            ? Printout.Of(what, null, found, rules.Enabled) : new Printout { Refused = "The episode is no longer kept." };
        if (page.Html is { } html)
        {
            Response.Headers.ContentSecurityPolicy = Policy;
            return Content(html, "text/html; charset=utf-8");
        }

        Refused = page.Refused ?? "This sheet is no page.";
        return Page();
    }
}
