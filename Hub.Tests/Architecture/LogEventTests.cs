using System.Reflection;
using Hub.Adapters.Contract;
using Hub.Proxy;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Hub.Tests.Architecture;

public sealed class LogEventTests
{
    private static readonly List<(int Id, string Where)> Events =
    [
        .. new[] { typeof(IEventIntake).Assembly, typeof(HubOptions).Assembly }
            .SelectMany(a => a.GetTypes())
            .SelectMany(t => t.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(m => (Method: m, Log: m.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(m => m.Log is not null)
            .Select(m => (m.Log!.EventId, $"{m.Method.DeclaringType!.FullName}.{m.Method.Name}")),
    ];

    [Fact]
    public void Every_log_event_has_an_id_and_none_is_used_twice()
    {
        Events.Count.ShouldBeGreaterThan(3);
        Events.GroupBy(e => e.Id).Where(g => g.Count() > 1 || g.Key <= 0).Select(g => string.Join(" = ", g.Select(e => e.Where))).ShouldBeEmpty();
    }
}
