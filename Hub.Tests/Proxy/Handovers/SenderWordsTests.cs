using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Proxy.Handovers.Senders;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Handovers;

/// <summary>What a sender may read of a handover.</summary>
public sealed class SenderWordsTests
{
    [Fact]
    public void That_the_person_is_in_care_again_is_told_and_the_number_only_where_the_sender_reported_it_too()
    {
        var view = new HandoverView
        {
            EpisodeId = 1, Organisation = "RXN", LocalId = "E-1", Status = EpisodeStatus.Discharged, BackInCareAs = [7, 9],
            Holder = [HandoverStatus.BackInCare(7), HandoverStatus.BackInCare(9), "No team has accepted."], Checks = [], Copies = [], Obligations = [],
        };

        var seen = SenderWords.Of(view, new HashSet<Guid>(), new HashSet<long> { 9 }, DateTimeOffset.UnixEpoch);

        seen.Holder.ShouldBe(
        [
            "The person is under care again since. What is open here was asked before that.",
            "The person is under care again since: see handover 9. What is open here was asked before that.",
            "No team has accepted.",
        ]);
    }
}
