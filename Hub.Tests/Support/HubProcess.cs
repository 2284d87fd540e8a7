using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Shouldly;

namespace Hub.Tests.Support;

/// <summary>The real hub as a process of its own, that can be killed without warning and started again over the same store.</summary>
internal sealed class HubProcess : IDisposable
{
    private static readonly TimeSpan UpWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EndsWithin = TimeSpan.FromMinutes(3);
    private readonly Process process;
    private readonly List<string> errors = [];

    private HubProcess(Process process) => this.process = process;

    public int MllpPort { get; private set; }

    public Uri Http { get; private set; } = new("http://127.0.0.1/");

    public bool HasExited => process.HasExited;

    public string Errors
    {
        get
        {
            lock (errors)
            {
                return string.Join('\n', errors.TakeLast(40));
            }
        }
    }

    /// <summary>Every line that it printed, to either stream, since it said where it listens.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (errors)
            {
                return [.. errors];
            }
        }
    }

    /// <summary>Starts <c>hub run</c> and waits until it says where it listens; <paramref name="settings"/> (Hub:...) go into its environment. One that <paramref name="mayDie"/> may be dead already.</summary>
    public static async Task<HubProcess> StartAsync(
        string data, string partners, int mllpPort, CancellationToken cancellationToken, IReadOnlyDictionary<string, string?>? settings = null, bool mayDie = false)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = data,
        };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "hub.dll"), "run", "--json", "--data", data, "--partners", partners,
            "--http-port", "0", "--mllp-port", mllpPort.ToString(CultureInfo.InvariantCulture),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var hub = new HubProcess(Process.Start(start) ?? throw new InvalidOperationException("hub did not start"));
        hub.process.ErrorDataReceived += (_, e) => hub.Keep(e.Data);
        hub.process.BeginErrorReadLine();
        using var enough = Enough(UpWithin, cancellationToken);
        try
        {
            await hub.ReadAnnouncementAsync(mayDie, enough.Token);
            return hub;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            hub.Dispose();
            throw new TimeoutException($"The hub was not up within {UpWithin.TotalSeconds} s: {hub.Errors}");
        }
    }

    /// <summary>Runs one verb to its end; its exit code and what it printed.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments.Prepend(Path.Combine(AppContext.BaseDirectory, "hub.dll")))
        {
            start.ArgumentList.Add(argument);
        }

        using var verb = Process.Start(start) ?? throw new InvalidOperationException("hub did not start");
        verb.ErrorDataReceived += (_, _) => { };
        verb.BeginErrorReadLine();
        using var enough = Enough(EndsWithin, cancellationToken);
        try
        {
            var output = await verb.StandardOutput.ReadToEndAsync(enough.Token);
            await verb.WaitForExitAsync(enough.Token);
            return (verb.ExitCode, output);
        }
        catch (OperationCanceledException)
        {
            verb.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit(TimeSpan.FromSeconds(30)).ShouldBeTrue("the hub outlived SIGKILL");
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
    }

    /// <summary>A port that nothing listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static CancellationTokenSource Enough(TimeSpan within, CancellationToken cancellationToken)
    {
        var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(within);
        return enough;
    }

    private async Task ReadAnnouncementAsync(bool mayDie, CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("{\"http\"", StringComparison.Ordinal))
            {
                using var announced = JsonDocument.Parse(line);
                Http = new Uri(announced.RootElement.GetProperty("http").GetString()!);
                MllpPort = announced.RootElement.GetProperty("mllpPort").GetInt32();
                _ = DrainAsync();
                return;
            }

            Keep(line);
        }

        if (!mayDie)
        {
            throw new InvalidOperationException("hub ended before it was up: " + Errors);
        }
    }

    private async Task DrainAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            Keep(line);
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (errors)
            {
                errors.Add(line);
            }
        }
    }
}
