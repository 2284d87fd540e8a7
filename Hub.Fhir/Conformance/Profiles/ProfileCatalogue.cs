using System.Collections.Frozen;
using Hl7.Fhir.Model;
using Hub.Fhir.Conformance.Rules;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Conformance.Profiles;

/// <summary>Our profiles and extensions, compiled once, and UK Core's constraints as we read them.</summary>
internal sealed class ProfileCatalogue
{
    private static readonly Lazy<ProfileCatalogue> Embedded = new(() => new ProfileCatalogue([.. EmbeddedDefinitions.Resources().Select(r => r.Resource)]));

    private readonly FrozenDictionary<string, Profile> profiles;

    public ProfileCatalogue(IReadOnlyCollection<Resource> definitions)
    {
        Codes = new CodeCatalogue(definitions);
        profiles = definitions.OfType<StructureDefinition>().ToFrozenDictionary(
            d => d.Url!,
            d => new Profile(d, new Lazy<ElementRule>(() => ProfileCompiler.Compile(d, Codes))),
            StringComparer.Ordinal);
    }

    public static ProfileCatalogue Default => Embedded.Value;

    public CodeCatalogue Codes { get; }

    /// <summary>Compiles every profile now.</summary>
    public void CompileAll()
    {
        foreach (var profile in profiles.Values)
        {
            _ = profile.Rule.Value;
        }
    }

    /// <summary>Judges a resource by each profile it claims, and by what that profile rests on.</summary>
    public void CheckClaims(Resource resource, Findings findings)
    {
        if (resource.Meta is not { ProfileElement: { Count: > 0 } claims })
        {
            return;
        }

        for (var i = 0; i < claims.Count; i++)
        {
            if (Literal.Text(claims[i]) is { } claim)
            {
                CheckClaim(resource, WithoutVersion(claim), $"meta.profile[{i}]", findings);
            }
        }
    }

    /// <summary>Judges an extension by its own definition, where we hold it.</summary>
    public void CheckExtension(Extension extension, Base parent, Findings findings)
    {
        var url = extension.Url ?? "";
        if (profiles.TryGetValue(url, out var profile))
        {
            findings.Require(IsInContext(profile.Definition, parent), "extension-context", "An extension where its definition does not allow it.");
            new ProfileWalk(findings, Codes).Check(extension, profile.Rule.Value);
        }
        else if (url.StartsWith(CodeSystems.Canonical, StringComparison.Ordinal))
        {
            findings.Error("hub-extension-unknown", "An extension under our address that our profiles do not define.", "url");
        }
        else if (RetiredUkCore.IsRetired(url))
        {
            findings.Error("ukcore-retired", "A UK Core extension that was retired.", "url");
        }
        else if (url.StartsWith(UkCoreRules.Base, StringComparison.Ordinal))
        {
            UkCoreRules.CheckExtension(extension, parent, findings);
        }
    }

    private void CheckClaim(Resource resource, string claim, string member, Findings findings)
    {
        if (UkCoreRules.IsOurs(claim))
        {
            UkCoreRules.Check(claim, resource, member, findings);
        }
        else if (!profiles.TryGetValue(claim, out var profile))
        {
            if (claim.StartsWith(CodeSystems.Canonical, StringComparison.Ordinal))
            {
                findings.Error("profile-unknown", "A profile under our address that we do not define.", member);
            }
        }
        else if (profile.Definition.Type != resource.TypeName)
        {
            findings.Error("profile-of-other-type", "A profile of another type of resource.", member);
        }
        else
        {
            CheckClaim(resource, profile.Definition.BaseDefinition!, member, findings);
            new ProfileWalk(findings, Codes).Check(resource, profile.Rule.Value);
        }
    }

    private static bool IsInContext(StructureDefinition definition, Base parent) =>
        definition.Context.Count == 0 || definition.Context.Exists(c => IsA(parent, c.Expression!));

    // Contexts of ours are a type or a path (Task, MedicationStatement, Encounter.hospitalization).
    private static bool IsA(Base parent, string expression) => expression switch
    {
        "Element" => true,
        "Resource" or "DomainResource" => parent is Resource,
        _ => parent.TypeName == expression || (parent.TypeName + ".").StartsWith(expression + ".", StringComparison.Ordinal)
            || parent.TypeName.Replace('#', '.').Equals(expression, StringComparison.Ordinal),
    };

    private static string WithoutVersion(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? canonical : canonical[..bar];
    }

    private sealed record Profile(StructureDefinition Definition, Lazy<ElementRule> Rule);
}
