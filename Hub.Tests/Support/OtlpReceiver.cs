using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hub.Tests.Support;

/// <summary>A span as it came over the wire.</summary>
internal sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, string Text);

/// <summary>A collector on a real socket: takes OTLP over HTTP (protobuf) and reads as much of it as a test asks for, without the exporter's own types.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedSpan> spans = new();
    private readonly ConcurrentQueue<string> metrics = new();
    private ScriptedHttpServer server = null!;

    public Uri Address => server.Address;

    public IReadOnlyList<ReceivedSpan> Spans => [.. spans];

    /// <summary>Names of meters that were pushed.</summary>
    public IReadOnlyList<string> Metrics => [.. metrics];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        receiver.server = await ScriptedHttpServer.StartAsync(receiver.TakeAsync);
        return receiver;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();

        // opentelemetry-proto: ExportTraceServiceRequest.resource_spans=1, ResourceSpans.scope_spans=2, ScopeSpans.spans=2; metrics are nested alike.
        foreach (var one in Fields(bytes, 1).SelectMany(r => Fields(r, 2)).SelectMany(s => Fields(s, 2)))
        {
            if (context.Request.Path == "/v1/metrics")
            {
                metrics.Enqueue(Text(one, 1));
            }
            else
            {
                spans.Enqueue(new ReceivedSpan(Hex(one, 1), Hex(one, 2), Hex(one, 4), Text(one, 5), Encoding.UTF8.GetString(one.Span)));
            }
        }

        context.Response.ContentType = "application/x-protobuf";
    }

    private static string Hex(ReadOnlyMemory<byte> message, int field) => Convert.ToHexStringLower(Fields(message, field).FirstOrDefault().Span);

    private static string Text(ReadOnlyMemory<byte> message, int field) => Encoding.UTF8.GetString(Fields(message, field).FirstOrDefault().Span);

    /// <summary>The length-delimited fields of a message that have a number (protobuf encoding: tag, then varint, 8, length or 4 bytes).</summary>
    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message.Span, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    if ((int)(tag >> 3) == number)
                    {
                        found.Add(message.Slice(at, length));
                    }

                    at += length;
                    break;
                default:
                    at += 4;
                    break;
            }
        }

        return found;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var one = bytes[at++];
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
            {
                return value;
            }
        }
    }
}
