using System.CommandLine;
using System.Text.Json;
using Hub.Fhir.Conformance.Profiles;

namespace Hub.Proxy.Commands;

/// <summary><c>hub profiles pack</c>: the FHIR package of everything this hub defines.</summary>
internal static class ProfilesCommand
{
    public static Command Create() => new("profiles", "The hub's own FHIR profiles, extensions and code systems.") { Pack() };

    private static Command Pack()
    {
        var output = new Option<FileInfo>("--output") { Description = "The file to write.", DefaultValueFactory = _ => new FileInfo("crt-hub.r4.tgz") };
        var json = CommonOptions.Json();
        var command = new Command("pack", "Write the FHIR package (.tgz). The same build writes the same bytes.") { output, json };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(output)!;
            using (var stream = file.Create())
            {
                ProfilePackage.Write(stream);
            }

            file.Refresh();
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { file = file.FullName, bytes = file.Length }) : $"{file.FullName}  {file.Length} bytes");
            return HubCommand.Done;
        });
        return command;
    }
}
