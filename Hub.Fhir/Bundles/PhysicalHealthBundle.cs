using Hub.Fhir.Events;
using Hub.Fhir.Medicines;

namespace Hub.Fhir.Bundles;

/// <summary>A physical-health check was done, or was not and why; and who owns the next.</summary>
internal static class PhysicalHealthBundle
{
    public static Story Tell(PhysicalHealthCheck done) => new()
    {
        Subject = done.Check.NotDoneReason is { Length: > 0 } ? "Physical-health check not done" : "Physical-health check",
        News = [MedicineFacts.Monitoring(done.Check)],
        Asks =
        [
            .. done.Check is { Owner: { } owner, OwnerAccepted: false } and { Owner: not CareParty.Crt }
                ? new[]
                {
                    new Ask { Id = "own-check", Owner = owner, OwnerName = done.Check.OwnerName, Text = $"{done.Check.Check.Text}: say whether you take the next one.", Due = done.Check.NextDueOn },
                }
                : [],
        ],
    };
}
