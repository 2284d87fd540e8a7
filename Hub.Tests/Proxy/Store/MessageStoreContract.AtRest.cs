using System.Security.Cryptography;
using System.Text;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Hub.Proxy.Store.Upkeep;
using Hub.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>What the store keeps about people: unreadable without its key, found out where it was tampered with, readable through every change of keys.</summary>
public abstract partial class MessageStoreContract
{
    private const string Words = "Spoke to her sister Ottoline in Quillmarket";

    // Short, so that nothing of it hides in compression.
    private protected static readonly string[] Canaries = ["ZEBEDEEQUILL", "9912003888", "TCANARY707", "Ottoline", "Quillmarket"];

    [Fact]
    public async Task Whoever_reads_the_tables_learns_no_name_no_number_and_no_word_about_anybody()
    {
        var plan = await CommitCanaryAsync("K1");
        await SendAllAsync("gp-elm");

        await using var context = NewContext();
        (await RawStore.FindAsync(context, Canaries, Token)).ShouldBeEmpty();
        (await RawStore.FindAsync(context, ["gp-elm"], Token)).ShouldNotBeEmpty("a search that finds what stands there");
        (await context.Payloads.ToListAsync(Token)).ShouldAllBe(p => p.KeyId == "c1" && !Hashes(Words).Any(h => h.SequenceEqual(p.Hash)));
        (await Timeline.OriginalAsync(plan.ReceivedId, Token)).ShouldNotBeNull();
        (await Store.FindPersonsAsync(Canary, Token)).ShouldHaveSingleItem().Identity.Name!.Family.ShouldBe("ZEBEDEEQUILL");
    }

    [Fact]
    public async Task What_was_changed_moved_or_put_there_by_another_is_found_and_named_by_its_row_alone()
    {
        await CommitCanaryAsync("K1");
        await Store.CommitAsync(Plan("K2", Event(NewPerson(Person("P2", family: "BYSTANDER")), To("gp-elm", "another body"))), Token);
        var check = new ContentCheck(NewContext);
        (await check.VerifyAsync(Token)).Wrong.ShouldBeEmpty();
        long changed, moved;
        Guid swapped, clear;
        await using (var context = NewContext())
        {
            var payloads = await context.Payloads.OrderBy(p => p.Id).ToListAsync(Token);
            var persons = await context.Persons.OrderBy(p => p.Id).ToListAsync(Token);
            (changed, moved, swapped, clear) = (payloads[0].Id, payloads[1].Id, persons[0].Id, persons[1].Id);
            payloads[0].Content[payloads[0].Content.Length / 2] ^= 1;
            context.Entry(payloads[0]).Property(p => p.Content).IsModified = true;
            (payloads[1].Content, payloads[1].Encoding) = (payloads[2].Content, payloads[2].Encoding);
            (persons[0].Identity, persons[0].Encoding) = (persons[1].Identity, persons[1].Encoding);
            (persons[1].Identity, persons[1].Encoding, persons[1].KeyId) = ("""{"localIds":[]}"""u8.ToArray(), StoredContent.Identity, null);
            await context.SaveChangesAsync(Token);
        }

        var (_, wrong) = await check.VerifyAsync(Token);

        wrong.Select(w => w[..w.IndexOf(':', StringComparison.Ordinal)]).ShouldBe([$"payload/{changed}", $"payload/{moved}", $"person/{swapped}", $"person/{clear}"], ignoreOrder: true);
        wrong.ShouldAllBe(w => !Canaries.Append("BYSTANDER").Any(c => w.Contains(c, StringComparison.OrdinalIgnoreCase)));
        await Should.ThrowAsync<InvalidDataException>(() => Store.FindPersonsAsync(Canary, Token));
    }

    [Fact]
    public async Task After_a_change_of_keys_and_a_restart_what_is_old_is_read_and_sealed_anew_until_the_old_key_can_go()
    {
        var plan = await CommitCanaryAsync("K1");
        var beside = Where with { BusySeconds = 2 }; // another node, which has read its keys before
        (await new StoredMessages(() => StoreStart.Context(beside)).ReadAsync(plan.ReceivedId, Token)).ShouldNotBeNull();

        ContentKeys.Of(Where with { BusySeconds = 3 }).Rotate().ShouldBe("c2");
        await ReopenAsync();
        ContentKeys.Of(Where).Refresh();
        await Store.CommitAsync(Plan("K2", Event(Known(plan.Events[0].Person.PersonId), To("gp-elm", "a body under the second key"))), Token);

        var check = new ContentCheck(NewContext);
        (await check.CountAsync(Token)).Select(c => c.KeyId).ShouldBe(["c1", "c2"]);
        (await Timeline.OriginalAsync(plan.ReceivedId, Token)).ShouldNotBeNull();
        var second = (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token))[^1].Received.Id;
        (await new StoredMessages(() => StoreStart.Context(beside)).ReadAsync(second, Token)).ShouldNotBeNull().Events.ShouldHaveSingleItem("a node that did not know the key learns it from the row");

        (await Sealer().SealAllAsync(Token)).ShouldBeTrue();
        (await check.CountAsync(Token)).ShouldHaveSingleItem().KeyId.ShouldBe("c2");
        ContentKeys.Of(Where).Retire(1);
        await ReopenAsync();
        (await check.VerifyAsync(Token)).Wrong.ShouldBeEmpty();
        (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token))[0].Events[0].Deliveries.SelectMany(d => d.Attempts).ShouldHaveSingleItem().Reason.ShouldBe("ZEBEDEEQUILL 9912003888 is none of ours");
        (await SendAllAsync("gp-elm")).ShouldBe(["""{"note":"Spoke to her sister Ottoline in Quillmarket"}""", "a body under the second key"]);
        (await Store.FindEpisodesAsync(plan.Events[0].Person.PersonId, Token)).ShouldHaveSingleItem().State.Patient.Name!.Family.ShouldBe("ZEBEDEEQUILL");
    }

    [Fact]
    public async Task What_was_kept_before_there_were_keys_is_read_then_sealed_and_from_then_on_nothing_in_clear_is_believed()
    {
        var plan = await CommitCanaryAsync("K1");
        await BeforeKeys.MakeAsync(Where, Token);
        await using (var context = NewContext())
        {
            (await RawStore.FindAsync(context, Canaries, Token)).ShouldNotBeEmpty();
        }

        ContentKeys.Of(Where).Refresh();
        await StoreStart.ReadyAsync(Where, Token);
        await ReopenAsync();
        (await Timeline.OriginalAsync(plan.ReceivedId, Token)).ShouldNotBeNull();
        (await Store.FindPersonsAsync(Canary, Token)).ShouldHaveSingleItem().PersonId.ShouldBe(plan.Events[0].Person.PersonId);
        await Store.CommitAsync(Plan("K2", Event(Known(plan.Events[0].Person.PersonId), To("gp-elm", """{"note":"Spoke to her sister Ottoline in Quillmarket"}"""))), Token);

        (await Sealer().SealAllAsync(Token)).ShouldBeTrue();

        await using (var context = NewContext())
        {
            (await RawStore.FindAsync(context, Canaries, Token)).ShouldBeEmpty();
            (await new ContentCheck(NewContext).VerifyAsync(Token)).Wrong.ShouldBeEmpty();
            await context.Persons.ExecuteUpdateAsync(set => set.SetProperty(p => p.KeyId, (string?)null).SetProperty(p => p.Identity, """{"localIds":[]}"""u8.ToArray()), Token);
        }

        ContentKeys.Of(Where).Refresh();
        await ReopenAsync();
        (await Should.ThrowAsync<InvalidDataException>(() => Store.FindPersonsAsync(Canary, Token))).Message.ShouldContain("in clear");
        (await SendAllAsync("gp-elm")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_store_whose_key_is_missing_or_another_is_refused_and_says_which_and_what_to_do()
    {
        await CommitCanaryAsync("K1");

        var other = Where with { IdentifierKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) };
        var why = (await Should.ThrowAsync<InvalidOperationException>(() => StoreStart.ReadyAsync(other, Token))).Message;
        why.ShouldContain("c1");
        why.ShouldContain("Hub:Store:ContentKey");

        await using (var context = NewContext())
        {
            await context.ContentKeys.ExecuteDeleteAsync(Token);
        }

        (await Should.ThrowAsync<InvalidOperationException>(() => StoreStart.ReadyAsync(Where with { BusySeconds = 4 }, Token))).Message.ShouldContain("table content_key");
        await using (var context = NewContext())
        {
            (await context.ContentKeys.CountAsync(Token)).ShouldBe(0, "and no new key hides that the old one is gone");
        }
    }

    [Fact]
    public async Task A_key_service_may_wrap_the_keys_and_then_the_store_is_refused_without_it()
    {
        await CommitCanaryAsync("K1");
        var withService = Where with { KeyWrapper = new KeyService() };

        ContentKeys.Of(withService).Rotate().ShouldBe("c2");
        ContentKeys.Of(withService).List().Select(k => k.WrappedBy).ShouldBe(["service:test", "service:test"], "the older key is wrapped anew as well");

        await StoreStart.ReadyAsync(Where with { KeyWrapper = new KeyService() }, Token);
        (await new ContentCheck(() => StoreStart.Context(withService)).VerifyAsync(Token)).Wrong.ShouldBeEmpty();
        (await Should.ThrowAsync<InvalidOperationException>(() => StoreStart.ReadyAsync(Where with { BusySeconds = 2 }, Token))).Message.ShouldContain("service:test");
    }

    private static PatientRef Canary => Person("TCANARY707", "9912003888", family: "ZEBEDEEQUILL");

    private protected async Task<IntakePlan> CommitCanaryAsync(string key)
    {
        var body = $$"""{"note":"{{Words}}"}""";
        var plan = Plan(key, Event(NewPerson(Canary), To("gp-elm", body), To("team-oak", body)) with { Episode = Episode("V1", 0, Canary) });
        plan = plan with { Received = plan.Received with { Bytes = Encoding.UTF8.GetBytes($"PID|{Canaries[0]}|{Canaries[1]}|{Words}") } };
        (await Store.CommitAsync(plan, Token)).ShouldBeOfType<Committed>();

        // A partner that says in its refusal whom it refuses.
        var lease = (await Store.ClaimAsync(new ClaimRequest("team-oak", 1, Lease), Token)).ShouldHaveSingleItem();
        var attempt = (await Store.FreezeHeadAsync(lease, Freeze, Token)).ShouldNotBeNull();
        await Store.CompleteAsync(lease, attempt.Message, Result(new Rejected($"{Canaries[0]} {Canaries[1]} is none of ours"), DeliveryState.Refused, Clock.GetUtcNow()), Token);
        return plan;
    }

    private protected ContentSealer Sealer() => new(Store, Where, TimeProvider.System, NullLogger<ContentSealer>.Instance);

    private static IEnumerable<byte[]> Hashes(string words) => [SHA256.HashData(Encoding.UTF8.GetBytes(words)), SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"note":"{{words}}"}"""))];

    // Stands for a key management service: it wraps under a key that the hub never has.
    private sealed class KeyService : IKeyWrapper
    {
        private static readonly LocalKeyWrapper Elsewhere = new("elsewhere", RandomNumberGenerator.GetBytes(32));

        public string Id => "service:test";

        public byte[] Wrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bound) => Elsewhere.Wrap(key, bound);

        public byte[] Unwrap(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> bound) => Elsewhere.Unwrap(wrapped, bound);
    }
}
