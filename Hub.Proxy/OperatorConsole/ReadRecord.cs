using System.Collections.Concurrent;
using Hub.Adapters.Contract;
using Hub.Proxy.Access.People;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Hub.Proxy.OperatorConsole;

/// <summary>A page that says who people are: that it was opened is written to the audit trail.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShowsPeopleAttribute : Attribute;

/// <summary>
/// Writes down that a page about people was opened, before it is shown. Where the store takes nothing the page is shown all the same, because a nurse may
/// need it: it is logged, and written down as soon as the store takes it. A page that renews itself while it is open is one reading in a quarter of an hour.
/// </summary>
internal sealed partial class ReadRecord(IMessageStore store, TimeProvider time, ILogger<ReadRecord> logger) : IAsyncPageFilter
{
    /// <summary>Who reads at a console that nobody signs in to.</summary>
    public const string Nobody = "console, not signed in";

    /// <summary>Who reads over HTTP from the hub's own machine, which nobody signs in to.</summary>
    public const string NobodyHere = "this machine, not signed in";

    private const int MostKept = 10_000;
    private static readonly TimeSpan OneReading = TimeSpan.FromMinutes(15);
    private readonly ConcurrentQueue<AuditEntry> unwritten = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> read = new(StringComparer.Ordinal);

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var done = await next();
        if (done.Exception is not null || !context.HandlerInstance.GetType().IsDefined(typeof(ShowsPeopleAttribute), inherit: true) || done.Result is Microsoft.AspNetCore.Mvc.NotFoundResult)
        {
            return;
        }

        await NoteAsync(SignedInPerson.ActorOf(context.HttpContext, Nobody)!, $"page{context.HttpContext.Request.Path}");
    }

    /// <summary>Notes one reading; the same by the same within a quarter of an hour is one.</summary>
    public async Task NoteAsync(string by, string page)
    {
        var (now, reading) = (time.GetUtcNow(), $"{by} {page}");
        if (read.TryGetValue(reading, out var at) && now - at < OneReading && now >= at)
        {
            return;
        }

        await WriteAsync(new AuditEntry(AuditKind.Read, by, page));
        if (read.Count >= MostKept)
        {
            read.Clear();
        }

        read[reading] = now;
    }

    private async Task WriteAsync(AuditEntry entry)
    {
        var entries = new List<AuditEntry>();
        while (unwritten.TryDequeue(out var earlier))
        {
            entries.Add(earlier with { Result = "written down later" });
        }

        entries.Add(entry);
        try
        {
            await store.AuditAsync(entries, CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            entries.ForEach(unwritten.Enqueue);
            LogUnwritten(entry.What);
        }
    }

    [LoggerMessage(9103, LogLevel.Error, "{Page} was shown on the console while the audit trail could not be written; it is written down when it can be")]
    private partial void LogUnwritten(string page);
}

/// <summary>As <see cref="ReadRecord"/>, for what is read over HTTP and says what a person is owed.</summary>
internal sealed class RecordsReading(ReadRecord record) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        if (HttpMethods.IsGet(context.HttpContext.Request.Method) && answer is not IStatusCodeHttpResult { StatusCode: >= 400 })
        {
            await record.NoteAsync(SignedInPerson.ActorOf(context.HttpContext, ReadRecord.NobodyHere)!, $"address{context.HttpContext.Request.Path}");
        }

        return answer;
    }
}
