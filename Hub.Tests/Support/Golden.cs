using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Shouldly;

namespace Hub.Tests.Support;

/// <summary>
/// Compares a text with a file that a person has read. A difference writes a <c>.received</c> file beside it, which a person reads and
/// renames by hand; with CI=true nothing is ever written.
/// </summary>
internal static class Golden
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Compares JSON, indented so that a person can read the difference.</summary>
    public static void ShouldMatch(ReadOnlyMemory<byte> json, string name, string? folder = null) => ShouldMatchText(Indent(json), name + ".json", folder);

    /// <summary>Compares any text, with the file's extension in its name.</summary>
    public static void ShouldMatchText(string text, string name, string? folder = null)
    {
        folder ??= Path.Combine(Root(), "Hub.Tests", "Golden");
        var accepted = Path.Combine(folder, name);
        var received = Path.Combine(folder, Path.GetFileNameWithoutExtension(name) + ".received" + Path.GetExtension(name));
        var now = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (File.Exists(accepted) && File.ReadAllText(accepted, Encoding.UTF8).ReplaceLineEndings("\n") == now)
        {
            File.Delete(received);
            return;
        }

        var inCi = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);
        if (!inCi)
        {
            File.WriteAllText(received, now, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        var known = File.Exists(accepted) ? File.ReadAllText(accepted, Encoding.UTF8).ReplaceLineEndings("\n") : "";
        var difference = FirstDifference(known, now);
        difference.ShouldBeNull($"{name} differs from what a person has read. Read {Path.GetFileName(received)} and rename it by hand if it is right.");
    }

    private static string? FirstDifference(string known, string now)
    {
        var (left, right) = (known.Split('\n'), now.Split('\n'));
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var (l, r) = (left.ElementAtOrDefault(i), right.ElementAtOrDefault(i));
            if (l != r)
            {
                return $"line {i + 1}: read <{l}>, now <{r}>";
            }
        }

        return null;
    }

    public static string Indent(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            document.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Where the bundles and pages of the journeys are published as examples.</summary>
    public static string Journeys => Path.Combine(Root(), "profiles", "examples", "journeys");

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
