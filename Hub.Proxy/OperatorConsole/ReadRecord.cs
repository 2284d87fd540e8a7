using System.Collections.Concurrent;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Hub.Proxy.OperatorConsole;

/// <summary>A page that says who people are: that it was opened is written to the audit trail.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShowsPeopleAttribute : Attribute;

/// <summary>
/// Writes down that a page about people was opened, before it is shown: where the trail cannot be written, nothing is shown. A page that renews itself
/// while it is open is one reading in a quarter of an hour.
/// </summary>
internal sealed class ReadRecord(IMessageStore store, TimeProvider time) : IAsyncPageFilter
{
    /// <summary>Who reads at a console that nobody signs in to.</summary>
    public const string Nobody = "console, not signed in";

    private const int MostKept = 10_000;
    private static readonly TimeSpan OneReading = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<string, DateTimeOffset> read = new(StringComparer.Ordinal);

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var done = await next();
        if (done.Exception is not null || !context.HandlerInstance.GetType().IsDefined(typeof(ShowsPeopleAttribute), inherit: true) || done.Result is Microsoft.AspNetCore.Mvc.NotFoundResult)
        {
            return;
        }

        var page = $"page{context.HttpContext.Request.Path}";
        var now = time.GetUtcNow();
        if (read.TryGetValue(page, out var at) && now - at < OneReading && now >= at)
        {
            return;
        }

        await store.AuditAsync([new(AuditKind.Read, Nobody, page)], context.HttpContext.RequestAborted);
        if (read.Count >= MostKept)
        {
            read.Clear();
        }

        read[page] = now;
    }
}
