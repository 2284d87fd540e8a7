using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Store;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>Persons, episodes, holds and merges.</summary>
public abstract partial class MessageStoreContract
{
    [Fact]
    public async Task A_person_is_found_under_each_identifier_and_under_no_other_system()
    {
        var person = NewPerson(Person("P1", "9912003888", family: "Tester"));
        await Store.CommitAsync(Plan("K1", Event(person)), Token);

        (await Store.FindPersonsAsync(Person("P1"), Token)).ShouldHaveSingleItem().PersonId.ShouldBe(person.PersonId);
        var byNumber = (await Store.FindPersonsAsync(Person("other", "9912003888", NhsNumberStatus.PresentNotTraced), Token)).ShouldHaveSingleItem();
        byNumber.PersonId.ShouldBe(person.PersonId);
        byNumber.Identity.Name!.Family.ShouldBe("Tester");
        byNumber.Version.ShouldBe(1);
        (await Store.FindPersonsAsync(new PatientRef { LocalIds = [new LocalIdentifier("RYY", "P1")] }, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_plans_that_both_bring_in_the_same_person_make_one_person()
    {
        var plans = Enumerable.Range(0, 16).Select(i => Plan($"K{i}", Event(NewPerson(Person("P1"))))).ToList();

        var results = await Task.WhenAll(plans.Select(plan => Task.Run(() => Store.CommitAsync(plan, Token), Token)));

        results.OfType<Committed>().ShouldHaveSingleItem();
        results.OfType<StateMoved>().Count().ShouldBe(15);
        (await Store.FindPersonsAsync(Person("P1"), Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_second_holder_of_an_identifier_is_stored_only_when_the_first_was_known()
    {
        var first = NewPerson(Person("P1", "9912003888"));
        await Store.CommitAsync(Plan("K1", Event(first)), Token);
        var second = NewPerson(Person("P2", "9912003888"));

        (await Store.CommitAsync(Plan("K2", Event(second)), Token)).ShouldBeOfType<StateMoved>();
        (await Store.CommitAsync(Plan("K2", Event(second with { KnownHolders = [first.PersonId] })), Token)).ShouldBeOfType<Committed>();

        (await Store.FindPersonsAsync(Person("none", "9912003888"), Token)).Select(p => p.PersonId)
            .ShouldBe([first.PersonId, second.PersonId], ignoreOrder: true);
    }

    [Fact]
    public async Task Whereabouts_that_become_hidden_hold_what_waits_void_fixed_bytes_and_list_what_left()
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("elm"))), Token);
        (await SendAllAsync("elm")).Count.ShouldBe(1);
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId), To("elm", "old place"), To("mill", "old place"), To("oak", "old place"))), Token);
        var (atMill, failed) = await BeginAsync("mill");
        await Store.CompleteAsync(atMill, failed.Message, Result(new Unavailable("503"), DeliveryState.Waiting, Clock.GetUtcNow(), Clock.GetUtcNow()), Token);
        await Store.ReleaseAsync(atMill, Token);
        var (atOak, sending) = await BeginAsync("oak");

        var hidden = Known(person.PersonId) with { Identity = Person("P1") with { LocationHiding = LocationHiding.National }, HidePlacesBecause = "Route not confirmed." };
        (await Store.CommitAsync(Plan("K3", Event(hidden)), Token)).ShouldBeOfType<Committed>();
        await Store.CompleteAsync(atOak, sending.Message, Result(new Unavailable("503"), DeliveryState.Waiting, Clock.GetUtcNow(), Clock.GetUtcNow()), Token);
        Clock.Advance(TimeSpan.FromHours(1));

        foreach (var partner in new[] { "elm", "mill", "oak" })
        {
            (await Store.ClaimAsync(new ClaimRequest(partner, 1, Lease), Token)).ShouldBeEmpty(partner);
        }

        // Nothing is bound from the bytes of before: neither where an attempt had fixed them, nor where one was under way.
        foreach (var (partner, first) in new[] { ("mill", failed), ("oak", sending) })
        {
            (await Store.ReleaseDeliveryAsync(first.Message.DeliveryId, "N. Okoro", "by phone", Token)).ShouldBeTrue(partner);
            var (lease, again) = await BeginAsync(partner, head =>
            {
                head.Anew.ShouldNotBeNull().Person.LocationHiding.ShouldBe(LocationHiding.National);
                head.Version.ShouldBe(2, "other bytes are another message");
                return new FrozenMessage("no place"u8.ToArray(), "text/plain", "ID-2");
            });
            System.Text.Encoding.UTF8.GetString(again.Message.Bytes.Span).ShouldBe("no place");
            await Store.CompleteAsync(lease, again.Message, Result(Accepted("ID-2"), DeliveryState.Delivered, Clock.GetUtcNow()), Token);
        }
    }

    [Fact]
    public async Task A_plan_made_from_an_older_identity_is_given_back_and_leaves_nothing()
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person)), Token);
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId) with { Identity = Person("P1", family: "New") })), Token);

        (await Store.CommitAsync(Plan("K3", Event(Known(person.PersonId, 1), To("gp-elm"))), Token)).ShouldBeOfType<StateMoved>();

        (await Store.FindEarlierAsync(Received("K3"), Token)).ShouldBeNull();
        (await Store.CommitAsync(Plan("K3", Event(Known(person.PersonId, 2), To("gp-elm"))), Token)).ShouldBeOfType<Committed>();
    }

    [Fact]
    public async Task Of_plans_made_from_one_version_of_an_episode_one_stands()
    {
        var identity = Person("P1");
        var person = NewPerson(identity);
        await Store.CommitAsync(Plan("K0", Event(person) with { Episode = Episode("V1", 0, identity) }), Token);
        var plans = Enumerable.Range(1, 8).Select(i => Plan($"K{i}", Event(Known(person.PersonId)) with { Episode = Episode("V1", 1, identity, EpisodeStatus.Discharged) })).ToList();

        var results = await Task.WhenAll(plans.Select(plan => Task.Run(() => Store.CommitAsync(plan, Token), Token)));

        results.OfType<Committed>().ShouldHaveSingleItem();
        var episode = (await Store.FindEpisodeAsync(new EpisodeKey(OdsCode.Parse("RXX"), "V1"), Token)).ShouldNotBeNull();
        (episode.Version, episode.State.Status, episode.PersonId).ShouldBe((2, EpisodeStatus.Discharged, person.PersonId));
        (await Store.FindEpisodesAsync(person.PersonId, Token)).ShouldHaveSingleItem().Version.ShouldBe(2);
    }

    [Fact]
    public async Task Several_events_of_one_message_build_on_each_other()
    {
        var identity = Person("P1");
        var person = NewPerson(identity);
        var plan = Plan(
            "K1",
            Event(person, To("gp-elm", "{\"n\":1}")) with { Episode = Episode("V1", 0, identity) },
            Event(Known(person.PersonId) with { Identity = Person("P1", family: "New") }, To("gp-elm", "{\"n\":2}")) with { Episode = Episode("V1", 1, identity, EpisodeStatus.Discharged) });

        (await Store.CommitAsync(plan, Token)).ShouldBeOfType<Committed>();

        (await Store.FindEpisodesAsync(person.PersonId, Token)).ShouldHaveSingleItem().State.Status.ShouldBe(EpisodeStatus.Discharged);
        (await SendAllAsync("gp-elm")).ShouldBe(["{\"n\":1}", "{\"n\":2}"]);
    }

    [Fact]
    public async Task Nothing_leaves_about_a_held_person_and_lifting_the_hold_lets_all_of_it_go_in_order()
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1"))), Token);
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId) with { Hold = "NHS number not verified." }, To("gp-elm", "2"))), Token);

        (await Store.PartnersWithWorkDueAsync(Token)).ShouldBeEmpty();
        (await Timeline.CountOpenAsync(Token)).Held.ShouldBe(2);
        (await Store.FindPersonsAsync(Person("P1"), Token))[0].HeldReason.ShouldBe("NHS number not verified.");

        await Store.CommitAsync(Plan("K3", Event(Known(person.PersonId, 2) with { Hold = "" }, To("gp-elm", "3"))), Token);
        (await SendAllAsync("gp-elm")).ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task Lifting_the_hold_on_a_person_does_not_release_what_is_held_for_its_own_reason()
    {
        var person = NewPerson(Person("P1")) with { Hold = "h" };
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1") with { HeldBecause = "breaks a rule" }), Event(Known(person.PersonId), To("gp-elm", "2"))), Token);
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId) with { Hold = "" })), Token);

        (await SendAllAsync("gp-elm")).ShouldBeEmpty(); // the held one is first, and its lane waits for a person
        (await Timeline.CountOpenAsync(Token)).ShouldBe(new OpenCounts(Waiting: 1, Sending: 0, Unknown: 0, Held: 1, Unroutable: 0, Refused: 0));
    }

    [Fact]
    public async Task A_merge_joins_the_lanes_and_what_waits_is_composed_anew_for_the_survivor()
    {
        var (survivor, retired) = await GivenTwoPersonsAsync();

        await MergeAsync(survivor, retired, undo: false, version: 1);

        var found = (await Store.FindPersonsAsync(Person("B"), Token)).ShouldHaveSingleItem();
        found.PersonId.ShouldBe(survivor);
        found.FoundThrough.ShouldBe([retired]);
        var heads = await HeadsAsync("gp-elm");
        heads.Select(h => System.Text.Encoding.UTF8.GetString(h.Body.Span)).ShouldBe(["a", "b"]);
        heads.ShouldAllBe(h => h.Anew!.PersonMoved && h.Anew.Person.LocalIds[0].Value == "A");
    }

    [Fact]
    public async Task An_undone_merge_parts_the_lanes_again()
    {
        var (survivor, retired) = await GivenTwoPersonsAsync();
        await MergeAsync(survivor, retired, undo: false, version: 1);

        await MergeAsync(survivor, retired, undo: true, version: 1);

        (await Store.FindPersonsAsync(Person("B"), Token)).ShouldHaveSingleItem().PersonId.ShouldBe(retired);
        var heads = await HeadsAsync("gp-elm");
        heads.Select(h => (System.Text.Encoding.UTF8.GetString(h.Body.Span), h.Anew!.Person.LocalIds[0].Value)).ShouldBe([("a", "A"), ("b", "B")], ignoreOrder: true);
        heads.ShouldAllBe(h => h.Anew!.PersonMoved);
    }

    [Fact]
    public async Task A_plan_about_a_person_who_was_merged_meanwhile_is_given_back()
    {
        var (survivor, retired) = await GivenTwoPersonsAsync();
        await MergeAsync(survivor, retired, undo: false, version: 1);

        (await Store.CommitAsync(Plan("late", Event(Known(retired, 2), To("gp-elm"))), Token)).ShouldBeOfType<StateMoved>();
    }

    [Fact]
    public async Task A_hold_on_the_retired_person_holds_the_survivor_until_it_is_lifted()
    {
        var (survivor, retired) = await GivenTwoPersonsAsync();
        await Store.CommitAsync(Plan("hold", Event(Known(retired) with { Hold = "route not confirmed" })), Token);

        await MergeAsync(survivor, retired, undo: false, version: 1);

        (await Store.PartnersWithWorkDueAsync(Token)).ShouldBeEmpty();
        (await Store.FindPersonsAsync(Person("A"), Token))[0].HeldReason.ShouldBe("route not confirmed");
    }

    private async Task<(Guid Survivor, Guid Retired)> GivenTwoPersonsAsync()
    {
        var a = NewPerson(Person("A"));
        var b = NewPerson(Person("B"));
        await Store.CommitAsync(Plan("KA", Event(a, To("gp-elm", "a"))), Token);
        await Store.CommitAsync(Plan("KB", Event(b, To("gp-elm", "b"))), Token);
        return (a.PersonId, b.PersonId);
    }

    private async Task MergeAsync(Guid survivor, Guid retired, bool undo, long version) =>
        (await Store.CommitAsync(Plan(NewId().ToString(), Event(Known(survivor, version)) with { Merge = new PersonMerge(survivor, retired, undo) }), Token))
            .ShouldBeOfType<Committed>();
}
