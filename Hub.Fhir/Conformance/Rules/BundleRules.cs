using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>The invariants of Bundle (R4 bdl-1 to bdl-12) and what a message must be besides.</summary>
internal static class BundleRules
{
    public static void Check(Bundle bundle, BundleIndex index, bool bound, Findings findings)
    {
        var type = Literal.Code(bundle.TypeElement);
        findings.Require(bundle.TotalElement is null || type is "searchset" or "history", "bdl-1", "A total outside a search or a history.", "total");
        CheckEntries(bundle, type, findings);
        switch (type)
        {
            case "document":
                CheckDocument(bundle, findings);
                break;
            case "message":
                CheckMessage(bundle, index, bound, findings);
                break;
        }
    }

    private static void CheckEntries(Bundle bundle, string? type, Findings findings)
    {
        var seen = new HashSet<(string FullUrl, string? Version)>(bundle.Entry.Count);
        for (var i = 0; i < bundle.Entry.Count; i++)
        {
            var entry = bundle.Entry[i];
            findings.Enter("entry", i);
            findings.Require(entry.Search is null || type is "searchset", "bdl-2", "A search result outside a search.", "search");
            findings.Require(entry.Request is not null == type is "batch" or "transaction" or "history", "bdl-3",
                "A request belongs to a batch, transaction or history, and each entry of these has one.", "request");
            findings.Require(entry.Response is not null == type is "batch-response" or "transaction-response" or "history", "bdl-4",
                "A response belongs to the answer to a batch or transaction or to a history, and each entry of these has one.", "response");
            findings.Require(entry.Resource is not null || entry.Request is not null || entry.Response is not null, "bdl-5",
                "An entry without a resource.", "resource");
            if (Literal.Text(entry.FullUrlElement) is { } fullUrl)
            {
                findings.Require(type is "history" || seen.Add((fullUrl, Literal.Text(entry.Resource?.Meta?.VersionIdElement))), "bdl-7",
                    "Two entries with one fullUrl.", "fullUrl");
                CheckFullUrl(fullUrl, entry.Resource, findings);
            }
            else
            {
                // R4 Bundle: fullUrl may be missing only where the resource is to be given its id, which is in a batch or transaction.
                findings.Require(type is "batch" or "transaction" or "batch-response" or "transaction-response", "bundle-fullurl", "An entry without fullUrl.", "fullUrl");
            }

            findings.Leave();
        }
    }

    private static void CheckFullUrl(string fullUrl, Resource? resource, Findings findings)
    {
        findings.Require(!fullUrl.Contains("/_history/", StringComparison.Ordinal), "bdl-8", "A fullUrl that names a version.", "fullUrl");
        var id = Literal.Text(resource?.IdElement);
        if (fullUrl.StartsWith("urn:uuid:", StringComparison.Ordinal))
        {
            // R4 lets the two differ; ours are one id, so that a reader who keeps resource.id still finds the target.
            if (id is not null && !fullUrl.AsSpan(9).SequenceEqual(id))
            {
                findings.Warning("hub-fullurl-id", "The urn:uuid of an entry is not its resource's id.", "fullUrl");
            }
        }
        else if (fullUrl.StartsWith("urn:oid:", StringComparison.Ordinal))
        {
            return;
        }
        else if (!fullUrl.Contains("://", StringComparison.Ordinal))
        {
            findings.Error("bundle-fullurl-absolute", "A fullUrl that is not absolute.", "fullUrl");
        }
        else if (resource is not null && id is not null)
        {
            findings.Require(fullUrl.EndsWith($"/{resource.TypeName}/{id}", StringComparison.Ordinal), "bundle-fullurl-id",
                "A fullUrl that disagrees with the type or id of its resource.", "fullUrl");
        }
    }

    private static void CheckDocument(Bundle bundle, Findings findings)
    {
        findings.Require(bundle.Identifier is { SystemElement: not null, ValueElement: not null }, "bdl-9", "A document without an identifier and its system.", "identifier");
        findings.Require(bundle.TimestampElement is not null, "bdl-10", "A document without a timestamp.", "timestamp");
        findings.Require(bundle.Entry is [{ Resource: Composition }, ..], "bdl-11", "A document does not begin with its Composition.", "entry[0]");
    }

    private static void CheckMessage(Bundle bundle, BundleIndex index, bool bound, Findings findings)
    {
        findings.Require(bundle.Entry is [{ Resource: MessageHeader }, ..], "bdl-12", "A message does not begin with its MessageHeader.", "entry[0]");
        findings.Require(bundle.TimestampElement is not null, "message-timestamp", "A message without a timestamp.", "timestamp");
        findings.Require(!bound || bundle.Identifier?.ValueElement is not null, "message-identifier", "A message without an identifier to know a resend by.", "identifier");
        for (var i = 1; i < bundle.Entry.Count; i++)
        {
            if (bundle.Entry[i].Resource is MessageHeader)
            {
                findings.Error("message-one-header", "A message with two headers.", $"entry[{i}]");
            }
        }

        if (bundle.Entry is [{ Resource: MessageHeader header } first, ..])
        {
            CheckFocus(header, Literal.Text(first.FullUrlElement), index, findings);
        }
    }

    // R4 MessageHeader.focus: "the actual data of the message"; it travels in the bundle (R4 Messaging, 2.4.1).
    private static void CheckFocus(MessageHeader header, string? fullUrl, BundleIndex index, Findings findings)
    {
        findings.Require(header.Response is not null || header.Focus.Count > 0, "message-focus", "A message about nothing.", "entry[0].resource.focus");
        for (var i = 0; i < header.Focus.Count; i++)
        {
            var reference = Literal.Text(header.Focus[i].ReferenceElement);
            findings.Require(reference is not null && index.Find(reference, fullUrl) is not null, "message-focus",
                "A focus that is not in the message.", $"entry[0].resource.focus[{i}]");
        }
    }
}
