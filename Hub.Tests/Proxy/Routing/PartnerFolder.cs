using Hub.Adapters.Contract;
using Hub.Proxy.Routing;

namespace Hub.Tests.Proxy.Routing;

/// <summary>A real folder of partner files, and the loader on it.</summary>
internal sealed class PartnerFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-partners-");

    public Dictionary<string, string> Environment { get; } = [];
    public string Path => folder.FullName;

    public PartnerFolder With(string file, string text)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, file), text);
        return this;
    }

    /// <summary>A recipient that is right in all things but those named.</summary>
    public PartnerFolder WithRecipient(string id, string audience = "gp", string organisation = "Y06601", string serves = "", string settings = "{}") => With(id + ".json", $$"""
        {
          // comments and trailing commas are allowed
          "$schema": "../profiles/schemas/partner.schema.json",
          "id": "{{id}}",
          "name": "Name of {{id}}",
          "role": "recipient",
          "organisation": "{{organisation}}",
          "audience": "{{audience}}",
          "protocol": "plain",
          "serves": [{{serves}}],
          "settings": {{settings}},
        }
        """);

    public IReadOnlyList<IPartnerSettingsCheck> Checks { get; } = [new PlainCheck(PartnerRole.Recipient), new PlainCheck(PartnerRole.Source), new StumblingCheck()];

    public PartnerFiles Load() => new(Path, Checks, Environment.GetValueOrDefault);

    public T Let<T>(Func<PartnerFolder, T> use) => use(this);

    public void Delete(string file) => File.Delete(System.IO.Path.Combine(Path, file));

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>A protocol with one setting.</summary>
    private sealed class PlainCheck(PartnerRole role) : IPartnerSettingsCheck
    {
        public string Protocol => "plain";
        public PartnerRole Role => role;

        public IReadOnlyList<PartnerProblem> Check(PartnerFile partner) =>
            partner.Settings.TryGetProperty("seconds", out var s) && s.GetInt32() > 120 ? [new("/settings/seconds", "Too long.", "At most 120.")] : [];
    }

    /// <summary>A protocol whose check falls over.</summary>
    private sealed class StumblingCheck : IPartnerSettingsCheck
    {
        public string Protocol => "stumbling";
        public PartnerRole Role => PartnerRole.Recipient;

        public IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => throw new InvalidOperationException("not an object");
    }
}
