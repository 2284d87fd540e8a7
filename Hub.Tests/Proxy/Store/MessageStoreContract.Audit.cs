using Hub.Adapters.Contract;
using Hub.Proxy.Audit;
using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>The audit trail: what was done is told with it, and whatever is done to the trail afterwards is seen.</summary>
public abstract partial class MessageStoreContract
{
    private protected abstract StoreOptions Where { get; }

    private AuditTrail Trail => new(Where);

    [Fact]
    public async Task What_was_received_sent_answered_read_and_decided_is_told_in_its_order()
    {
        var plan = Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm")));
        await Store.CommitAsync(plan, Token);
        var (lease, attempt) = await BeginAsync("gp-elm");
        await Store.CompleteAsync(lease, attempt.Message, Result(new Rejected("no"), DeliveryState.Refused, Clock.GetUtcNow()), Token);
        await Store.AuditAsync([new AuditEntry(AuditKind.Read, "N. Okoro", "message/1") { Reason = "a call from the practice" }], Token);
        await Store.HoldPartnerAsync("gp-elm", "their maintenance", "N. Okoro", Token);

        var entries = await EntriesAsync();
        entries.Select(e => (e.Kind, e.By, e.To, e.Result)).ShouldBe(
        [
            (AuditKind.Receive, plan.Received.SourceId, null, "Accepted"), (AuditKind.Send, "hub", "gp-elm", null), (AuditKind.Answer, "gp-elm", null, "Rejected"),
            (AuditKind.Read, "N. Okoro", null, null), (AuditKind.Act, "N. Okoro", null, "held"),
        ]);
        entries[0].What.ShouldBe($"message/{plan.ReceivedId}");
        entries[1].What.ShouldBe($"delivery/{attempt.Message.DeliveryId}");
        entries[3].Reason.ShouldBe("a call from the practice");
        (await Trail.VerifyAsync(known: null, Token)).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_not_done_is_not_told()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")))), Token);
        var before = (await EntriesAsync()).Count;

        (await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")))), Token)).ShouldBeOfType<LostRace>();
        (await Store.CloseAttentionAsync(NewId(), "N. Okoro", "there is none", Token)).ShouldBeFalse();
        (await Store.HaveNoticeAsync(4711, "N. Okoro", TimeSpan.FromHours(1), Token)).ShouldBeNull();
        var twice = To("gp-elm");
        await Should.ThrowAsync<Exception>(Store.CommitAsync(Plan("broken", Event(NewPerson(Person("PX")), twice, twice)), Token));

        (await EntriesAsync()).Count.ShouldBe(before);
    }

    [Theory]
    [InlineData("UPDATE audit_record SET content = (SELECT content FROM audit_record WHERE seq = 2) WHERE seq = 3", "Record 3 of")]
    [InlineData("UPDATE audit_record SET at = at + 60000 WHERE seq = 4", "Record 4 of")]
    [InlineData("DELETE FROM audit_record WHERE seq = 3", "Record 3 is missing")]
    [InlineData("DELETE FROM audit_record WHERE seq IN (2, 3)", "Records 2 to 3 are missing")]
    [InlineData("DELETE FROM audit_record WHERE seq = 3; UPDATE audit_record SET seq = seq - 1 WHERE seq > 3", "Record 3 of")]
    [InlineData("UPDATE audit_record SET seq = 100 WHERE seq = 3; UPDATE audit_record SET seq = 3 WHERE seq = 4; UPDATE audit_record SET seq = 4 WHERE seq = 100", "Record 3 of")]
    [InlineData("DELETE FROM audit_record WHERE seq > 4", "its end was cut off")]
    [InlineData("DELETE FROM audit_record", "its end was cut off")]
    public async Task Whatever_is_done_to_the_trail_in_the_database_is_seen(string tampering, string seen)
    {
        for (var i = 0; i < 6; i++)
        {
            await Store.CommitAsync(Plan($"K{i}", Event(NewPerson(Person($"P{i}")))), Token);
        }

        var head = await Trail.HeadAsync(Token);
        (await Trail.VerifyAsync(head, Token)).Faults.ShouldBeEmpty();
        await using (var context = NewContext())
        {
            foreach (var sql in tampering.Split(';'))
            {
                await context.Database.ExecuteSqlRawAsync(sql, Token);
            }
        }

        var found = await Trail.VerifyAsync(head, Token);

        found.Faults.ShouldContain(fault => fault.Contains(seen, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_record_of_another_history_of_the_same_hub_does_not_fit_in()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")))), Token);
        await Store.CommitAsync(Plan("K2", Event(NewPerson(Person("P2")))), Token);
        using var same = new AuditRecord(Where.KeyFor(StoreOptions.AuditPurpose));
        var (content, seal) = same.Seal(new byte[AuditRecord.SealLength], 2, Clock.GetUtcNow(), [new AuditEntry(AuditKind.Read, "nobody", "message/1")]); // as after another first record
        await using (var context = NewContext())
        {
            var second = await context.AuditRecords.SingleAsync(r => r.Seq == 2, Token);
            (second.Content, second.Seal, second.At) = (content, seal, Clock.GetUtcNow());
            await context.SaveChangesAsync(Token);
        }

        (await Trail.VerifyAsync(known: null, Token)).Faults.ShouldHaveSingleItem().ShouldStartWith("Record 2 of");
    }

    [Fact]
    public async Task Another_key_cannot_seal_what_this_one_has_not_written()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")))), Token);
        using var forger = new AuditRecord(new byte[32]);
        var head = (await Trail.FindAsync(1, Token))!;
        var (content, seal) = forger.Seal(head.Seal, 2, Clock.GetUtcNow(), [new AuditEntry(AuditKind.Read, "nobody", "message/1")]);
        await using (var context = NewContext())
        {
            context.AuditRecords.Add(new() { Seq = 2, Organisation = "RXX", At = Clock.GetUtcNow(), Content = content, Seal = seal });
            await context.SaveChangesAsync(Token);
        }

        (await Trail.VerifyAsync(known: null, Token)).Faults.ShouldHaveSingleItem().ShouldStartWith("Record 2 of");
    }

    private async Task<IReadOnlyList<AuditEntry>> EntriesAsync()
    {
        var entries = new List<AuditEntry>();
        await foreach (var row in Trail.ReadAsync(since: null, Token))
        {
            entries.AddRange(AuditRecord.Read(row.Content));
        }

        return entries;
    }
}
