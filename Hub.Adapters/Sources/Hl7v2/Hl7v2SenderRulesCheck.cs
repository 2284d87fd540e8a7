using Hub.Adapters.Contract;
using Hub.Adapters.Schemas;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Resources;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>What is wrong with a sender's own triggers, fields and remarks, each with its place.</summary>
internal static class Hl7v2SenderRulesCheck
{
    public static IEnumerable<PartnerProblem> Find(Hl7v2SourceSettings settings) =>
        [.. Triggers(settings), .. Facts(settings.Fields), .. Remarks(settings.Remarks), .. Tables(settings.ConceptMaps)];

    private static IEnumerable<PartnerProblem> Tables(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> tables)
    {
        foreach (var (name, rows) in tables)
        {
            if (!CodeTables.Names.Contains(name))
            {
                yield return new($"settings.conceptMaps.{name}", "There is no such table.", $"one of {string.Join(", ", CodeTables.Names)}");
                continue;
            }

            var known = CodeTables.Find(name).Values.ToHashSet(StringComparer.Ordinal);
            foreach (var (code, means) in rows.Where(r => !known.Contains(r.Value)))
            {
                yield return new($"settings.conceptMaps.{name}.{code}", $"'{means}' is no code of the table.", $"one of {string.Join(", ", known.Order(StringComparer.Ordinal))}");
            }
        }
    }

    private static IEnumerable<PartnerProblem> Triggers(Hl7v2SourceSettings settings)
    {
        for (var i = 0; i < settings.Events.Count; i++)
        {
            var rule = settings.Events[i];
            if (rule.Trigger is not { Length: 7 } || rule.Trigger[3] != '^' || !rule.Trigger.All(c => c == '^' || char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)))
            {
                yield return new($"settings.events[{i}].trigger", "It is no message code and trigger.", "MSH-9.1^MSH-9.2, such as ADT^A05");
            }

            if (rule.Means != Hl7v2TriggerRule.Ignore && !Hl7v2EventReader.Triggers.Contains(rule.Means))
            {
                var nearest = NearestName.Find(rule.Means, Hl7v2EventReader.Triggers);
                yield return new($"settings.events[{i}].means", "It is no trigger that is read.", $"{(nearest is null ? "" : $"perhaps {nearest}; ")}ignore, or one of {string.Join(", ", Hl7v2EventReader.Triggers)}");
            }

            foreach (var path in rule.When.Keys.Where(p => !Hl7Path.TryParse(p, out _)))
            {
                yield return new($"settings.events[{i}].when", $"'{path}' is no field path.", Hl7Path.Expected);
            }
        }
    }

    private static IEnumerable<PartnerProblem> Facts(Hl7v2FactFields fields)
    {
        foreach (var (name, place) in fields.All.Where(f => f.Place is not null))
        {
            if (place!.Field is { } field && !Hl7Path.TryParse(field, out _))
            {
                yield return new($"settings.fields.{name}.field", $"'{field}' is no field path.", Hl7Path.Expected);
            }

            if (place is { Field: null, Default: null })
            {
                yield return new($"settings.fields.{name}", "It names neither a field nor a default.", "{ \"field\": \"ZEP-2\" }, { \"default\": \"...\" } or both");
            }
        }

        if (fields.Episode?.Default is not null)
        {
            yield return new("settings.fields.episode.default", "One number for every episode would make all persons one.", "a field, without a default");
        }
    }

    private static IEnumerable<PartnerProblem> Remarks(IReadOnlyList<Hl7v2RemarkField> remarks)
    {
        for (var i = 0; i < remarks.Count; i++)
        {
            if (!Hl7Path.TryParse(remarks[i].Field, out _))
            {
                yield return new($"settings.remarks[{i}].field", $"'{remarks[i].Field}' is no field path.", Hl7Path.Expected);
            }

            if (string.IsNullOrWhiteSpace(remarks[i].Words))
            {
                yield return new($"settings.remarks[{i}].words", "It is blank: the value would be told without saying what it is.", "a few words, such as Key safe");
            }
        }
    }
}
