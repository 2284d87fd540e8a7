using System.Globalization;

namespace Hub.Proxy.Store.HotPath;

/// <summary>A person's whereabouts become hidden: what waits is held for a confirmed route, and what has left is listed (clinical rule 21, J8).</summary>
internal static class StoredHiding
{
    // An entry is read on one screen; beyond this the timeline of the episode is the list.
    private const int MostListed = 40;

    private static readonly TimeSpan DueWithin = TimeSpan.FromHours(4);

    public static void Apply(StoreSession db, string organisation, PlannedEvent planned, string because, DateTimeOffset now)
    {
        var person = planned.Person.PersonId;
        var left = db.All(
            Sql.LeftOfPerson, row => new Left(row.GetString(0), row.GetString(1), (DeliveryState)row.GetInt32(2), row.Time(3)), ("@person", person));
        var waiting = db.All(
            Sql.HidePlacesOfPerson, row => (Id: row.GetGuid(0), Recipient: row.GetString(1), State: (DeliveryState)row.GetInt32(2)),
            ("@person", person), ("@reason", because));

        // What no partner file serves has an entry and an owner already, and what was taken does not wait: it is among what has left.
        foreach (var copy in waiting.Where(w => w.State is not (DeliveryState.Unroutable or DeliveryState.Awaited)))
        {
            StoredAttention.Write(db, organisation, Entry(
                "confirm-route", $"The copy for {copy.Recipient} waits: {because}", "CRT shift lead",
                "The CRT confirms the route by phone, then releases it: hub delivery release. It is composed anew, without places.", person, now) with
            {
                DeliveryId = copy.Id,
            }, receivedId: null, now);
        }

        if (left.Count > 0)
        {
            StoredAttention.Write(db, organisation, Entry(
                "places-already-sent", $"A person's whereabouts are hidden from now on. Sent before that, with the places known then: {Listed(left)}", "Information governance lead",
                "Decide with the CRT for each recipient what to ask for: to hide, to correct or to delete what was sent.", person, now) with
            {
                EventId = planned.EventId,
            }, receivedId: null, now);
        }
    }

    // Titles say what kind of message it was and nothing of the person.
    private static string Listed(IReadOnlyList<Left> left) =>
        string.Join("; ", left.Take(MostListed).Select(l => string.Create(
            CultureInfo.InvariantCulture, $"\"{l.Title}\" to {l.Recipient}, {Came(l.State)} {l.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC")))
        + (left.Count > MostListed ? $"; and {left.Count - MostListed} earlier ones." : ".");

    private static string Came(DeliveryState state) => state switch
    {
        DeliveryState.Delivered => "accepted",
        DeliveryState.Refused => "refused",
        _ => "sent and perhaps received",
    };

    private static PlannedAttention Entry(string kind, string reason, string owner, string nextStep, Guid person, DateTimeOffset now) => new()
    {
        AttentionId = Guid.CreateVersion7(now),
        Kind = kind,
        Reason = reason,
        Owner = owner,
        NextStep = nextStep,
        Urgency = Urgency.Urgent,
        DueAt = now + DueWithin,
        PersonId = person,
    };

    private sealed record Left(string Title, string Recipient, DeliveryState State, DateTimeOffset At);
}
