using Hub.Proxy.Handovers;
using Hub.Proxy.Notices;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>By when what is due, who is told in what order, and who fills each role now. Changed in the trust's files, not here.</summary>
internal sealed class ClocksModel(HandoverRules rules, Rota rota, TimeProvider time) : PageModel
{
    public HandoverRules Rules => rules;
    public string? Fault { get; private set; }
    public IReadOnlyList<FactTable> Tables { get; private set; } = [];

    public void OnGet()
    {
        var now = time.GetUtcNow();
        Tables =
        [
            new("Who is on now", ["Role", "Who"], "There is no rota: notices name the role alone.") { Rows = [.. rota.Roles.Select(r => new FactRow(r, rota.Named(r, now)))] },
            new("Hours with nobody, in the next 14 days", ["Role", "From", "Until"], rota.Roles.Count == 0 ? "There is no rota to look through." : "Every hour has somebody.")
            {
                Rows = [.. RotaWatch.Gaps(rota, rules, now).Select(g => new FactRow(g.Role, g.From <= now ? "now" : Words.London(g.From), Words.London(g.Until)))],
            },
            new("Who is told when nobody answers", ["Step", "Role", "After the deadline"], "") { Rows = [.. rules.Ladder.Select((r, i) => new FactRow($"{i + 1}", r.Role == "owner" ? "who asks for it" : r.Role.Replace('-', ' '), r.AfterMinutes == 0 ? "at once" : Words.Span(TimeSpan.FromMinutes(r.AfterMinutes))))] },
            new("What is owed, and by when", ["What", "Within", "Without a date", "At risk, or risk not stated", "Who asks for it"], "")
            {
                Rows = [.. rules.Duties.Select(d => new FactRow(ConsoleWords.Kind(d.Kind) + (d.Enabled ? "" : " (not followed by this trust)"), Within(d.Clock), d.Otherwise is { } other ? Within(other) : "the same", d.AtRisk is { } risk ? Within(risk) : "the same", d.Chaser))],
            },
            new("Agreed otherwise with one organisation", ["Organisation", "What", "Within", "Agreed"], "Nothing was agreed otherwise: the deadlines above are everybody's.")
            {
                Rows = [.. rules.Overrides.Select(o => new FactRow(o.Organisation.Value, ConsoleWords.Kind(o.Kind), Within((rules.For(o.Kind, o.Organisation) ?? rules.Duties.First(d => d.Kind == o.Kind)).Clock), o.Agreed))],
            },
            new("Who answers until a team has accepted", ["Movement", "Who", "Decided by", "Review by"], "No rule is set: the shift lead confirms each case.")
            {
                Rows = [.. rules.Gaps.Select(g => new FactRow(ConsoleWords.Name(System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(g.Movement.ToString())), g.Answers, g.Owner, g.ReviewOn.ToString("d MMM yyyy", System.Globalization.CultureInfo.InvariantCulture) + (g.ReviewOn < DateOnly.FromDateTime(now.UtcDateTime) ? " (passed: counts as no rule)" : "")))],
            },
            new("Where the figures come from", ["Clock", "How long", "Source"], "") { Rows = [.. rules.Clocks.Select(c => new FactRow(c.Key, Within(c.Key), c.Source))] },
        ];
        Fault = rota.Fault;
    }

    private string Within(string clock) => rules.Clock(clock).Before ? $"{Words.Span(TimeSpan.FromMinutes(rules.Clock(clock).Minutes))} before the sender's date" : rules.Clock(clock).Minutes is 0 ? "the sender's own date" : Words.Span(TimeSpan.FromMinutes(rules.Clock(clock).Minutes));
}
