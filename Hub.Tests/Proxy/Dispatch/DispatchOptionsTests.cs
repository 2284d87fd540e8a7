using Hub.Proxy.Dispatch;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Dispatch;

public sealed class DispatchOptionsTests
{
    [Theory]
    [InlineData("SweepInterval", "00:00:00")]
    [InlineData("Lease", "00:00:00")]
    [InlineData("BackOffBase", "00:00:00")]
    [InlineData("BackOffCeiling", "00:00:00")]
    [InlineData("RetryAfterCeiling", "00:00:00")]
    [InlineData("MostAtOnce", "0")]
    [InlineData("MostResends", "0")]
    public void A_setting_of_nothing_is_refused_by_name(string name, string value)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new($"Hub:Dispatch:{name}", value)]).Build());
        services.AddDispatch();
        using var provider = services.BuildServiceProvider();

        Should.Throw<OptionsValidationException>(() => provider.GetRequiredService<IOptions<DispatchOptions>>().Value).Message.ShouldContain(name);
    }
}
