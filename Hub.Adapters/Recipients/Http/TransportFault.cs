using Polly.Timeout;

namespace Hub.Adapters.Recipients.Http;

/// <summary>What an HTTP transport throws, and what people are told of it.</summary>
internal static class TransportFault
{
    // A cancelled token passes through: a shutdown is not the partner's fault. Our own deadline is.
    public static bool Is(Exception ex, CancellationToken cancellationToken) =>
        ex is HttpRequestException or IOException or TimeoutRejectedException || (ex is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    // Never the exception's own text: it can hold what the peer sent. Our own words about our own files are the exception.
    public static string Describe(Exception ex) => ex switch
    {
        HttpRequestException { InnerException: PartnerTlsException ours } => ours.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the partner's name could not be resolved",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "no TLS connection: certificate or protocol refused",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "could not connect",
        TimeoutRejectedException or OperationCanceledException => "no whole answer within the time-out",
        HttpRequestException { HttpRequestError: var error } => $"the connection failed ({error})",
        HttpIOException { HttpRequestError: var error } => $"the connection failed ({error})",
        _ => "the connection failed",
    };
}
