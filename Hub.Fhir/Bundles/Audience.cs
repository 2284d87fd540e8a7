namespace Hub.Fhir.Bundles;

/// <summary>Who a bundle is worded and ordered for. Facts are the same for each.</summary>
public enum Audience
{
    Gp,
    Cmht,
    Ward,
}
