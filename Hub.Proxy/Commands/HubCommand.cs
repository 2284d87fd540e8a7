using System.CommandLine;
using System.Net.Sockets;
using Hub.Adapters.Contract;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary>The verbs of <c>hub</c>. Exit codes: 0 done, 1 found something or refused, 2 wrong usage or a fault.</summary>
internal static class HubCommand
{
    public const int Done = 0;
    public const int Found = 1;
    public const int Fault = 2;

    /// <summary>Runs one verb. A wrong use of it and a fault of any kind end in one line on standard error and 2, never in a stack trace.</summary>
    public static async Task<int> RunAsync(string[] args, TimeProvider time)
    {
        // Where output goes to a file or a pipe there is no window to wrap for.
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 200;
        }

        var parsed = Verbs(time).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync(); // prints what is wrong, and the help
            return Fault;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OptionsValidationException wrong)
        {
            return CliJson.Fault(args.Contains("--json"), string.Join(Environment.NewLine, wrong.Failures));
        }
        catch (Exception ex) when (ex is IOException or InvalidDataException or UnauthorizedAccessException or InvalidOperationException or SocketException or StorageUnavailableException)
        {
            return CliJson.Fault(args.Contains("--json"), ex.Message);
        }
    }

    private static RootCommand Verbs(TimeProvider time) => new(
        "Integration hub between crisis resolution teams and GP, community mental-health and ward systems.\n"
        + "Exit codes: 0 done, 1 found something or refused, 2 wrong usage or a fault. With --json each verb prints JSON, one object a line (`message original` prints the bytes themselves).")
    {
        RunCommand.Create(),
        DemoCommand.Create(time),
        TryCommand.Create(time),
        SendCommand.Create(time),
        SimulateCommand.Create(time),
        DoctorCommand.Create(time),
        HealthCommand.Create(time),
        PartnerCommand.Create(time),
        PeopleCommand.Create(time),
        HandoverCommand.Create(time),
        NoticeCommand.Create(time),
        ReportCommand.Create(time),
        AttentionCommand.Create(),
        DeliveryCommand.Create(),
        EndpointCommand.Create(time),
        GatewayCommand.Create(time),
        AuditCommand.Create(time),
        MigrateCommand.Create(),
        BackupCommand.Create(time),
        KeysCommand.Create(time),
        SupportCommand.Create(time),
        MessageCommand.Create(time),
        MapCommand.Create(time),
        SourceCommand.Create(),
        CensusCommand.Create(time),
        PrintCommand.Create(time),
        ProfilesCommand.Create(),
        BenchCommand.Create(time),
        BenchCommand.CreateFloor(),
    };
}
