using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>Papers handed over, in words. "Printed" is not "given".</summary>
internal static class Copies
{
    public static string Text(GivenCopy copy)
    {
        var to = copy.To switch
        {
            CareParty.Patient => "the person",
            _ => copy.ToName ?? Wording.Party(copy.To),
        };
        return copy.NotGivenReason is { Length: > 0 } reason
            ? $"{copy.What}: not given to {to}. Reason: {reason}."
            : copy.At is null
                ? $"{copy.What}: whether {to} was given it is not stated."
                : $"{copy.What}: given to {to}, {Wording.When(copy.At)}{(copy.By is { Length: > 0 } by ? ", by " + by : "")}{(copy.How is { Length: > 0 } how ? ", " + how : "")}.";
    }
}
