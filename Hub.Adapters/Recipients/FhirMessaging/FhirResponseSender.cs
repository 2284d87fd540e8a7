using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;

namespace Hub.Adapters.Recipients.FhirMessaging;

/// <summary>Posts response messages to the addresses that senders named as <c>response-url</c> (FHIR R4, 2.4.3), with the credentials that their files say.</summary>
public sealed class FhirResponseSender : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly PartnerHttpFactory factory;
    private readonly ConcurrentDictionary<(string Id, string Hash, string? Access), PartnerHttp> ways = new();

    internal FhirResponseSender(PartnerHttpFactory factory) => this.factory = factory;

    /// <summary>What is wrong with how a sender is to be posted to.</summary>
    /// <param name="access">The file's <c>responseAccess</c>.</param>
    /// <param name="addresses">Its <c>responseUrls</c>.</param>
    public static IReadOnlyList<PartnerProblem> Check(JsonElement? access, IReadOnlyList<string> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        var settings = SettingsOf(access);
        var plain = settings.Flag("allowPlainHttp");
        HttpAccess.Read(settings, endpoint: null);
        var clear = addresses.Select((address, i) => (Address: address, Index: i)).Where(a => !plain && Uri.TryCreate(a.Address, UriKind.Absolute, out var uri) && uri is { Scheme: "http", IsLoopback: false });
        return
        [
            .. settings.Problems(),
            .. clear.Select(a => new PartnerProblem(
                $"/settings/responseUrls/{a.Index}", "It is plain http to another machine.", "https, or \"allowPlainHttp\": true in responseAccess where the network itself is encrypted")),
        ];
    }

    /// <summary>One try.</summary>
    /// <param name="sender">Whose answer it is.</param>
    /// <param name="access">The file's <c>responseAccess</c>.</param>
    /// <param name="to">One of its <c>responseUrls</c>.</param>
    /// <param name="body">The response message.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="cancellationToken">The hub's stopping.</param>
    public async Task<ResponsePosting> PostAsync(PartnerFile sender, JsonElement? access, Uri to, ReadOnlyMemory<byte> body, string mediaType, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return await SendAsync(sender, access, () => new HttpRequestMessage(HttpMethod.Post, to) { Content = new OnceContent(body, mediaType) }, cancellationToken);
    }

    /// <summary>One try to create a resource on the FHIR server of a recipient, with the credentials of its settings; what is there already under the same search is left as it is.</summary>
    /// <param name="recipient">Whose server it is.</param>
    /// <param name="to">The resource type's address there.</param>
    /// <param name="body">The resource as JSON.</param>
    /// <param name="ifNoneExist">The search by which it would be found.</param>
    /// <param name="cancellationToken">The hub's stopping.</param>
    public async Task<ResponsePosting> CreateAsync(PartnerFile recipient, Uri to, ReadOnlyMemory<byte> body, string ifNoneExist, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        return await SendAsync(
            recipient, recipient.Settings, () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new OnceContent(body, "application/fhir+json") };
                request.Headers.TryAddWithoutValidation("If-None-Exist", ifNoneExist);
                return request;
            },
            cancellationToken);
    }

    private async Task<ResponsePosting> SendAsync(PartnerFile sender, JsonElement? access, Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        var way = ways.GetOrAdd((sender.Id, sender.Hash, access?.GetRawText()), _ => factory.CreateFor(HttpAccess.Read(SettingsOf(access), endpoint: null)));
        var (answer, failed) = await way.ExchangeAsync(request, Timeout, cancellationToken);
        return answer is null ? new(failed switch { Unavailable u => u.Reason, Unknown u => u.Reason, PartnerRefusesUs r => r.Reason, _ => "no answer" }, Again: true)
            : answer.IsSuccess ? new((string?)null)
            : new($"HTTP {(int)answer.Status}", MayEndOtherwise(answer.Status), answer.RetryAfter);
    }

    public void Dispose()
    {
        foreach (var way in ways.Values)
        {
            way.Dispose();
        }
    }

    private static bool MayEndOtherwise(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized or >= HttpStatusCode.InternalServerError;

    private static PartnerSettings SettingsOf(JsonElement? access) => new(access ?? JsonSerializer.SerializeToElement(new { }), "/settings/responseAccess");
}
