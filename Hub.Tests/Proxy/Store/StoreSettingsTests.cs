using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Store;

public sealed class StoreSettingsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-settings-").FullName;

    [Fact]
    public void On_a_server_the_key_of_identifiers_is_given_and_never_made_by_a_node()
    {
        var settings = new StoreSettings { Provider = StoreProvider.Postgres, Connection = Secret("Host=db;Password=only-for-tests") };

        settings.Problems().ShouldHaveSingleItem().ShouldStartWith("Hub:Store:IdentifierKey:");
        Should.Throw<InvalidOperationException>(() => settings.ToOptions(folder, "RXX"));
        Directory.EnumerateFiles(folder, "*.key").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "Hub:Store:Connection:")]
    [InlineData("only-for-tests is no connection string", "Hub:Store:Connection:")]
    [InlineData("Password=only-for-tests", "Hub:Store:Connection:")]
    public void A_wrong_connection_is_named_by_its_setting_and_shown_nowhere(string connection, string expected)
    {
        var settings = new StoreSettings { Provider = StoreProvider.Postgres, Connection = Secret(connection), IdentifierKey = Secret(StoreOptions.NoKey) };

        var problem = settings.Problems().ShouldHaveSingleItem();

        problem.ShouldStartWith(expected);
        problem.ShouldNotContain("only-for-tests");
    }

    [Fact]
    public void A_key_of_fewer_than_32_bytes_is_refused()
    {
        new StoreSettings { IdentifierKey = Secret("c2hvcnQ=") }.Problems().ShouldHaveSingleItem().ShouldNotContain("c2hvcnQ");
        new StoreSettings { IdentifierKey = Secret(StoreOptions.NoKey) }.Problems().ShouldBeEmpty();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private SecretRef Secret(string text)
    {
        var path = Path.Combine(folder, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N") + ".secret");
        File.WriteAllText(path, text);
        return new SecretRef { FromFile = path };
    }
}
