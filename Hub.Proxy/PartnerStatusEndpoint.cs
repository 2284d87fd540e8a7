using Hub.Adapters.Contract;
using Hub.Proxy.Access.People;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Intake;
using Hub.Proxy.Routing;

namespace Hub.Proxy;

/// <summary><c>GET /partners</c>: how each partner and its file stand; <c>GET /partners/{id}/file</c>: the file as it runs. Never patient data, never a secret.</summary>
internal static class PartnerStatusEndpoint
{
    public const string Path = "/partners";

    public static void MapPartnerStatus(this IEndpointRouteBuilder routes)
    {
        // For operators; the published document is for systems that send events.
        routes.MapGet(Path, async (PartnerStatus status, PartnerFiles files, UnmappedCodes unmapped, CancellationToken cancellationToken) =>
                Results.Ok(await AllAsync(status, files, unmapped, cancellationToken)))
            .ForPeople(new PersonNeed(PersonRight.Lists) { AlsoForMachinesHere = true }).ExcludeFromDescription();
        routes.MapGet(Path + "/{id}/file", (string id, PartnerFiles files) => files.WrittenOf(id) is { } written
                ? Results.Text(written, "application/json")
                : Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "No partner of this id runs."))
            .ForPeople(new PersonNeed(PersonRight.Lists) { AlsoForMachinesHere = true }).ExcludeFromDescription();
    }

    /// <summary>Everything that has a file, what runs and what does not.</summary>
    internal static async Task<IReadOnlyList<PartnerStatusView>> AllAsync(PartnerStatus status, PartnerFiles files, UnmappedCodes unmapped, CancellationToken cancellationToken)
    {
        var versions = files.Versions.ToDictionary(v => v.Id, StringComparer.Ordinal);
        var sending = (await status.ReadAsync(cancellationToken)).Select(p => p with { File = versions.GetValueOrDefault(p.Id) }).ToList();
        var others = versions.Values.Where(v => sending.TrueForAll(p => p.Id != v.Id)).Select(v => Without(v, files.Find(v.Id)) with { UnmappedCodes = unmapped.Of(v.Id) });
        return [.. sending.Concat(others).OrderBy(p => p.Id, StringComparer.Ordinal)];
    }

    // A source, or a file that nothing runs for.
    private static PartnerStatusView Without(PartnerVersion version, PartnerFile? partner) => new()
    {
        Id = version.Id, Name = partner?.Name ?? version.Id, Protocol = partner?.Protocol ?? "-", LanesWaiting = 0, DeliveriesWaiting = 0, File = version,
    };
}
