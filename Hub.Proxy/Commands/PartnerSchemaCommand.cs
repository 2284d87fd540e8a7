using System.CommandLine;
using System.Text.Json;
using Hub.Proxy.Routing;

namespace Hub.Proxy.Commands;

/// <summary><c>hub partner schema</c>: the JSON Schema of a partner file as this version reads it, for editors.</summary>
internal static class PartnerSchemaCommand
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    private static string Text => PartnerFileSchema.Schema.ToJsonString(Readable);

    public static Command Create()
    {
        var output = new Option<FileInfo?>("--out") { Description = "The file to write; standard output when left out." };
        var command = new Command("schema", "The JSON Schema of a partner file, for the $schema of an editor. The repository has it as profiles/schemas/partner.schema.json.") { output };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(output) is { } file)
            {
                Write(file);
            }
            else
            {
                Console.WriteLine(Text);
            }

            return HubCommand.Done;
        });
        return command;
    }

    internal static void Write(FileInfo file) => File.WriteAllText(file.FullName, Text + "\n");
}
