using System.Net;
using System.Text.Json.Nodes;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.FhirMessages;
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
    public async Task The_OpenAPI_document_lists_the_FHIR_routes_with_their_answers_and_media_types()
    {
        var paths = (await DocumentAsync())["paths"]!;

        string[] routes = ["/fhir/$process-message", "/fhir/$validate", "/fhir/Bundle/$validate", "/fhir/metadata", "/fhir/MessageDefinition", "/fhir/MessageDefinition/{id}"];
        routes.ShouldAllBe(r => paths[r] != null);
        var post = paths["/fhir/$process-message"]!["post"]!;
        post["requestBody"]!["content"]!.AsObject().Select(c => c.Key).ShouldBe(["application/fhir+json", "application/fhir+xml"]);
        post["responses"]!.AsObject().Select(r => r.Key).ShouldBe(["200", "202", "400", "403", "404", "406", "413", "415", "503"], ignoreOrder: true);
        post["parameters"]!.AsArray().Select(p => p!["name"]!.ToString()).ShouldBe(["async", "response-url", "Prefer"], ignoreOrder: true);
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
        builder.Services.AddFhirMessages();
        await using var app = builder.Build();
        app.MapEventApi();
        app.MapFhirMessages();
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
