using System.Text.Json.Nodes;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.FhirMessages;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Hub.Proxy;

/// <summary>Puts into the OpenAPI document what the event API really takes: its published schemas and its headers.</summary>
public static class EventApiDocument
{
    /// <summary>The hub's OpenAPI document, the event API in it as it is.</summary>
    public static IServiceCollection AddEventApiDocument(this IServiceCollection services) => services.AddOpenApi(o => o.DescribeEventApi());

    /// <summary>For <c>services.AddOpenApi(o =&gt; o.DescribeEventApi())</c>.</summary>
    public static OpenApiOptions DescribeEventApi(this OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1; // its schemas are JSON Schema 2020-12, as ours are
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "CRT Hub: events";
            document.Info.Description = "For a record system that speaks neither HL7 v2 nor FHIR: post each event as JSON, ask later what became of it.";
            return Task.CompletedTask;
        });
        return options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<EventApiOperation>().FirstOrDefault() is { } posted && context.Document is { } document)
            {
                Describe(operation, posted, document);
            }

            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<FhirMessageOperation>().Any())
            {
                operation.Parameters = [.. FhirMessageOperation.Parameters.Select(p => (IOpenApiParameter)new OpenApiParameter
                {
                    Name = p.Name,
                    In = p.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
                    Description = p.Description,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                })];
            }

            return Task.CompletedTask;
        });
    }

    private static void Describe(OpenApiOperation operation, EventApiOperation posted, OpenApiDocument document)
    {
        foreach (var (name, definition) in posted.Schema["$defs"]?.AsObject() ?? [])
        {
            if (document.Components?.Schemas?.ContainsKey(name) != true)
            {
                document.AddComponent(name, Parse((JsonObject)definition!, document));
            }
        }

        var body = posted.Schema.DeepClone().AsObject();
        body.Remove("$defs");
        body.Remove("$schema");
        body.Remove("$id");
        document.AddComponent("event-" + posted.EventName, Parse(body, document));
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = new OpenApiSchemaReference("event-" + posted.EventName, document) },
            },
        };
        operation.Parameters =
        [
            Header(EventApiOperation.KeyHeader, required: true, "Your own id of this event, 1 to 255 printable ASCII characters; the same again when the request is repeated."),
            Header(EventApiOperation.SourceHeader, required: false, "Id of your partner file; needed where more than one sender posts events."),
        ];
    }

    private static OpenApiParameter Header(string name, bool required, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Required = required,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
    };

    // A document keeps shared schemas under components, ours under $defs: same schema, other address.
    private static OpenApiSchema Parse(JsonObject schema, OpenApiDocument document)
    {
        var text = schema.ToJsonString().Replace("#/$defs/", "#/components/schemas/", StringComparison.Ordinal);
        return OpenApiModelFactory.Parse<OpenApiSchema>(text, OpenApiSpecVersion.OpenApi3_1, document, out _, "json")
            ?? throw new InvalidOperationException("An event's schema is no OpenAPI schema.");
    }
}
