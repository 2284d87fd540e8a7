using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>A crisis plan was published: where it is, and who was given it.</summary>
internal static class CrisisPlanBundle
{
    public static Story Tell(CrisisPlanPublished published) => new()
    {
        Subject = "Crisis plan published",
        News =
        [
            $"Crisis plan{(published.Plan.Version is { Length: > 0 } version ? $", version {version}" : "")}, {Wording.When(published.Plan.At ?? published.OccurredAt)}.",
            .. published.GivenTo.Select(Copies.Text),
        ],
        DocumentType = ("736253002", "Mental health crisis plan"),
    };
}
