using Hub.Adapters;
using Hub.Adapters.Contract;
using Hub.Proxy.Commands;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Commands;

public sealed class PartnerVerbsTests
{
    [Theory]
    [InlineData("5/s", 5.0)]
    [InlineData("30/min", 0.5)]
    [InlineData("1/h", 1.0 / 3600)]
    [InlineData("0.5/s", 0.5)]
    [InlineData("0/s", null)]
    [InlineData("-1/s", null)]
    [InlineData("5", null)]
    [InlineData("5/d", null)]
    [InlineData("1e9/s", null)]
    [InlineData("100000/s", null)]
    public void A_rate_is_read_or_refused_and_is_never_nothing(string text, double? perSecond) => PartnerSwitch.ParseRate(text).ShouldBe(perSecond);

    [Fact]
    public void The_printed_table_is_the_protocols_with_the_partners_rows_in_their_place_and_behind()
    {
        using var services = new ServiceCollection().AddHubAdapters().BuildServiceProvider();
        var protocol = services.GetServices<IRecipientProtocol>().Single(p => p.Name == "hl7v2-mllp");
        var partner = new PartnerFile
        {
            Id = "w", Name = "W", Role = PartnerRole.Recipient, Protocol = protocol.Name,
            Outcomes = [new() { Code = "AE+207", Means = OutcomeMeaning.Unavailable, Because = "agreed" }, new() { Code = "AE+X12", Means = OutcomeMeaning.NotOurPatient }],
        };

        var rows = PartnerOutcomes.Rows(protocol, partner);

        rows.Count.ShouldBe(protocol.Outcomes.Count + 1);
        rows.Single(r => r.Code == "AE+207").ShouldBe(new PrintedRow("AE+207", OutcomeMeaning.Unavailable, "agreed", Overridden: true));
        rows[^1].Code.ShouldBe("AE+X12");
        rows.Count(r => r.Overridden).ShouldBe(2);
    }
}
