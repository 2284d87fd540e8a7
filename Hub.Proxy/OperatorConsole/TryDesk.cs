using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Commands;
using Hub.Proxy.Commands.Try;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.OperatorConsole;

/// <summary>What one message would become.</summary>
/// <param name="Plan">As intake would plan it, in a hub that has never heard of anybody.</param>
/// <param name="NotRead">What of it no reader looks at.</param>
/// <param name="Trace">Null where it was refused.</param>
internal sealed record TriedPlan(IntakePlan Plan, IReadOnlyList<string> NotRead, MessageTrace? Trace)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Each event as it was read.</summary>
    public IEnumerable<(string Type, string Json)> Events => Plan.Events.Select(e => (CareEventJson.TypeName(e.Event), JsonNode.Parse(CareEventJson.Write(e.Event))!.ToJsonString(Indented)));

    /// <summary>A copy's resources with the profiles they claim.</summary>
    public static FactTable Resources(PlannedDelivery copy) => new($"To {copy.RecipientName}: {copy.Title}", ["Resource", "Profiles"], "No resource.")
    {
        Rows = [.. (JsonNode.Parse(copy.Body.Span)?["entry"] as JsonArray ?? []).Select(e => e!["resource"]!).Select(r => new FactRow(
            (string)r["resourceType"]!, string.Join(", ", (r["meta"]?["profile"] as JsonArray ?? []).Select(p => ((string)p!).Split('/')[^1]).DefaultIfEmpty("none"))))],
    };

    /// <summary>Why a copy would not leave; null where it would.</summary>
    public static string? StaysBecause(PlannedDelivery copy) => copy.RefusedBecause ?? copy.HeldBecause ?? (copy.PartnerId is null ? "no partner file serves this recipient" : null);
}

/// <summary>
/// <c>hub try --explain</c> behind a page: a message runs through the hub's own services over an empty store that is deleted afterwards, by the partner files
/// in the folder. Nothing is sent, nothing stays. One at a time, since a trace is much work.
/// </summary>
internal sealed class TryDesk(IOptions<HubOptions> options, TimeProvider time) : IDisposable
{
    public const int MostBytes = 1_048_576;
    private const int MostMessages = 10;
    private readonly SemaphoreSlim one = new(1);

    public async Task<IReadOnlyList<TriedPlan>> TryAsync(string text, TriedAs asked, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            await using var hub = await ScratchHub.OpenAsync(PartnerCommand.Load(new DirectoryInfo(options.Value.PartnersDirectory), options.Value.Environment), time, store: null, cancellationToken);
            var plans = new List<TriedPlan>();
            foreach (var message in TriedFile.Read(Bytes(text), asked, hub.Services, time).Take(MostMessages))
            {
                var plan = await hub.PlanAsync(message, cancellationToken);
                plans.Add(new TriedPlan(plan, message.NotMapped, message.Refusal is null ? Trace(message.Received, asked.Partners(hub.Partners.All, message.Received)) : null));
            }

            return plans;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    // A browser ends the lines of a form with CR LF; a segment ends with CR.
    private static byte[] Bytes(string text) =>
        Encoding.UTF8.GetBytes(text.TrimStart() is ['{' or '<', ..] ? text : text.Replace("\r\n", "\r", StringComparison.Ordinal).Replace('\n', '\r').Trim() + "\r");

    private static MessageTrace Trace(ReceivedMessage received, IReadOnlyList<PartnerFile> partners) => MessageTrace.Of(
        new SourceText
        {
            Bytes = received.Bytes, Protocol = received.Protocol, MediaType = received.MediaType, SourceId = received.SourceId, Kind = received.Kind, Key = received.MessageKey, ReceivedAt = received.ReceivedAt,
        },
        partners);
}
