using Hub.Proxy;

namespace Hub.Tests.Operations;

/// <summary>Whether the hub knows a setting by a name as the environment writes it: <c>Hub__Store__Connection__FromFile</c>.</summary>
internal static class HubSettings
{
    /// <summary>Those of options that are bound on their own.</summary>
    private static readonly string[] Elsewhere = ["Hub__Retention__ContentDays"];

    public static bool Exists(string name)
    {
        var type = typeof(HubOptions);
        foreach (var part in name.Split("__").Skip(1))
        {
            if (type.GetProperty(part) is not { } property)
            {
                return Elsewhere.Contains(name);
            }

            type = property.PropertyType;
        }

        return true;
    }
}
