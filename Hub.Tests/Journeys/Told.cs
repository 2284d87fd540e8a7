using System.Text;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store.Rows;
using Hub.Tests.Support;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>What a journey sends, and what came of it at the partners and on the operator's list.</summary>
internal static class Told
{
    public static async Task<string> SendAsync(SimulatedEpr epr, string message) =>
        TestHub.CodeOf(await epr.SendAsync(message, TestContext.Current.CancellationToken));

    public static List<string?> Events(SimulatedPartner partner) => [.. partner.Received.Where(r => r.Arrival == 1).Select(r => r.EventCode)];

    public static string Text(ReceivedCopy copy) => Encoding.UTF8.GetString(copy.Bytes.Span);

    public static Task<IReadOnlyList<AttentionRow>> AttentionAsync(TestHub hub) => hub.Timeline.AttentionAsync(50, TestContext.Current.CancellationToken);

    public static IEnumerable<string> AllTexts(TestHub hub) =>
        hub.Practice.Received.Concat(hub.Cmht.Received).Concat(hub.Ward.Received).Select(Text);
}
