using Hub.Proxy.Mapping;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Mapping.TracedMessages;

namespace Hub.Tests.Proxy.Mapping;

public sealed class FillRatesTests
{
    [Fact]
    public void A_profile_tells_how_often_a_field_is_filled_and_how_many_values_it_has_and_never_one_of_them()
    {
        var ama = new Messages();
        var rates = new FillRates();
        rates.Add(FromHl7(ama.Admission("C1")));
        rates.Add(FromHl7((ama with { NhsNumber = "", Family = "OTHER" }).Admission("C2")));
        rates.Add(FromHl7(ama.Discharge("C3", ama.Start.AddDays(1))));

        FillRate Of(string path) => rates.Read().Single(r => r.Path == path);
        Of("PID-5.1").ShouldBe(new FillRate("PID-5.1", 3, 1, 2));
        Of("PID-3.1").ShouldBe(new FillRate("PID-3.1", 3, 1, 2), "its repetitions are one field");
        Of("PV1-45").Messages.ShouldBe(1);
        Of("PV1-45").Share.ShouldBe(1.0 / 3, 0.001);
        rates.Read().ShouldAllBe(r => !r.ToString().Contains("MARLOW", StringComparison.Ordinal));
    }
}
