using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;
using Xunit;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace Hub.Tests.Support;

/// <summary>
/// One PostgreSQL and one RabbitMQ for the whole run, each started when the first test asks for it, from the images that
/// <c>scripts/test-images.sh</c> names. Without them a test that needs one is skipped and says so; in CI it fails.
/// </summary>
public sealed class TestServers : IAsyncLifetime
{
    private const string User = "hub";
    private const string Password = "only-for-tests";
    private const string Template = "hub_template";

    // scripts/test-images.sh --clean removes what a killed run has left, and knows it by this.
    private const string Owner = "hub.tests.process";
    private static readonly string ProcessId = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    // Ready within seconds. A server that is not up by then never will be: waiting for it anew in each test would take the night.
    private static readonly TimeSpan UpWithin = TimeSpan.FromMinutes(4);
    private readonly SemaphoreSlim starting = new(1);
    private Exception? neverUp;
    private PostgreSqlContainer? postgres;
    private RabbitMqContainer? rabbit;
    private int databases;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await (postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (rabbit?.DisposeAsync() ?? ValueTask.CompletedTask);
        starting.Dispose();
    }

    /// <summary>A database of its own at the schema of this version, and how to reach it.</summary>
    public async Task<string> NewDatabaseAsync() => await CreateDatabaseAsync(migrated: true);

    /// <summary>A database of its own with nothing in it.</summary>
    public async Task<string> NewEmptyDatabaseAsync() => await CreateDatabaseAsync(migrated: false);

    /// <summary>Runs one of PostgreSQL's own tools where its server is, as an operator would there.</summary>
    public async Task<string> RunOnPostgresAsync(string command)
    {
        var result = await (await PostgresAsync()).ExecAsync(["sh", "-ec", command], TestContext.Current.CancellationToken);
        return result.ExitCode == 0 ? result.Stdout : throw new InvalidOperationException(result.Stderr);
    }

    /// <summary>A virtual host of its own, and how to reach it.</summary>
    public async Task<Uri> NewVirtualHostAsync()
    {
        var server = await RabbitAsync();
        var name = "hub-" + Interlocked.Increment(ref databases).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await RabbitCommandAsync("add_vhost", name);
        await RabbitCommandAsync("set_permissions", "-p", name, User, ".*", ".*", ".*");
        return new UriBuilder(server.GetConnectionString()) { Path = name }.Uri;
    }

    /// <summary>Stops PostgreSQL, as an operator would; at the same address it is there again after <see cref="StartPostgresAsync"/>. Only for a test that has servers of its own: the run's are everybody's.</summary>
    public Task StopPostgresAsync() => postgres!.StopAsync(TestContext.Current.CancellationToken);

    public Task StartPostgresAsync() => postgres!.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>Stops the broker: connections are closed and new ones refused.</summary>
    public Task StopRabbitAsync() => RabbitCommandAsync("stop_app");

    public Task StartRabbitAsync() => RabbitCommandAsync("start_app");

    private async Task RabbitCommandAsync(params string[] command)
    {
        var result = await rabbit!.ExecAsync(["rabbitmqctl", .. command], TestContext.Current.CancellationToken);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException(result.Stderr);
        }
    }

    // A copy of a migrated database takes a tenth of the time of migrating another.
    private async Task<string> CreateDatabaseAsync(bool migrated)
    {
        var server = await PostgresAsync();
        var name = "hub_" + Interlocked.Increment(ref databases).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await RunAsync(ConnectionTo(server, "postgres"), $"CREATE DATABASE {name} TEMPLATE {(migrated ? Template : "template1")}");
        return ConnectionTo(server, name);
    }

    private static string ConnectionTo(PostgreSqlContainer server, string database) =>
        new NpgsqlConnectionStringBuilder(server.GetConnectionString()) { Database = database, Pooling = false }.ToString();

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // Names of ours.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private async Task<PostgreSqlContainer> PostgresAsync()
    {
        var image = ImageOrSkip("HUB_TEST_POSTGRES_IMAGE");
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (postgres is null)
            {
                var made = new PostgreSqlBuilder(image).WithUsername(User).WithPassword(Password).WithCommand("-c", "max_connections=400")
                    .WithPortBinding(HubProcess.FreePort(), PostgreSqlBuilder.PostgreSqlPort).WithLabel(Owner, ProcessId).Build();
                await StartAsync(made);
                await RunAsync(ConnectionTo(made, "postgres"), $"CREATE DATABASE {Template}");
                await using (var context = StoreStart.Context(StoreOptions.OnPostgres(ConnectionTo(made, Template), "RXX", "")))
                {
                    await context.Database.MigrateAsync(TestContext.Current.CancellationToken);
                }

                postgres = made;
            }

            return postgres;
        }
        finally
        {
            starting.Release();
        }
    }

    private async Task<RabbitMqContainer> RabbitAsync()
    {
        var image = ImageOrSkip("HUB_TEST_RABBITMQ_IMAGE");
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (rabbit is null)
            {
                var made = new RabbitMqBuilder(image).WithUsername(User).WithPassword(Password)
                    .WithPortBinding(HubProcess.FreePort(), RabbitMqBuilder.RabbitMqPort).WithLabel(Owner, ProcessId).Build();
                await StartAsync(made);
                rabbit = made;
            }

            return rabbit;
        }
        finally
        {
            starting.Release();
        }
    }

    private async Task StartAsync(DotNet.Testcontainers.Containers.IContainer container)
    {
        if (neverUp is not null)
        {
            throw new InvalidOperationException("A test server did not start; see the first failure.", neverUp);
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        enough.CancelAfter(UpWithin);
        try
        {
            await container.StartAsync(enough.Token);
        }
        catch (Exception fault)
        {
            neverUp = fault is OperationCanceledException ? new TimeoutException($"{container.Image.FullName} was not up within {UpWithin.TotalMinutes} minutes.", fault) : fault;
            throw neverUp;
        }
    }

    private static string ImageOrSkip(string name)
    {
        if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } image)
        {
            return image;
        }

        var reason = $"{name} is not set: scripts/test-images.sh prepares the images and a container engine, and test.sh calls it.";
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
        {
            throw new InvalidOperationException(reason);
        }

        Assert.Skip(reason);
        return reason;
    }
}
