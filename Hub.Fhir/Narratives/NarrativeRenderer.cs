using System.Buffers;
using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using DotLiquid;

namespace Hub.Fhir.Narratives;

/// <summary>
/// Renders the .liquid files. Every text is escaped on its way into the template, so that no template can forget to; a variable that the
/// model lacks is an error, because a silent blank in a clinical letter reads as "nothing".
/// </summary>
internal static partial class NarrativeRenderer
{
    private static readonly FrozenDictionary<string, NarrativeTemplate> Templates = Load();

    // What XML has another form for, and of the rest what it forbids below the surrogates.
    private static readonly SearchValues<char> Dangerous = SearchValues.Create(
        [.. "&<>\"'", .. Enumerable.Range(0, ' ').Select(c => (char)c).Where(NotXml)]);

    /// <summary>The inner XHTML of a narrative or page.</summary>
    /// <exception cref="NarrativeException">The template names something that the model does not have.</exception>
    public static string Render(string name, IReadOnlyDictionary<string, object?> model) =>
        Find(name).Plain is { } plain ? RenderPlain(plain, name, model) : RenderLiquid(name, model);

    /// <summary>The same by DotLiquid, which knows all of Liquid, and judges in the tests whether <see cref="PlainTemplate"/> reads ours as it does.</summary>
    /// <exception cref="NarrativeException">The template names something that the model does not have.</exception>
    internal static string RenderLiquid(string name, IReadOnlyDictionary<string, object?> model)
    {
        var context = new Context([ToHash(model)], [], [], ErrorsOutputMode.Suppress, 0, CultureInfo.InvariantCulture, default);
        var text = Find(name).Liquid.Render(new RenderParameters(CultureInfo.InvariantCulture) { Context = context });
        return context.Errors.Count == 0
            ? text
            : throw new NarrativeException($"Narrative template '{name}': {context.Errors[0].Message}"); // names of variables, never their values
    }

    private static string RenderPlain(PlainTemplate template, string name, IReadOnlyDictionary<string, object?> model)
    {
        try
        {
            return template.Render(model);
        }
        catch (NarrativeException fault)
        {
            throw new NarrativeException($"Narrative template '{name}': {fault.Message}", fault);
        }
    }

    internal static NarrativeTemplate Find(string name) =>
        Templates.TryGetValue(name, out var template) ? template : throw new NarrativeException($"There is no narrative template '{name}'.");

    public static IEnumerable<string> Names => Templates.Keys;

    private static Hash ToHash(IReadOnlyDictionary<string, object?> model)
    {
        var hash = new Hash();
        foreach (var (key, value) in model)
        {
            hash[key] = Escaped(value);
        }

        return hash;
    }

    private static object? Escaped(object? value) => value switch
    {
        null => "",
        string text => Escape(text),
        Xhtml xhtml => xhtml.Value,
        IReadOnlyDictionary<string, object?> model => ToHash(model),
        bool or int or long => value,
        IEnumerable items => items.Cast<object?>().Select(Escaped).ToList(),
        _ => throw new NarrativeException($"A narrative model cannot hold a {value.GetType().Name}."),
    };

    /// <summary>XML text: the five characters escaped, and what XML 1.0 forbids (section 2.2) left out.</summary>
    public static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny(Dangerous) < 0 && text.AsSpan().IndexOfAnyInRange('\uD800', '\uFFFF') < 0)
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '&': safe.Append("&amp;"); break;
                case '<': safe.Append("&lt;"); break;
                case '>': safe.Append("&gt;"); break;
                case '"': safe.Append("&quot;"); break;
                case '\'': safe.Append("&#39;"); break;
                default:
                    if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                    {
                        safe.Append(c).Append(text[++i]);
                    }
                    else if (!NotXml(c))
                    {
                        safe.Append(c);
                    }

                    break;
            }
        }

        return safe.ToString();
    }

    private static bool NotXml(char c) => (c < ' ' && c is not ('\t' or '\n' or '\r')) || char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF';

    private static FrozenDictionary<string, NarrativeTemplate> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string prefix = "narratives/";
        var templates = new Dictionary<string, NarrativeTemplate>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            var text = SpaceBetweenTags().Replace(reader.ReadToEnd().Trim(), "$1$2");
            var liquid = Template.Parse(text, SyntaxCompatibility.DotLiquid22a);
            liquid.MakeThreadSafe();
            templates.Add(resource[prefix.Length..^".liquid".Length], new NarrativeTemplate(text, liquid, PlainTemplateReader.Read(text)));
        }

        return templates.ToFrozenDictionary(StringComparer.Ordinal);
    }

    // Indentation is for the template's reader; in the bytes of ten thousand letters it is waste.
    [GeneratedRegex(@"(>|%\})\s*\n\s*(<|\{%)")]
    private static partial Regex SpaceBetweenTags();
}

/// <summary>One .liquid file as text, as DotLiquid reads it and, where it is plain enough, as parts of our own.</summary>
internal sealed record NarrativeTemplate(string Text, Template Liquid, PlainTemplate? Plain);

/// <summary>Markup that a template of ours made: the only text that enters another template as it is.</summary>
internal sealed record Xhtml(string Value);

/// <summary>A template and its model do not fit: a fault of ours, found by the tests. Holds no patient data.</summary>
public sealed class NarrativeException : Exception
{
    public NarrativeException() { }

    public NarrativeException(string message) : base(message) { }

    public NarrativeException(string message, Exception inner) : base(message, inner) { }
}
