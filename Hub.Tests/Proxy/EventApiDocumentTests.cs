using System.Net;
using System.Text.Json.Nodes;
using Hub.Adapters.Sources.EventApi;
using Hub.Proxy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy;

public sealed class EventApiDocumentTests
{
    [Fact]
    public async Task The_OpenAPI_document_shows_each_event_with_the_schema_it_is_held_to()
    {
        var document = await DocumentAsync();

        foreach (var name in EventSchemas.Names)
        {
            var post = document["paths"]![$"/events/{name}"]!["post"]!;
            post["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!.ToString().ShouldBe($"#/components/schemas/event-{name}");
            document["components"]!["schemas"]![$"event-{name}"]!["required"]!.AsArray().Select(r => r!.ToString())
                .ShouldBe(EventSchemas.Find(name)!["required"]!.AsArray().Select(r => r!.ToString()), ignoreOrder: true);
            post["parameters"]!.AsArray().Select(p => p!["name"]!.ToString()).ShouldBe(["Idempotency-Key", "X-Source"]);
            post["responses"]!.AsObject().Select(r => r.Key).ShouldBe(["202", "400", "409", "413", "415", "503"], ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Every_reference_in_the_OpenAPI_document_leads_somewhere()
    {
        var document = await DocumentAsync();
        var known = document["components"]!["schemas"]!.AsObject().Select(s => "#/components/schemas/" + s.Key).ToHashSet();

        var references = References(document).Distinct().ToList();

        references.Count.ShouldBeGreaterThan(40);
        references.ShouldAllBe(r => known.Contains(r));
    }

    private static async Task<JsonNode> DocumentAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddEventApiDocument();
        builder.Services.AddEventApi();
        await using var app = builder.Build();
        app.MapEventApi();
        app.MapOpenApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        return JsonNode.Parse(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => m is { Key: "$ref", Value: JsonValue value } ? [value.ToString()] : References(m.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
