using Hub.Adapters.Contract;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Dispatch;

public sealed class DoorbellTests : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-bell-").FullName;
    private IHost? host;

    [Fact]
    public async Task A_thousand_rings_for_one_partner_become_a_few_and_the_last_one_is_heard()
    {
        var heard = new Published();
        var (bell, bus) = await StartAsync();
        using var observed = bus.ConnectPublishObserver(heard);

        for (var ring = 0; ring < 1000; ring++)
        {
            bell.Ring(["gp-elm"]);
        }

        await Eventually.HoldsAsync(() => heard.Count > 0);
        var before = heard.Count;
        bell.Ring(["gp-elm"]);
        await Eventually.HoldsAsync(() => heard.Count > before);
        heard.Count.ShouldBeLessThan(100);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.StopAsync(CancellationToken.None);
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task<(IDoorbell Bell, IBus Bus)> StartAsync()
    {
        var options = StoreOptions.InDirectory(folder, "RXX");
        await StoreStart.MigrateAsync(options, TestContext.Current.CancellationToken);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IPartnerDirectory>(new FixedPartners(DeliveryScheduleTests.Partner()));
        builder.Services.AddMessageStore(_ => options);
        builder.Services.AddSingleton(Hub.Proxy.Intake.MonitoringRuleBook.Open(null, TimeProvider.System));
        builder.Services.AddDispatch();
        host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return (host.Services.GetRequiredService<IDoorbell>(), host.Services.GetRequiredService<IBus>());
    }

    private sealed class Published : IPublishObserver
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public Task PrePublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

        public Task PostPublish<T>(PublishContext<T> context) where T : class
        {
            Interlocked.Increment(ref count);
            return Task.CompletedTask;
        }

        public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class => Task.CompletedTask;
    }
}
