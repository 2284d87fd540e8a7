using System.CommandLine;
using System.Text.RegularExpressions;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Commands.Samples;
using Hub.Proxy.Commands.Starters;

namespace Hub.Proxy.Commands;

/// <summary><c>hub partner new</c>: writes a commented partner file that is right, and a first sample beside it. Asks nothing.</summary>
internal static partial class PartnerNewCommand
{
    private const string FirstCase = "first";

    public static Command Create()
    {
        var id = new Option<string>("--id") { Description = "Lower-case letters, digits and dashes; the file is named after it.", Required = true };
        var name = new Option<string>("--name") { Description = "The name people see.", Required = true };
        var role = new Option<string>("--role") { Description = "source (sends to the hub) or recipient (is told by it).", Required = true };
        role.AcceptOnlyFromAmong("source", "recipient");
        var protocol = new Option<string>("--protocol") { Description = $"For a source {string.Join(", ", StarterFiles.Sources)}; for a recipient {string.Join(", ", StarterFiles.Recipients)}.", Required = true };
        var audience = new Option<string?>("--audience") { Description = "For a recipient: whom its messages are worded for." };
        audience.AcceptOnlyFromAmong("gp", "cmht", "ward");
        var organisation = new Option<string>("--organisation") { Description = "Its ODS code.", Required = true };
        var serves = new Option<string[]>("--serves") { Description = "For a recipient: further codes that it is known by (a ward's PV1-3.1, a team's code). May be given several times." };
        var (folder, json) = (CommonOptions.Partners(), CommonOptions.Json());
        var command = new Command("new", "Begin a partner: a commented file that validates, and a first sample. Nothing is overwritten.") { id, name, role, protocol, audience, organisation, serves, folder, json };
        command.SetAction(parsed =>
        {
            var (isSource, asked) = (parsed.GetValue(role) == "source", parsed.GetValue(audience));
            var known = isSource ? StarterFiles.Sources : StarterFiles.Recipients;
            var wrong = !IdForm().IsMatch(parsed.GetValue(id)!) ? "--id: lower-case letters, digits and dashes are expected."
                : string.IsNullOrWhiteSpace(parsed.GetValue(name)) || parsed.GetValue(name)!.Any(char.IsControl) ? "--name: a name on one line is expected."
                : !OdsCode.TryParse(parsed.GetValue(organisation), out _) ? "--organisation: an ODS code, three to twelve letters and digits, is expected."
                : !known.Contains(parsed.GetValue(protocol)!) ? $"--protocol: for a {parsed.GetValue(role)} one of {string.Join(", ", known)} is expected."
                : isSource && (asked is not null || parsed.GetValue(serves) is { Length: > 0 }) ? "--audience and --serves: a source has no audience and serves nobody."
                : !isSource && asked is null ? "--audience: a recipient needs one of gp, cmht, ward."
                : !parsed.GetValue(folder)!.Exists ? $"There is no folder {parsed.GetValue(folder)!.FullName}: name it with --partners."
                : null;
            if (wrong is not null)
            {
                return CliJson.Fault(parsed.GetValue(json), wrong);
            }

            return Write(parsed.GetValue(folder)!, parsed.GetValue(json), new NewPartner
            {
                Id = parsed.GetValue(id)!,
                Name = parsed.GetValue(name)!.Trim(),
                Protocol = parsed.GetValue(protocol)!,
                Organisation = parsed.GetValue(organisation)!.ToUpperInvariant(),
                Audience = asked is null ? null : Enum.Parse<Audience>(asked, ignoreCase: true),
                Serves = parsed.GetValue(serves) ?? [],
                HubOrganisation = HubOrganisation(),
                Schema = SchemaOf(parsed.GetValue(folder)!),
            });
        });
        return command;
    }

    private static int Write(DirectoryInfo folder, bool json, NewPartner partner)
    {
        var file = Path.Combine(folder.FullName, partner.Id + ".json");
        var sample = new DirectoryInfo(Path.Combine(folder.FullName, SampleCase.FolderName, partner.Id, FirstCase));
        if (File.Exists(file))
        {
            Console.Error.WriteLine($"{file} is there already; nothing was written.");
            return HubCommand.Found;
        }

        File.WriteAllText(file, StarterFiles.PartnerFile(partner));
        var problems = PartnerCommand.Load(folder).Problems.Where(p => p.File == partner.Id + ".json").ToList();
        if (problems.Count > 0)
        {
            File.Delete(file);
            problems.ForEach(p => Console.Error.WriteLine($"Nothing was written, because beside the other partners it would be wrong. {p.Field}: {p.Text} {p.Expected}"));
            return HubCommand.Found;
        }

        var (name, content) = StarterFiles.Sample(partner);
        var input = Path.Combine(sample.FullName, name);
        if (!sample.Exists)
        {
            sample.Create();
            File.WriteAllText(input, content);
        }

        if (json)
        {
            CliJson.Print(new { partner = partner.Id, file, sample = input });
        }
        else
        {
            Console.WriteLine($"Written: {file}\n         {input}\n\nNext: edit both, then\n  hub partner validate\n  hub partner test {partner.Id} --accept   (and read the expected.json it writes)\n  hub partner test {partner.Id}");
        }

        return HubCommand.Done;
    }

    private static string HubOrganisation() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true).AddEnvironmentVariables().Build()["Hub:Organisation"] ?? new HubOptions().Organisation;

    // In the repository the published file serves; elsewhere one is written beside the partner files, in a folder of its own that is not read.
    private static string SchemaOf(DirectoryInfo folder)
    {
        const string Published = "../profiles/schemas/partner.schema.json", Own = "schemas/partner.schema.json";
        if (File.Exists(Path.Combine(folder.FullName, Published)))
        {
            return Published;
        }

        folder.CreateSubdirectory("schemas");
        PartnerSchemaCommand.Write(new FileInfo(Path.Combine(folder.FullName, Own)));
        return Own;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex IdForm();
}
