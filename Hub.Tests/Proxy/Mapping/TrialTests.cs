using System.Security.Cryptography;
using Hub.Adapters.Contract;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Mapping.TracedMessages;

namespace Hub.Tests.Proxy.Mapping;

/// <summary>What changed partner files would make of a stored message.</summary>
public sealed class TrialTests
{
    private static readonly Messages Ama = new();

    [Fact]
    public void The_same_files_make_the_same_of_it() => Try(Partners).ShouldBeEmpty();

    [Fact]
    public void A_changed_team_differs_in_named_elements_and_nothing_else()
    {
        var differences = Try(Load(folder => Change(folder, "north-epr.json", "North Crisis Team", "Northern Crisis Team")));

        differences.ShouldNotBeEmpty();
        differences.ShouldAllBe(d => d.Kind == "element" && d.Recipient != null);
        differences.ShouldContain(d => d.Where.StartsWith("Organization", StringComparison.Ordinal) && d.Before == "North Crisis Team" && d.After == "Northern Crisis Team");
    }

    [Fact]
    public void A_recipient_without_a_file_is_newly_unroutable() =>
        Try(Load(folder => File.Delete(Path.Combine(folder, "elm.json")))).ShouldContain(d => d.Kind == "newly-unroutable" && d.Where == "elm to nobody");

    [Fact]
    public void A_sender_that_no_file_claims_is_newly_refused() =>
        Try(Load(folder => Change(folder, "north-epr.json", "\"NEPR\", \"sendingFacility\"", "\"OTHER\", \"sendingFacility\""))).ShouldHaveSingleItem().Kind.ShouldBe("newly-refused");

    [Fact]
    public void A_message_that_the_rules_no_longer_take_for_a_crisis_teams_is_newly_set_aside() =>
        Try(Load(folder => Change(folder, "north-epr.json", "[\"NCRT\"]", "[\"ECRT\"]"))).ShouldHaveSingleItem().ShouldBe(new TrialDifference("newly-set-aside", "set aside"));

    private static void Change(string folder, string file, string from, string to)
    {
        var path = Path.Combine(folder, file);
        var text = File.ReadAllText(path);
        text.ShouldContain(from);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static IReadOnlyList<TrialDifference> Try(IReadOnlyList<PartnerFile> then)
    {
        var text = FromHl7(Ama.Admission("C1"));
        var message = new StoredMessage(
            new ReceivedRow
            {
                Organisation = "RXN", SourceId = text.SourceId, Protocol = text.Protocol, ContentHash = SHA256.HashData(text.Bytes.Span), MediaType = text.MediaType, ReceivedAt = text.ReceivedAt, Outcome = IntakeOutcome.Accepted,
            },
            text.Bytes.ToArray(), []);
        return Trial.Of(message, Partners, then, []).ShouldNotBeNull().Differences;
    }
}
