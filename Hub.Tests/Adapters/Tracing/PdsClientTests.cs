using System.Security.Cryptography;
using System.Text.Json;
using Hub.Adapters;
using Hub.Adapters.Tracing;
using Hub.Fhir.Events;
using Hub.Proxy.Simulators;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Tracing;

/// <summary>The Personal Demographics Service, asked over a real socket by an application that signs its assertion.</summary>
public sealed class PdsClientTests : IAsyncLifetime
{
    private readonly ServiceProvider services = new ServiceCollection().AddHubAdapters().AddPds().BuildServiceProvider();
    private SimulatedPds pds = null!;
    private PdsClient client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        pds = await SimulatedPds.StartAsync();
        pds.WantsToken = true;
        using var key = RSA.Create(2048);
        Environment.SetEnvironmentVariable("HUB_TEST_PDS_KEY", key.ExportPkcs8PrivateKeyPem());
        var (settings, problems) = PdsSettings.Read(JsonSerializer.Serialize(new
        {
            endpoint = pds.Endpoint, timeout = "00:00:02",
            auth = new { method = "private-key-jwt", tokenEndpoint = pds.TokenEndpoint, clientId = "crt-hub", key = new { fromEnv = "HUB_TEST_PDS_KEY" }, keyId = "k1", algorithm = "RS384", scope = "pds" },
        }));
        problems.ShouldBeEmpty();
        client = services.GetRequiredService<PdsClientFactory>().Open(settings!);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await services.DisposeAsync();
        await pds.DisposeAsync();
    }

    private static NhsNumber Number(string text) => NhsNumber.TryParse(text, out var number) ? number : throw new ArgumentException("no NHS number", nameof(text));

    [Fact]
    public async Task A_number_that_stands_gives_its_practice_under_one_token_for_all_questions()
    {
        var found = (await client.ReadAsync(Number("9000000009"), Token)).ShouldBeOfType<PdsFound>();
        (found.Practice?.Value, found.Superseded, found.Restricted).ShouldBe(("Y12346", false, false));

        await client.ReadAsync(Number("9912003888"), Token);
        pds.TokensGiven.ShouldBe(1);
    }

    [Fact]
    public async Task A_superseded_number_is_told_by_the_one_that_stands()
    {
        var found = (await client.ReadAsync(Number("9000000017"), Token)).ShouldBeOfType<PdsFound>();
        (found.NhsNumber.Value, found.Superseded).ShouldBe(("9000000009", true));
    }

    [Fact]
    public async Task A_restricted_record_says_so_and_keeps_its_practice_back()
    {
        var found = (await client.ReadAsync(Number("9000000025"), Token)).ShouldBeOfType<PdsFound>();
        (found.Restricted, found.Practice).ShouldBe((true, null));
    }

    [Fact]
    public async Task An_invalidated_number_and_one_that_nobody_has_are_two_things()
    {
        (await client.ReadAsync(Number("9000000041"), Token)).ShouldBeOfType<PdsInvalidated>();
        (await client.ReadAsync(Number("9111231130"), Token)).ShouldBeOfType<PdsNotFound>().Code.ShouldBe("RESOURCE_NOT_FOUND");
    }

    [Fact]
    public async Task A_search_finds_one_person_or_none_and_several_are_none()
    {
        var search = new PdsSearch("Quill", null, new DateOnly(1988, 3, 5), null, null);
        (await client.SearchAsync(search, Token)).ShouldBeOfType<PdsFound>().NhsNumber.Value.ShouldBe("9000000009");
        (await client.SearchAsync(search with { Family = "Nobody" }, Token)).ShouldBeOfType<PdsNotFound>();
        pds.People["9000000068"] = new SimulatedPdsPerson("9000000068", "QUILL", "1988-03-05", null);
        (await client.SearchAsync(search, Token)).ShouldBeOfType<PdsNotFound>().Code.ShouldBe("TOO_MANY_MATCHES");
    }

    [Theory]
    [InlineData("http:500")]
    [InlineData("silent")]
    [InlineData("cut")]
    [InlineData("half")]
    public async Task Down_or_unreadable_it_reads_not_checked(string fault)
    {
        pds.Script.Always = SimulatorFault.Parse(fault);

        (await client.ReadAsync(Number("9000000009"), Token)).ShouldBeOfType<PdsNotChecked>();
    }
}
