using System.Globalization;
using System.Text;

namespace Hub.Proxy.Simulators;

/// <summary>One HTTP/1.1 request as a scripted partner read it.</summary>
internal sealed record SimulatedHttpRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>Reads HTTP/1.1 requests with a Content-Length from one connection. Enough for a simulator, and nobody else's code.</summary>
internal sealed class SimulatedHttpRequests(Stream stream)
{
    private const int MaxHead = 32 * 1024;
    private const int MaxBody = 32 * 1024 * 1024;
    private byte[] buffer = new byte[16 * 1024];
    private int filled;

    /// <returns>Null when the peer has closed, or speaks no HTTP that is understood here.</returns>
    public async Task<SimulatedHttpRequest?> NextAsync(CancellationToken cancellationToken)
    {
        int headEnd;
        while ((headEnd = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (filled > MaxHead || !await FillAsync(filled + 1, cancellationToken))
            {
                return null;
            }
        }

        var lines = Encoding.ASCII.GetString(buffer, 0, headEnd).Split("\r\n");
        var request = lines[0].Split(' ');
        var headers = new Dictionary<string, string>();
        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon].Trim().ToLowerInvariant()] = line[(colon + 1)..].Trim();
            }
        }

        if (request.Length != 3 || headers.ContainsKey("transfer-encoding")
            || !int.TryParse(headers.GetValueOrDefault("content-length", "0"), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length > MaxBody)
        {
            return null;
        }

        var bodyStart = headEnd + 4;
        while (filled < bodyStart + length)
        {
            if (!await FillAsync(bodyStart + length, cancellationToken))
            {
                return null;
            }
        }

        var body = buffer.AsSpan(bodyStart, length).ToArray();
        buffer.AsSpan(bodyStart + length, filled - bodyStart - length).CopyTo(buffer);
        filled -= bodyStart + length;
        return new SimulatedHttpRequest(request[0], request[1], headers, body);
    }

    private async Task<bool> FillAsync(int needed, CancellationToken cancellationToken)
    {
        if (buffer.Length < needed)
        {
            Array.Resize(ref buffer, Math.Max(needed, buffer.Length * 2));
        }

        var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
        filled += read;
        return read > 0;
    }
}
