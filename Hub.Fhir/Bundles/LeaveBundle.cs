using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>Leave from a ward began or ended. Leave is no discharge.</summary>
internal static class LeaveBundle
{
    public static Story Tell(Leave leave) => new()
    {
        Subject = leave.Returned ? "Returned from leave" : "On leave from the ward",
        News = leave.Returned
            ? [$"Back {(leave.Ward is { } back ? "on " + back.Name : "on the ward")} since {Wording.When(leave.OccurredAt)}."]
            :
            [
                $"On leave {(leave.Ward is { } ward ? "from " + ward.Name : "from the ward")} since {Wording.When(leave.OccurredAt)}; not discharged.",
                $"Expected back: {(leave.ExpectedBackAt is { } expected ? Wording.When(expected) : "not stated")}.",
            ],
        TriggerEvent = leave.Returned ? "A22" : "A21",
    };
}
