using System.Net.Http.Headers;
using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients.Http;

/// <summary>
/// The hub's credentials at one HTTP partner. A token is kept until shortly before it ends and asked for once, however many wait for it; a token that can
/// still be used is used while its successor cannot be had. No token is ever written down.
/// </summary>
public sealed class PartnerCredentials
{
    private static readonly TimeSpan LongestFetch = TimeSpan.FromSeconds(10);

    // Many lanes wait for one token: each asking anew the moment another has failed would be a storm on a server in trouble.
    private static readonly TimeSpan Respite = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRespite = TimeSpan.FromMinutes(1);

    private readonly AuthSettings auth;
    private readonly HttpMessageInvoker connections;
    private readonly TimeProvider time;
    private readonly SteadyTime clock;
    private readonly Lock gate = new();
    private Held? held;
    private (CredentialFault Fault, DateTimeOffset Until)? failed;
    private Task<TokenAnswer>? fetching;

    /// <param name="auth">How to prove who we are.</param>
    /// <param name="connections">By which the token endpoint is reached: the partner's own trust and certificate; not disposed here.</param>
    /// <param name="time">The clock of assertions and of tokens' lives.</param>
    public PartnerCredentials(AuthSettings auth, HttpMessageInvoker connections, TimeProvider time)
    {
        this.auth = auth;
        this.connections = connections;
        this.time = time;
        clock = new SteadyTime(time);
    }

    /// <summary>Puts our credentials on a request, in place of any it has. Null when it was done.</summary>
    /// <exception cref="OperationCanceledException">The caller does not wait any longer; the token is fetched all the same, for the next one.</exception>
    public async ValueTask<CredentialFault?> AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        switch (auth.Method)
        {
            case AuthMethod.None:
                request.Headers.Authorization = null;
                return null;
            case AuthMethod.Basic:
                return AuthorizeBasic(request);
            default:
                var (token, fault) = await TokenAsync(cancellationToken);
                request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
                return fault;
        }
    }

    /// <summary>
    /// The partner answered this request 401. True where another token than the one it bore can be had, so that the same request may be tried once more.
    /// </summary>
    public bool MayRenewAfter401(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (auth.Method is AuthMethod.None or AuthMethod.Basic || request.Headers.Authorization?.Parameter is not { } used)
        {
            return false;
        }

        lock (gate)
        {
            if (held?.Token == used)
            {
                held = null; // else somebody has renewed it already
            }

            return true;
        }
    }

    private CredentialFault? AuthorizeBasic(HttpRequestMessage request)
    {
        if (auth.Secret is null || !auth.Secret.TryRead(out var password, out _))
        {
            return new CredentialFault($"our password for this partner: {auth.Secret} is missing or empty; whoever runs the hub puts it there");
        }

        request.Headers.Authorization = TokenRequest.Basic(auth.ClientId, password);
        return null;
    }

    private async ValueTask<(string? Token, CredentialFault? Fault)> TokenAsync(CancellationToken cancellationToken)
    {
        Task<TokenAnswer> asked;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (held is { } token && now < token.RenewAt)
            {
                return (token.Token, null);
            }

            if (failed is { } earlier && now < earlier.Until)
            {
                return held?.IfAliveAt(now) is { } still ? (still, null) : (null, earlier.Fault);
            }

            asked = fetching ??= Task.Run(FetchAsync, CancellationToken.None);
        }

        var answer = await asked.WaitAsync(cancellationToken);
        if (answer is TokenAnswer.Granted granted)
        {
            return (granted.Token, null);
        }

        lock (gate)
        {
            return held?.IfAliveAt(clock.GetUtcNow()) is { } still ? (still, null) : (null, ((TokenAnswer.Failed)answer).Fault);
        }
    }

    private async Task<TokenAnswer> FetchAsync()
    {
        TokenAnswer answer = TokenAnswer.Down("the token endpoint could not be asked");
        try
        {
            return answer = await AskAsync();
        }
        finally
        {
            lock (gate)
            {
                fetching = null;
                Keep(answer);
            }
        }
    }

    private void Keep(TokenAnswer answer)
    {
        var now = clock.GetUtcNow();
        if (answer is TokenAnswer.Granted granted)
        {
            (held, failed) = (new Held(granted.Token, now + granted.Life - Early(granted.Life), now + granted.Life), null);
            return;
        }

        var fault = ((TokenAnswer.Failed)answer).Fault;
        var wait = fault.RetryAfter is { } asked && asked > Respite ? asked : Respite;
        failed = (fault, now + (wait < LongestRespite ? wait : LongestRespite));
    }

    private async Task<TokenAnswer> AskAsync()
    {
        using var request = TokenRequest.Write(auth, time, out var fault);
        if (request is null)
        {
            return new TokenAnswer.Failed(fault!);
        }

        using var deadline = new CancellationTokenSource(LongestFetch, time);
        try
        {
            using var response = await connections.SendAsync(request, deadline.Token);
            var body = await AnswerBody.ReadAsync(response.Content, deadline.Token);
            return body.TooLong
                ? TokenAnswer.Down("the token endpoint's answer is too long")
                : TokenAnswer.Read(response.StatusCode, RetryAfter.Read(response.Headers.RetryAfter, time), body.Bytes);
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException or OperationCanceledException)
        {
            return TokenAnswer.Down($"the token endpoint: {TransportFault.Describe(ex)}");
        }
    }

    // A minute before its end, and a quarter of its life where that is short: what is under way then still has a token when it arrives.
    private static TimeSpan Early(TimeSpan life) => life / 4 < TimeSpan.FromMinutes(1) ? life / 4 : TimeSpan.FromMinutes(1);

    private sealed record Held(string Token, DateTimeOffset RenewAt, DateTimeOffset EndsAt)
    {
        public string? IfAliveAt(DateTimeOffset now) => now < EndsAt ? Token : null;

        public override string ToString() => "a token";
    }
}
