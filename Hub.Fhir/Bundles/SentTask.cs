using Hl7.Fhir.Model;
using Hub.Fhir.Conformance;
using FhirTask = Hl7.Fhir.Model.Task;

namespace Hub.Fhir.Bundles;

/// <summary>The Task of an ask as its message carried it, to be read alone: what it points at in the message is named by identifier besides.</summary>
public static class SentTask
{
    /// <summary>The body as resources; null where it could not be rendered.</summary>
    public static Bundle? Open(ComposedBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return body.Json.IsEmpty ? null : IncomingBundle.ReadAny(body.Json.Span).Resource as Bundle;
    }

    /// <summary>Null where the message asks no such thing.</summary>
    public static FhirTask? Find(Bundle message, string taskId)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Entry.Select(e => e.Resource).OfType<FhirTask>().FirstOrDefault(t => t.Id == taskId) is not { } sent)
        {
            return null;
        }

        var task = (FhirTask)sent.DeepCopy();
        foreach (var reference in new[] { task.For, task.Requester, task.Owner }.OfType<ResourceReference>())
        {
            Name(message, reference);
        }

        return task;
    }

    // R4 "Reference": identifier and type say the target to a reader that has not the message beside it.
    private static void Name(Bundle message, ResourceReference reference)
    {
        var target = message.Entry.FirstOrDefault(e => e.FullUrl == reference.Reference)?.Resource;
        target = target is PractitionerRole { Organization.Reference: { } of } ? message.Entry.FirstOrDefault(e => e.FullUrl == of)?.Resource ?? target : target;
        var identifier = target switch
        {
            Patient patient => patient.Identifier.FirstOrDefault(i => i.System == Resources.CodeSystems.NhsNumber) ?? patient.Identifier.FirstOrDefault(),
            Organization organization => organization.Identifier.FirstOrDefault(),
            _ => null,
        };
        if (identifier is not null)
        {
            reference.Identifier = new Identifier(identifier.System, identifier.Value);
            reference.Type = target!.TypeName;
        }
    }
}
