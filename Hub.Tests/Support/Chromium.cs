using Microsoft.Playwright;
using Xunit;

namespace Hub.Tests.Support;

/// <summary>
/// A real browser for a class of tests: the distribution's Chromium, which <c>scripts/ensure-tools.sh</c> installs, driven by Playwright. Without it the
/// tests are skipped and say so; in CI they fail.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // A test machine has no display, no graphics card, often little shared memory and sometimes only root.
    private static readonly string[] Arguments =
        ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking", "--hide-scrollbars"];

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        var place = PlaceOrSkip();
        var playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = place, Args = Arguments }));
    }

    /// <summary>A window with cookies of its own; what the page complains about is kept in <see cref="Window.Complaints"/>.</summary>
    public async Task<Window> OpenAsync(Uri hub, int width = 1280, int height = 900, bool script = true)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = hub.ToString(), ViewportSize = new ViewportSize { Width = width, Height = height }, JavaScriptEnabled = script, Locale = "en-GB", TimezoneId = "Europe/London",
        });
        context.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        return new Window(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    private static string PlaceOrSkip()
    {
        if (Places.FirstOrDefault(File.Exists) is { } place)
        {
            return place;
        }

        const string Reason = "There is no Chromium on this machine: scripts/ensure-tools.sh installs it.";
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
        {
            throw new InvalidOperationException(Reason);
        }

        Assert.Skip(Reason);
        return "";
    }
}

/// <summary>One window of the browser.</summary>
internal sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext context;

    public Window(IBrowserContext context, IPage page)
    {
        (this.context, Page) = (context, page);
        page.Console += (_, message) => Note(message.Type == "error", message.Text);
        page.PageError += (_, fault) => Note(true, fault);
        page.Dialog += async (_, dialog) =>
        {
            Note(true, "a dialog: " + dialog.Message);
            await dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts, refused loads and dialogs: a page of the console has none.</summary>
    public List<string> Complaints { get; } = [];

    public async Task GoAsync(string path) => await Page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.Load });

    public Task<string> TextAsync() => Page.InnerTextAsync("body");

    /// <summary>Moves on with the tabulator until this has the focus, as somebody does who has no mouse.</summary>
    public async Task TabToAsync(string selector)
    {
        for (var steps = 0; steps < 200; steps++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (await Page.EvaluateAsync<bool>("selector => document.activeElement !== null && document.activeElement.matches(selector)", selector))
            {
                return;
            }
        }

        throw new InvalidOperationException($"{selector} cannot be reached with the keyboard on {Page.Url}");
    }

    /// <summary>Goes to a link or button with the keyboard, presses it, and waits for the page that follows.</summary>
    public async Task PressAsync(string selector)
    {
        await TabToAsync(selector);
        await Page.EvaluateAsync("() => { document.body.dataset.left = 'yes'; }");
        await Page.Keyboard.PressAsync("Enter");
        await Eventually.HoldsAsync(IsAnotherPageAsync, why: () => $"{selector} led nowhere from {Page.Url}");
    }

    public async Task TypeAsync(string selector, string text)
    {
        await TabToAsync(selector);
        await Page.Keyboard.TypeAsync(text);
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private async Task<bool> IsAnotherPageAsync()
    {
        try
        {
            return await Page.EvaluateAsync<bool>("() => document.readyState === 'complete' && document.body.dataset.left === undefined");
        }
        catch (PlaywrightException)
        {
            return false; // between two pages
        }
    }

    private void Note(bool counts, string text)
    {
        if (counts)
        {
            lock (Complaints)
            {
                Complaints.Add(text);
            }
        }
    }
}
