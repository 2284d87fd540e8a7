using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Xunit;

namespace Hub.Tests.Support;

/// <summary>A person's browser without script: keeps cookies, and follows no redirect unless it is told to, so that a test sees each.</summary>
internal sealed partial class PersonBrowser : IDisposable
{
    private const int Most = 8;
    private readonly HttpClient http;

    public PersonBrowser(Uri hub)
    {
        var sockets = new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false };
        http = new HttpClient(sockets) { BaseAddress = hub };
    }

    /// <summary>One that finds a hub's name at an address and port, and believes its certificate.</summary>
    public PersonBrowser(Uri hub, IPAddress address, int port)
    {
        var sockets = new SocketsHttpHandler
        {
            CookieContainer = Cookies, AllowAutoRedirect = false, SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null },
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint.Host == hub.Host ? new IPEndPoint(address, port) : new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        http = new HttpClient(sockets) { BaseAddress = hub };
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>What the last answer set, as it stood in its head.</summary>
    public IReadOnlyList<string> LastSet { get; private set; } = [];

    public Uri Hub => http.BaseAddress!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Status and text, no redirect followed.</summary>
    public async Task<(int Status, string Text, Uri? To)> AskAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(http.BaseAddress!, path)) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, Token);
        LastSet = answer.Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Token), answer.Headers.Location);
    }

    public Task<(int Status, string Text, Uri? To)> GetAsync(string path, params (string Name, string Value)[] headers) => AskAsync(HttpMethod.Get, path, null, headers);

    /// <summary>Follows redirects to wherever they lead; where it ended, and what stood there.</summary>
    public async Task<(int Status, string Text, Uri At)> FollowAsync(string path)
    {
        var at = new Uri(http.BaseAddress!, path);
        for (var i = 0; i < Most; i++)
        {
            var (status, text, to) = await GetAsync(at.ToString());
            if (to is null)
            {
                return (status, text, at);
            }

            at = new Uri(at, to);
        }

        throw new InvalidOperationException("It never ends: " + at.GetLeftPart(UriPartial.Path));
    }

    /// <summary>Sends the fields of a form with the token of the page that it stands on.</summary>
    public async Task<(int Status, string Text, Uri? To)> SendAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var (_, text, _) = await GetAsync(page);
        var token = FormToken().Match(text).Groups[1].Value;
        using var form = new FormUrlEncodedContent([.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), KeyValuePair.Create("__RequestVerificationToken", token)]);
        return await AskAsync(HttpMethod.Post, action, form);
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
