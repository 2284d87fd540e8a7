namespace Hub.Fhir.Bundles;

/// <summary>Step 4: turns an event and its episode into one checked message per audience. Pure, and the same bytes every time.</summary>
public static class BundleComposer
{
    /// <summary>Composes and checks the message for one audience. Never throws for what an event contains; what cannot be rendered is an error issue.</summary>
    public static ComposedBody Compose(ComposeRequest request) => throw new NotSupportedException();

    public static IReadOnlyDictionary<Audience, ComposedBody> ComposeAll(ComposeRequest request, IReadOnlyList<Audience> audiences) => throw new NotSupportedException();
}
