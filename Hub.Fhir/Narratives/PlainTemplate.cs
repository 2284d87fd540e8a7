using System.Collections;
using System.Globalization;
using System.Text;

namespace Hub.Fhir.Narratives;

/// <summary>A template that was read once: text, values, choices and loops. Every text of the model is escaped on its way out.</summary>
internal sealed class PlainTemplate(IReadOnlyList<TemplatePart> parts, int mostLoops)
{
    /// <exception cref="NarrativeException">The template names something that the model does not have.</exception>
    public string Render(IReadOnlyDictionary<string, object?> model)
    {
        var page = new TemplatePage(model, mostLoops);
        page.Write(parts);
        return page.ToString();
    }
}

/// <summary>One rendering: the model, the items that the loops stand at, and what was written so far.</summary>
internal sealed class TemplatePage(IReadOnlyDictionary<string, object?> model, int mostLoops)
{
    private readonly StringBuilder text = new(1024);

    public object?[] Items { get; } = new object?[mostLoops];

    public IReadOnlyDictionary<string, object?> Model { get; } = model;

    public void Write(string safe) => text.Append(safe);

    public void Write(IReadOnlyList<TemplatePart> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            parts[i].Write(this);
        }
    }

    public override string ToString() => text.ToString();
}

internal abstract class TemplatePart
{
    public abstract void Write(TemplatePage page);
}

internal sealed class TextPart(string text) : TemplatePart
{
    public override void Write(TemplatePage page) => page.Write(text);
}

internal sealed class ValuePart(ModelPath path) : TemplatePart
{
    public override void Write(TemplatePage page) => page.Write(path.Of(page) switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => throw new NarrativeException($"A value is expected: '{path}'."),
    });
}

/// <summary>The first branch whose conditions all hold; a branch without conditions is "else".</summary>
internal sealed class ChoicePart(IReadOnlyList<(IReadOnlyList<Condition> When, IReadOnlyList<TemplatePart> Then)> branches) : TemplatePart
{
    public override void Write(TemplatePage page)
    {
        foreach (var (when, then) in branches)
        {
            if (Hold(when, page))
            {
                page.Write(then);
                return;
            }
        }
    }

    private static bool Hold(IReadOnlyList<Condition> conditions, TemplatePage page)
    {
        for (var i = 0; i < conditions.Count; i++)
        {
            if (!conditions[i].Holds(page))
            {
                return false;
            }
        }

        return true;
    }
}

internal sealed class LoopPart(ModelPath list, int loop, IReadOnlyList<TemplatePart> parts) : TemplatePart
{
    public override void Write(TemplatePage page)
    {
        var value = list.Of(page);
        var items = value is string ? null : value as IEnumerable;
        foreach (var item in items ?? throw new NarrativeException($"A list is expected: '{list}'."))
        {
            page.Items[loop] = item;
            page.Write(parts);
        }
    }
}

/// <summary>One comparison of a value with a constant; without an operator, anything but false holds.</summary>
internal sealed record Condition(ModelPath Path, string? Operator, object? Constant)
{
    public bool Holds(TemplatePage page) => (Operator, Path.Of(page)) switch
    {
        (null, var value) => value is not false,
        ("==", var value) => Equals(value, Constant),
        ("!=", var value) => !Equals(value, Constant),
        (">", long value) => value > (long)Constant!,
        _ => throw new NarrativeException($"A number is expected: '{Path}'."),
    };
}

/// <summary>The way to a value: from the item of a loop, or from the model, member by member.</summary>
internal sealed class ModelPath(int loop, IReadOnlyList<string> members, string text)
{
    public object Of(TemplatePage page)
    {
        object? value = loop < 0 ? page.Model : page.Items[loop];
        for (var i = 0; i < members.Count; i++)
        {
            value = Member(value, members[i]);
        }

        return value switch
        {
            null => "",
            string raw => NarrativeRenderer.Escape(raw),
            Xhtml xhtml => xhtml.Value,
            int number => (long)number,
            bool or long or IEnumerable => value,
            _ => throw new NarrativeException($"A narrative model cannot hold a {value.GetType().Name}: '{text}'."),
        };
    }

    // Names of variables only, never their values.
    private object? Member(object? holder, string name) => holder switch
    {
        IReadOnlyDictionary<string, object?> model when model.TryGetValue(name, out var value) => value,
        ICollection list when name == "size" => list.Count,
        _ => throw new NarrativeException($"The model has no '{text}'."),
    };

    public override string ToString() => text;
}
