using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Html.Dom;
using Shouldly;
using Xunit;

namespace Hub.Tests.Support;

/// <summary>A browser without script: keeps cookies, follows redirects, sends forms with every field that the page holds.</summary>
internal sealed class ConsoleBrowser : IDisposable
{
    private readonly HttpClient http;

    public ConsoleBrowser(Uri hub) => http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = hub };

    /// <summary>Every address asked for.</summary>
    public List<string> Addresses { get; } = [];

    public HttpResponseHeaders? LastHeaders { get; private set; }

    public async Task<IHtmlDocument> OpenAsync(string path) => await ReadAsync(await http.GetAsync(Noted(path), TestContext.Current.CancellationToken), path);

    /// <summary>Sends the first form of the page that the selector finds, with the hidden fields it holds and these values.</summary>
    public async Task<IHtmlDocument> SendAsync(IHtmlDocument page, string selector, params (string Name, string Value)[] values)
    {
        var form = page.QuerySelectorAll(selector).OfType<IHtmlFormElement>().First(f => string.Equals(f.Method, "post", StringComparison.OrdinalIgnoreCase));
        var hidden = form.QuerySelectorAll("input[type=hidden]").Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i.GetAttribute("value") ?? ""));
        values.ShouldAllBe(v => form.QuerySelector($"[name='{v.Name}']") != null);
        using var content = new FormUrlEncodedContent([.. hidden, .. values.Select(v => KeyValuePair.Create(v.Name, v.Value))]);
        var path = form.GetAttribute("action") is { Length: > 0 } action ? action : new Uri(page.BaseUri).PathAndQuery;
        return await ReadAsync(await http.PostAsync(Noted(path), content, TestContext.Current.CancellationToken), path);
    }

    public void Dispose() => http.Dispose();

    private Uri Noted(string path)
    {
        Addresses.Add(path);
        return new Uri(path, UriKind.Relative);
    }

    private async Task<IHtmlDocument> ReadAsync(HttpResponseMessage answer, string path)
    {
        using (answer)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            LastHeaders = answer.Headers;
            Addresses.Add(answer.RequestMessage!.RequestUri!.PathAndQuery);
            var context = AngleSharp.BrowsingContext.New();
            var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return (IHtmlDocument)await AngleSharp.BrowsingContextExtensions.OpenAsync(context, response => response.Content(html).Address(answer.RequestMessage.RequestUri), TestContext.Current.CancellationToken);
        }
    }
}
