namespace Hub.Tests.Fhir.Conformance;

/// <summary>Faults of bundles: messages and documents.</summary>
internal static class BundleFaults
{
    public static readonly PlantedFault[] All =
    [
        new("A message that does not begin with its header", "bdl-12", "Bundle.entry[0]",
            b => { b["entry"]!.AsArray().Add(b["entry"]![0]!.DeepClone()); b["entry"]!.AsArray().RemoveAt(0); }),
        new("A message without timestamp", "message-timestamp", "Bundle.timestamp",
            b => b.Drop("timestamp")),
        new("A message without identifier", "message-identifier", "Bundle.identifier",
            b => b.Drop("identifier")),
        new("A message with two headers", "message-one-header", "Bundle.entry[26]",
            b => { var h = b["entry"]![0]!.DeepClone().AsObject(); h["fullUrl"] = GoodBundle.Url(99); h["resource"]!["id"] = GoodBundle.Url(99)[9..]; b["entry"]!.AsArray().Add(h); }),
        new("A focus that is not in the message", "message-focus", "Bundle.entry[0].resource.focus[0]",
            b => b.Resource(1).At("focus", 0).Set("reference", "\"" + GoodBundle.Url(77) + "\"")),
        new("A reference that nothing in the message answers to", "bundle-reference", "Bundle.entry[7].resource.subject.reference",
            b => b.Resource(10).At("subject").Set("reference", "\"" + GoodBundle.Url(77) + "\"")),
        new("A relative reference among urns", "bundle-reference", "Bundle.entry[7].resource.subject.reference",
            b => b.Resource(10).At("subject").Set("reference", "\"Patient/7\"")),
        new("Two entries with one fullUrl", "bdl-7", "Bundle.entry[3].fullUrl",
            b => b["entry"]![3]!["fullUrl"] = GoodBundle.Url(3)),
        new("A fullUrl that names a version", "bdl-8", "Bundle.entry[25].fullUrl",
            b => b.Entry(37).Set("fullUrl", "\"https://example.org/Provenance/7d1f0c1e-0000-5000-8000-000000000037/_history/1\"")),
        new("A fullUrl of another id", "bundle-fullurl-id", "Bundle.entry[25].fullUrl",
            b => b.Entry(37).Set("fullUrl", "\"https://example.org/Provenance/1\"")),
        new("A relative fullUrl", "bundle-fullurl-absolute", "Bundle.entry[25].fullUrl",
            b => b.Entry(37).Set("fullUrl", "\"Provenance/1\"")),
        new("An entry without fullUrl", "bundle-fullurl", "Bundle.entry[25].fullUrl",
            b => b.Entry(37).Drop("fullUrl")),
        new("An entry without resource", "bdl-5", "Bundle.entry[25].resource",
            b => b.Entry(37).Drop("resource")),
        new("A request in a message", "bdl-3", "Bundle.entry[25].request",
            b => b.Entry(37).Set("request", """{"method":"POST","url":"Provenance"}""")),
        new("A response in a message", "bdl-4", "Bundle.entry[25].response",
            b => b.Entry(37).Set("response", """{"status":"200"}""")),
        new("A search result in a message", "bdl-2", "Bundle.entry[25].search",
            b => b.Entry(37).Set("search", """{"mode":"match"}""")),
        new("A total in a message", "bdl-1", "Bundle.total",
            b => b.Set("total", "3")),
        new("A document without identifier", "bdl-9", "Bundle.identifier",
            b => b.Drop("identifier"), InDocument: true),
        new("A document without timestamp", "bdl-10", "Bundle.timestamp",
            b => b.Drop("timestamp"), InDocument: true),
        new("A document that does not begin with its Composition", "bdl-11", "Bundle.entry[0]",
            b => { b["entry"]!.AsArray().Add(b["entry"]![0]!.DeepClone()); b["entry"]!.AsArray().RemoveAt(0); }, InDocument: true),
    ];
}
