using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Schemas;
using Hub.Fhir.Events;
using Hub.Proxy.Commands.Try;
using Hub.Proxy.Routing;

namespace Hub.Proxy.Commands.Samples;

/// <summary>What one case came to. No differences and no fault: it stands.</summary>
internal sealed record SampleResult(string Partner, string Case)
{
    public IReadOnlyList<JsonDifference> Differences { get; init; } = [];

    /// <summary>Why the case could not be judged at all.</summary>
    public string? Fault { get; init; }

    /// <summary>True where what is now was written down as what is expected.</summary>
    public bool Accepted { get; init; }

    public TimeSpan Took { get; init; }

    public bool Stands => Fault is null && (Accepted || Differences.Count == 0);
}

/// <summary>Runs golden cases, each in a hub of its own that has heard nothing but what the case says. Sends nothing.</summary>
internal sealed class SampleBench(PartnerFiles partners, TimeProvider time) : IAsyncDisposable
{
    // A message is judged as if received when it was sent; where it does not say, at a time that never changes.
    private static readonly DateTimeOffset Otherwise = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly string template = Directory.CreateTempSubdirectory("hub-samples-").FullName;

    public async Task<SampleResult> RunAsync(SampleCase sample, bool accept, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var result = new SampleResult(sample.Partner, sample.Name);
        try
        {
            var actual = await PlayAsync(sample, cancellationToken);
            result = accept ? Accept(result, sample, actual) : Judge(result, sample, actual);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or IOException or JsonException or InvalidOperationException or UnauthorizedAccessException)
        {
            result = result with { Fault = wrong.Message };
        }

        return result with { Took = time.GetElapsedTime(started) };
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(template, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<JsonNode> PlayAsync(SampleCase sample, CancellationToken cancellationToken)
    {
        var input = sample.Input ?? throw new InvalidDataException($"{sample.Folder.FullName} holds no single in.hl7, in.json or in.xml.");
        await using var hub = await OpenAsync(cancellationToken);
        var partner = hub.Partners.Find(sample.Partner) ?? throw new InvalidDataException($"No partner {sample.Partner} runs with these files: hub partner validate says why.");
        foreach (var given in sample.Given)
        {
            foreach (var message in await ReadAsync(hub, partner, given, cancellationToken))
            {
                if ((await hub.TakeAsync(message, cancellationToken)).Problems is [var problem, ..])
                {
                    throw new InvalidDataException($"{given.Name} is refused, so that what follows means nothing: {problem.Code} at {problem.Location}.");
                }
            }
        }

        var views = new List<JsonNode>();
        foreach (var message in await ReadAsync(hub, partner, input, cancellationToken))
        {
            var plan = await hub.TakeAsync(message, cancellationToken);
            views.Add(partner.Role == PartnerRole.Source ? SourceView.Of(message, plan) : await CopiesAsync(hub, partner, plan));
        }

        return views is [var one] ? one : new JsonObject { ["messages"] = new JsonArray([.. views]) };
    }

    private static async Task<JsonNode> CopiesAsync(ScratchHub hub, PartnerFile partner, Store.IntakePlan plan)
    {
        await using var adapter = hub.Services.GetServices<IRecipientProtocol>().First(p => p.Name == partner.Protocol).Create(partner);
        return RecipientView.Of(plan, FrozenCopy.Of(plan, partner, adapter));
    }

    // The schema is made once; each case begins with a copy of the empty store.
    private async Task<ScratchHub> OpenAsync(CancellationToken cancellationToken)
    {
        if (Directory.GetFiles(template).Length == 0)
        {
            await using var first = await ScratchHub.OpenAsync(partners, time, store: null, cancellationToken);
            first.CopyStoreTo(template);
        }

        return await ScratchHub.OpenAsync(partners, time, template, cancellationToken);
    }

    private async Task<IReadOnlyList<TriedMessage>> ReadAsync(ScratchHub hub, PartnerFile partner, FileInfo file, CancellationToken cancellationToken)
    {
        var asked = new TriedAs(null, null, null) { Key = file.Name, Posting = partner.Id };
        var messages = TriedFile.Read(await File.ReadAllBytesAsync(file.FullName, cancellationToken), asked, hub.Services, time);
        return [.. messages.Select(m => m with { Received = m.Received with { ReceivedAt = SentAt(m.Events) } })];
    }

    private static DateTimeOffset SentAt(IReadOnlyList<CareEvent> events) =>
        events.Count == 0 ? Otherwise : (events[0].SentAt ?? events[0].RecordedAt ?? events[0].OccurredAt).Instant.ToUniversalTime();

    private static SampleResult Accept(SampleResult result, SampleCase sample, JsonNode actual)
    {
        File.WriteAllText(sample.Expected.FullName, actual.ToJsonString(Readable).ReplaceLineEndings("\n") + "\n");
        return result with { Accepted = true };
    }

    private static SampleResult Judge(SampleResult result, SampleCase sample, JsonNode actual)
    {
        if (!sample.Expected.Exists)
        {
            return result with { Fault = $"There is no {sample.Expected.FullName}. Write it with --accept, and read it before it is committed." };
        }

        var bytes = File.ReadAllBytes(sample.Expected.FullName);
        if (!JsonDocumentReader.TryRead(bytes, Lenient, out var expected, out var where, out var why))
        {
            return result with { Fault = $"{sample.Expected.FullName}, {where}: {why}" };
        }

        var lines = JsonLines.Read(bytes);
        return result with { Differences = [.. JsonDifference.Between(JsonNode.Parse(expected.GetRawText(), documentOptions: Lenient), actual).Select(d => d with { Line = lines.LineOf(d.Field) })] };
    }
}
