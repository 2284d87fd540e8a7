using System.Diagnostics;
using System.Text.RegularExpressions;
using Hub.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>What the README promises to whoever types its first command and opens the address that it prints, in a real browser from beginning to end.</summary>
public sealed partial class ConsoleDemoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_person_watches_the_demo_accepts_the_discharge_finds_the_refused_message_sees_the_wrong_field_and_sends_it_again()
    {
        await using var browser = await Chromium.StartAsync();
        using var demo = new Demo();
        var address = (await demo.SaysAsync(ConsoleAddress())).Groups[1].Value;
        await using var window = await browser.OpenAsync(new Uri(address));
        var page = window.Page;

        // The journey happens before the reader's eyes: nothing is reloaded.
        await window.GoAsync(address);
        await page.WaitForSelectorAsync("[data-live] >> text=Discharge", new PageWaitForSelectorOptions { Timeout = 90_000 });
        var refused = (await demo.SaysAsync(RefusedMessage())).Groups[1].Value;

        await page.ClickAsync("nav >> text=Handovers");
        await page.ClickAsync("tr:has-text('Community team takes the person on') >> a[href^='/console/handovers/']");
        (await page.InnerTextAsync(".hub-holder")).ShouldContain("No team has accepted.");
        await page.ClickAsync("main >> text=Community team takes the person on");
        await page.CheckAsync("#act-accept");
        await page.FillAsync("#what", "D. Worker, Southside CMHT");
        await page.FillAsync("#by", "D. Worker");
        await page.ClickAsync("text=Save");
        (await window.TextAsync()).ShouldContain("Accepted: D. Worker");

        await page.ClickAsync("nav >> text=Messages");
        await page.FillAsync("#text", refused);
        await page.ClickAsync("main form[method=post] button");
        await page.ClickAsync("main table a >> nth=0");
        (await window.TextAsync()).ShouldContain("Patient.address[0].postalCode");
        await page.ClickAsync("text=Which field of the sender's each element comes from");
        await page.FillAsync("#by", "D. Worker");
        await page.FillAsync("#note", "The practice refused it");
        await page.ClickAsync("main form button");
        (await page.InnerTextAsync("tr:has(td:text-is('Patient.address[0].postalCode')) >> nth=0")).ShouldContain("PID-11.5 (Address)");

        await page.ClickAsync("text=Back to the message");
        await page.ClickAsync("a:has-text('Send it again to Elm Surgery')");
        await page.CheckAsync("#form-remap");
        await page.FillAsync("#by", "D. Worker");
        await page.FillAsync("#note", "The practice has corrected the address");
        await page.ClickAsync("main form button[type=submit]");
        var shown = "";
        await Eventually.HoldsAsync(async () =>
        {
            await page.ReloadAsync();
            shown = await window.TextAsync();
            return shown.Contains("mapped anew), asked for by D. Worker", StringComparison.Ordinal) && (await page.QuerySelectorAllAsync("main .nhsuk-tag:text-is('Delivered')")).Count >= 2;
        }, why: () => shown);
        window.Complaints.ShouldBeEmpty();

        // And when the hub is gone, a page that waits says so.
        await page.ClickAsync("nav >> text=Today");
        demo.Kill();
        await page.WaitForSelectorAsync("text=The connection to the hub is lost");
    }

    [GeneratedRegex(@"(http://127\.0\.0\.1:\d+/console)")]
    private static partial Regex ConsoleAddress();

    [GeneratedRegex(@"find message (\d+)")]
    private static partial Regex RefusedMessage();

    /// <summary><c>hub demo</c> as a process of its own.</summary>
    private sealed class Demo : IDisposable
    {
        private readonly Process process;
        private readonly List<string> said = [];

        public Demo()
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hub.dll"));
            start.ArgumentList.Add("demo");
            start.Environment["COLUMNS"] = "400";
            process = Process.Start(start)!;
            process.OutputDataReceived += (_, line) => Keep(line.Data);
            process.ErrorDataReceived += (_, line) => Keep(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public async Task<Match> SaysAsync(Regex words)
        {
            Match? found = null;
            await Eventually.HoldsAsync(() => (found = words.Match(All())).Success, Patience, () => $"The demo did not say {words}: {All()}");
            return found!;
        }

        public void Kill()
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        public void Dispose()
        {
            if (!process.HasExited)
            {
                Kill();
            }

            process.Dispose();
        }

        // Wrapped to the width of a terminal, or of none.
        private string All()
        {
            lock (said)
            {
                return string.Join(' ', said.Select(s => s.Trim()));
            }
        }

        private void Keep(string? line)
        {
            if (line is not null)
            {
                lock (said)
                {
                    said.Add(line);
                }
            }
        }
    }
}
