using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.Adapters.Contract;

namespace Hub.Proxy.Routing;

/// <summary>
/// Puts the environment's words into a partner file where it says <c>${env:NAME}</c>, and sees to it that a secret stands there by reference only.
/// </summary>
internal static partial class PartnerReferences
{
    /// <returns>What is wrong; the file is changed in place where nothing is.</returns>
    public static IReadOnlyList<PartnerProblem> Resolve(JsonObject file, Func<string, string?> environment)
    {
        var problems = new List<PartnerProblem>();
        Walk(file, "", environment, problems);
        return problems;
    }

    private static void Walk(JsonNode node, string at, Func<string, string?> environment, List<PartnerProblem> problems)
    {
        switch (node)
        {
            case JsonObject members:
                CheckReference(members, at, problems);
                foreach (var (name, value) in members.ToList())
                {
                    var place = $"{at}/{name}";
                    if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String)
                    {
                        members[name] = Text(text.GetValue<string>(), name, place, environment, problems);
                    }
                    else if (value is not null)
                    {
                        Walk(value, place, environment, problems);
                    }
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is JsonValue text && text.GetValueKind() == JsonValueKind.String)
                    {
                        items[i] = Text(text.GetValue<string>(), "", $"{at}/{i}", environment, problems);
                    }
                    else if (items[i] is { } item)
                    {
                        Walk(item, $"{at}/{i}", environment, problems);
                    }
                }

                break;
        }
    }

    private static string Text(string text, string name, string at, Func<string, string?> environment, List<PartnerProblem> problems)
    {
        if ((at.StartsWith("/settings/", StringComparison.Ordinal) || at.StartsWith("/gateway/", StringComparison.Ordinal)) && SecretName().IsMatch(name) && text.Length > 0)
        {
            problems.Add(new(at, "A secret stands in the file itself.", "Refer to it: { \"fromEnv\": \"NAME\" } or { \"fromFile\": \"/path\" }; and change the secret, for it has been seen."));
            return text;
        }

        return EnvironmentName().Replace(text, match =>
        {
            var wanted = match.Groups["name"].Value;
            if (environment(wanted) is { } value)
            {
                return value;
            }

            problems.Add(new(at, $"The environment variable {wanted} is not set.", $"Set {wanted} where the hub runs, or write the value here."));
            return match.Value;
        });
    }

    private static void CheckReference(JsonObject members, string at, List<PartnerProblem> problems)
    {
        if ((members.ContainsKey("fromEnv") || members.ContainsKey("fromFile")) && members.Count != 1)
        {
            problems.Add(new(at, "A reference to a secret names one place.", "Write either { \"fromEnv\": \"NAME\" } or { \"fromFile\": \"/path\" }, and nothing beside it."));
        }
        else if (members["fromFile"] is JsonValue path && path.GetValueKind() == JsonValueKind.String && !Path.IsPathRooted(path.GetValue<string>()))
        {
            problems.Add(new(at + "/fromFile", "The path is relative, and to what is not said.", "Write the absolute path."));
        }
    }

    [GeneratedRegex(@"\$\{env:(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex EnvironmentName();

    [GeneratedRegex(@"(password|passphrase|secret|token|apikey|privatekey|sharedkey)$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
