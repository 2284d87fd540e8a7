using System.Globalization;
using System.Text;
using Hl7.Fhir.Model;
using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>The words of the message as OBX, in the form that the partner's file names. MDM_T02, the ADT structures and RDE_O11 have a place for it at their end.</summary>
internal static class OutgoingPage
{
    public static void AddTo(SegmentWriter message, MessageDraft draft, Hl7v2MllpSettings settings, Composition composition)
    {
        switch (settings.Form)
        {
            case DocumentForm.Text:
                var number = 0;
                foreach (var part in CompositionText.FormattedParts(composition, message))
                {
                    number++;
                    var set = number.ToString(CultureInfo.InvariantCulture);
                    message.Add("OBX", Observation(set, "FT", composition, message, part));
                }

                break;
            case DocumentForm.Html:
                var page = Convert.ToBase64String(Encoding.UTF8.GetBytes(CompositionText.HtmlPage(composition)));
                message.Add("OBX", Observation("1", "ED", composition, message, $"^TEXT^HTML^Base64^{page}"));
                break;
            default:
                var bound = MessageEnvelope.Bind(draft.Body, new MessageIds
                {
                    MessageId = draft.MessageId,
                    DestinationEndpoint = settings.EndpointName,
                    RecipientName = draft.Partner.Name,
                    RecipientOrganisation = draft.Partner.Organisation,
                });
                message.Add("OBX", Observation("1", "ED", composition, message, $"^Application^fhir+json^Base64^{Convert.ToBase64String(bound.Span)}"));
                break;
        }
    }

    private static string[] Observation(string set, string type, Composition composition, SegmentWriter message, string value) =>
        [set, type, message.Concept(composition.Type, composition.Title), set, value, "", "", "", "", "", "F"];
}
