using System.CommandLine;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary>The verbs of <c>hub</c>. Exit codes: 0 done, 1 found something or refused, 2 wrong usage or a fault.</summary>
internal static class HubCommand
{
    public const int Done = 0;
    public const int Found = 1;
    public const int Fault = 2;

    public static RootCommand Create(TimeProvider time)
    {
        // Where output goes to a file or a pipe there is no window to wrap for.
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 200;
        }

        return Verbs(time);
    }

    private static RootCommand Verbs(TimeProvider time) => new(
        "Integration hub between crisis resolution teams and GP, community mental-health and ward systems.\n"
        + "Exit codes: 0 done, 1 found something or refused, 2 wrong usage or a fault. Every verb takes --json.")
    {
        RunCommand.Create(),
        DemoCommand.Create(time),
        TryCommand.Create(time),
        SimulateCommand.Create(time),
        PartnerCommand.Create(),
        AttentionCommand.Create(),
        MessageCommand.Create(),
        ProfilesCommand.Create(),
    };
}
