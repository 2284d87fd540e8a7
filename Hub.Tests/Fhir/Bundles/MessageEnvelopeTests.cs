using Hl7.Fhir.Model;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles;

public sealed class MessageEnvelopeTests
{
    private static readonly MessageIds Ids = new()
    {
        MessageId = new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"),
        DestinationEndpoint = "https://elm.example/fhir/$process-message",
        RecipientName = "Elm Surgery",
        RecipientOrganisation = OdsCode.Parse("X26001"),
    };

    [Fact]
    public void A_bound_message_carries_its_own_ids_and_its_destination()
    {
        var bundle = Bound();

        bundle.Id.ShouldBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
        bundle.Identifier!.System.ShouldBe("https://tools.ietf.org/html/rfc4122");
        bundle.Identifier.Value.ShouldBe("urn:uuid:2ed6657d-e927-568b-95e1-2665a8aea6a2");
        bundle.Entry[0].FullUrl.ShouldBe("urn:uuid:2ed6657d-e927-568b-95e1-2665a8aea6a2");
        var header = bundle.Entry[0].Resource.ShouldBeOfType<MessageHeader>();
        header.Id.ShouldBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
        var destination = header.Destination.ShouldHaveSingleItem();
        destination.Endpoint.ShouldBe("https://elm.example/fhir/$process-message");
        destination.Name.ShouldBe("Elm Surgery");
        destination.Receiver!.Identifier!.Value.ShouldBe("X26001");
    }

    [Fact]
    public void A_bound_message_has_no_error() =>
        BundleValidator.Validate(Bound()).Where(i => i.Severity == IssueSeverity.Error).ShouldBeEmpty();

    [Fact]
    public void Everything_else_stays_as_it_was_composed()
    {
        var body = Emitted.Compose(Cases.Request(Cases.Discharge())).Json;
        var before = (Bundle)BundleComposerTests.ReadJson(body);
        var after = (Bundle)BundleComposerTests.ReadJson(MessageEnvelope.Bind(body, Ids));

        after.Entry.Skip(1).Zip(before.Entry.Skip(1)).ShouldAllBe(p => p.First.IsExactly(p.Second));
        after.TimestampElement!.IsExactly(before.TimestampElement!).ShouldBeTrue();
    }

    [Fact]
    public void A_retry_and_a_replay_bind_to_the_same_bytes()
    {
        var body = Emitted.Compose(Cases.Request(Cases.Discharge())).Json;
        var once = MessageEnvelope.Bind(body, Ids);

        MessageEnvelope.Bind(body, Ids).Span.SequenceEqual(once.Span).ShouldBeTrue();
        MessageEnvelope.Bind(once, Ids).Span.SequenceEqual(once.Span).ShouldBeTrue(); // binding a bound message changes nothing
    }

    [Fact]
    public void What_is_no_message_is_not_bound() =>
        Should.Throw<ArgumentException>(() => MessageEnvelope.Bind(DocumentComposer.Compose(Cases.Request(Cases.Discharge())).Json, Ids));

    private static Bundle Bound() => (Bundle)BundleComposerTests.ReadJson(MessageEnvelope.Bind(Emitted.Compose(Cases.Request(Cases.Discharge())).Json, Ids));
}
