using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hub.Proxy.Commands.Bench;

/// <summary>What a process has used so far. Bytes written and memory are read from /proc and are null elsewhere.</summary>
internal readonly record struct Usage(TimeSpan Cpu, long? BytesWritten, long? ResidentBytes, long? PeakResidentBytes);

/// <summary>A process of this same executable that is measured: the hub, or the floor beside it.</summary>
internal sealed class BenchProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private BenchProcess(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    public int MllpPort { get; private set; }

    /// <summary>Where the hub answers HTTP; the floor does not.</summary>
    public Uri Http { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Starts a verb and waits for the line of JSON that announces its port.</summary>
    public static async Task<BenchProcess> StartAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var self = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this executable is not known.");
        var start = new ProcessStartInfo(self) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hub.dll"));
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = new BenchProcess(Process.Start(start) ?? throw new InvalidOperationException("The process to be measured did not start."));
        await started.ReadPortAsync(cancellationToken);
        return started;
    }

    public Usage Used()
    {
        process.Refresh();
        return new Usage(
            process.TotalProcessorTime, Field($"/proc/{process.Id}/io", "write_bytes:", 1), Field($"/proc/{process.Id}/status", "VmRSS:", 1024),
            Field($"/proc/{process.Id}/status", "VmHWM:", 1024));
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task ReadPortAsync(CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith('{') && line.Contains("\"mllpPort\"", StringComparison.Ordinal))
            {
                using var announced = JsonDocument.Parse(line);
                MllpPort = announced.RootElement.GetProperty("mllpPort").GetInt32();
                Http = announced.RootElement.TryGetProperty("http", out var http) ? new Uri(http.GetString()!) : Http;
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException("The process to be measured ended before it was up: " + await errors);
    }

    private static long? Field(string path, string name, int unit)
    {
        try
        {
            var line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * unit;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
