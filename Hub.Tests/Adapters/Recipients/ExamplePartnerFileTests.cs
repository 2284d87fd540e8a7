using System.Text.Json;
using Hub.Adapters;
using Hub.Adapters.Contract;
using Microsoft.Extensions.DependencyInjection;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients;

public sealed class ExamplePartnerFileTests
{
    [Theory]
    [InlineData("elm-surgery")]
    [InlineData("southside-cmht")]
    [InlineData("willow-ward")]
    [InlineData("riverside-cmht")]
    public void Every_example_recipient_is_taken_by_its_own_protocol(string id)
    {
        using var services = new ServiceCollection().AddHubAdapters().BuildServiceProvider();
        using var file = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("partners", id + ".json")), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        file.RootElement.GetProperty("id").GetString().ShouldBe(id);
        var protocol = services.GetServices<IRecipientProtocol>().Single(p => p.Name == file.RootElement.GetProperty("protocol").GetString());

        protocol.Check(new PartnerFile
        {
            Id = id,
            Name = file.RootElement.GetProperty("name").GetString()!,
            Role = PartnerRole.Recipient,
            Protocol = protocol.Name,
            Settings = file.RootElement.GetProperty("settings").Clone(),
        }).ShouldBeEmpty();
    }
}
