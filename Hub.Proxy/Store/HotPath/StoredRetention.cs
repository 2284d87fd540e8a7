using Hub.Fhir.Events;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Forgets in small batches, each one commit among the others: intake and delivery never wait for more than one of them.</summary>
internal static class StoredRetention
{
    /// <summary>Empties content last used before a time and needed by nothing unfinished.</summary>
    public static Forgotten EmptyContent(StoreSession db, DateTimeOffset before, int max)
    {
        var lengths = db.All(RetentionSql.EmptyContent, row => (long)row.GetInt32(0), ("@before", before), ("@nothing", Array.Empty<byte>()), ("@max", max));
        return new Forgotten { Contents = lengths.Count, Bytes = lengths.Sum() };
    }

    /// <summary>Deletes finished messages received before a time with all that followed from them, closed entries, calls through the gateway, and persons of whom nothing is left.</summary>
    public static Forgotten DeleteRecords(StoreSession db, DateTimeOffset before, int max)
    {
        var messages = db.All(
            RetentionSql.FinishedMessages, row => (Id: row.GetGuid(0), Payload: row.Number(1)), ("@before", before), ("@open", EpisodeStatus.Open), ("@max", max));
        foreach (var (id, payload) in messages)
        {
            DeleteMessage(db, id, payload);
        }

        var entries = db.All(RetentionSql.ClosedAttention, row => row.GetGuid(0), ("@before", before), ("@max", max));
        foreach (var entry in entries)
        {
            db.Execute(RetentionSql.DeleteNotices, ("@id", entry));
            db.Execute(RetentionSql.DeleteAttention, ("@id", entry));
        }

        var persons = db.All(RetentionSql.ForgottenPersons, row => row.GetGuid(0), ("@before", before), ("@open", EpisodeStatus.Open), ("@max", max));
        foreach (var person in persons)
        {
            DeletePerson(db, person);
        }

        var calls = db.All(RetentionSql.DeleteGatewayCalls, row => row.GetGuid(0), ("@before", before), ("@max", max));
        return new Forgotten { Messages = messages.Count, Entries = entries.Count, Persons = persons.Count, Calls = calls.Count };
    }

    private static void DeleteMessage(StoreSession db, Guid id, long? payload)
    {
        var contents = new HashSet<long>();
        Note(contents, payload);
        foreach (var delivery in db.All(RetentionSql.DeliveriesOfMessage, row => (Id: row.GetGuid(0), Body: row.Number(1), Frozen: row.Number(2)), ("@received", id)))
        {
            Note(contents, delivery.Body);
            Note(contents, delivery.Frozen);
            db.All(RetentionSql.EvidenceOfDelivery, row => row.Number(0), ("@id", delivery.Id)).ForEach(evidence => Note(contents, evidence));
            db.Execute(RetentionSql.DeleteAcknowledgements, ("@id", delivery.Id));
            db.Execute(RetentionSql.DeleteAttempts, ("@id", delivery.Id));
            db.Execute(RetentionSql.DeleteDelivery, ("@id", delivery.Id));
        }

        foreach (var one in db.All(
            RetentionSql.EventsOfMessage, row => (Id: row.GetGuid(0), Payload: row.Number(1), Episode: row.Number(2)), ("@received", id)))
        {
            Note(contents, one.Payload);
            db.All(ObligationSql.NotesOfEvent, row => row.Number(0), ("@event", one.Id)).ForEach(note => Note(contents, note));
            db.Execute(ObligationSql.DeleteSteps, ("@event", one.Id));
            db.Execute(ObligationSql.Delete, ("@event", one.Id));
            db.Execute(RetentionSql.DeleteEvent, ("@id", one.Id));
            if (one.Episode is { } episode)
            {
                db.Execute(RetentionSql.DeleteEpisodeVersions, ("@episode", episode));
            }
        }

        db.Execute(ResponsePostSql.DeleteOfMessage, ("@id", id));
        db.Execute(RetentionSql.DeleteMessage, ("@id", id));
        foreach (var content in contents)
        {
            db.Execute(RetentionSql.DeletePayload, ("@id", content));
        }
    }

    private static void DeletePerson(StoreSession db, Guid id)
    {
        db.Execute(RetentionSql.DeleteVersionsOfPerson, ("@id", id));
        db.Execute(RetentionSql.DeleteEpisodesOfPerson, ("@id", id));
        db.Execute(RetentionSql.DeleteIdentifiers, ("@id", id));
        db.Execute(RetentionSql.DeleteLanes, ("@id", id));
        db.Execute(RetentionSql.DeletePerson, ("@id", id));
    }

    private static void Note(HashSet<long> contents, long? id)
    {
        if (id is { } known)
        {
            contents.Add(known);
        }
    }
}
