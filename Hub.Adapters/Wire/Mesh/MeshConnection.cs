using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Hub.Adapters.Wire.Mesh;

/// <summary>One mailbox at one MESH: signs each request, and reads each answer to its end within a time. It repeats nothing.</summary>
public sealed class MeshConnection
{
    private const int MaxAnswer = 1024 * 1024;
    private readonly HttpMessageInvoker http;
    private readonly MeshAuthorization authorization;
    private readonly Func<MeshSecrets> secrets;
    private readonly TimeProvider time;

    /// <param name="http">By which MESH is reached; not disposed here.</param>
    /// <param name="address">The base above <c>/messageexchange</c>.</param>
    /// <param name="mailbox">Our mailbox.</param>
    /// <param name="secrets">Read for each request, so that a changed password counts at once.</param>
    /// <param name="timeout">From the first byte of one request to the last byte of its answer.</param>
    /// <param name="time">The clock of signatures and time-outs.</param>
    /// <param name="newNonce">A value that was never used before.</param>
    public MeshConnection(HttpMessageInvoker http, Uri address, string mailbox, Func<MeshSecrets> secrets, TimeSpan timeout, TimeProvider time, Func<Guid>? newNonce = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        (this.http, Mailbox, this.secrets, Timeout, this.time) = (http, mailbox, secrets, timeout, time);
        Root = new Uri(address.AbsoluteUri.TrimEnd('/') + "/messageexchange/");
        authorization = new MeshAuthorization(time, newNonce ?? (() => Guid.CreateVersion7(time.GetUtcNow())));
    }

    public string Mailbox { get; }

    public TimeSpan Timeout { get; }

    public Uri Root { get; }

    /// <summary>Validates the mailbox: MESH asks for it at the start and once a day.</summary>
    public Task<MeshAnswer> HandshakeAsync(CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Get, Mailbox);
        request.Headers.TryAddWithoutValidation(MeshHeader.ClientVersion, "CRT-Hub/1");
        request.Headers.TryAddWithoutValidation(MeshHeader.OsName, OperatingSystem.IsWindows() ? "Windows" : "Linux");
        request.Headers.TryAddWithoutValidation(MeshHeader.OsVersion, Environment.OSVersion.Version.ToString());
        return AskAsync(request, cancellationToken);
    }

    /// <summary>A request under <c>/messageexchange/</c>; the parts of the path are escaped.</summary>
    internal HttpRequestMessage Request(HttpMethod method, params ReadOnlySpan<string> path)
    {
        var escaped = string.Join('/', path.ToArray().Select(Uri.EscapeDataString));
        var request = new HttpRequestMessage(method, new Uri(Root, escaped));
        request.Headers.Accept.ParseAdd(MeshMedia.V2);
        return request;
    }

    /// <summary>One exchange with a short answer.</summary>
    internal Task<MeshAnswer> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        ExchangeAsync(request, async (answer, content, token) =>
        {
            var (bytes, tooLong) = await ReadAsync(content, MaxAnswer, token);
            return answer with { Body = bytes, TooLong = tooLong };
        }, cancellationToken);

    /// <summary>One exchange whose answer <paramref name="read"/> takes from the wire, within the same time-out. The request is disposed.</summary>
    internal async Task<T> ExchangeAsync<T>(HttpRequestMessage request, Func<MeshAnswer, Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var owned = request;
        using var deadline = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue(MeshAuthorization.Scheme, authorization.Next(Mailbox, secrets()));
        using var response = await http.SendAsync(request, either.Token);
        await using var content = await response.Content.ReadAsStreamAsync(either.Token);
        return await read(new MeshAnswer { Status = response.StatusCode, Headers = HeadersOf(response), Body = default, RetryAfter = RetryAfterOf(response) }, content, either.Token);
    }

    internal static async Task<(ReadOnlyMemory<byte> Bytes, bool TooLong)> ReadAsync(Stream content, int max, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (kept.Length + read > max)
            {
                kept.Write(buffer, 0, (int)(max - kept.Length));
                return (kept.ToArray(), true);
            }

            kept.Write(buffer, 0, read);
        }

        return (kept.ToArray(), false);
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers[name] = values.ToString();
        }

        return headers;
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var asked = response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null;
        return int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
            : DateTimeOffset.TryParseExact(asked, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - time.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero
            : null;
    }
}
