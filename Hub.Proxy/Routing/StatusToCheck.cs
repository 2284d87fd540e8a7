using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;

namespace Hub.Proxy.Routing;

/// <summary>Whether the <c>statusTo</c> of a source's file can be used: one address that is safe to call, and a way to prove there who calls.</summary>
internal static class StatusToCheck
{
    public static IEnumerable<PartnerProblem> Find(PartnerFile partner)
    {
        if (partner.StatusTo is not { } to)
        {
            yield break;
        }

        if (partner.Role == PartnerRole.Recipient)
        {
            yield return new("/statusTo", "A recipient sends nothing that it could be told about.", "Take the field out.");
        }

        if (!Uri.TryCreate(to.Url, UriKind.Absolute, out var url) || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)) || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            yield return new("/statusTo/url", "It is no address that can be told anything safely.", "https://..., without a user name in it (http to this machine only)");
        }

        if (to.Form == StatusForm.Webhook && to.Secret is null or { FromEnv: null, FromFile: null })
        {
            yield return new("/statusTo/secret", "What is not signed cannot be trusted.", "{ \"fromEnv\": \"NAME\" } or { \"fromFile\": \"/path\" }");
        }

        if (to.Form == StatusForm.Webhook && to.Access is not null)
        {
            yield return new("/statusTo/access", "A webhook is signed; it signs in nowhere.", "Take the field out, or write form fhir-message.");
        }

        if (to is { Form: StatusForm.FhirMessage, Secret: not null })
        {
            yield return new("/statusTo/secret", "A FHIR message is not signed: the hub signs in instead.", "Take the field out, and write access.");
        }

        foreach (var problem in to.Form == StatusForm.FhirMessage ? FhirResponseSender.Check(to.Access, []) : [])
        {
            yield return problem with { Field = problem.Field.Replace("/settings/responseAccess", "/statusTo/access", StringComparison.Ordinal) };
        }
    }
}
