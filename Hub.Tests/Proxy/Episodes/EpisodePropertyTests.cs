using FsCheck.Xunit;
using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Shouldly;

namespace Hub.Tests.Proxy.Episodes;

public sealed class EpisodePropertyTests
{
    private static readonly AllergyRecord Latex = new() { Status = AllergyStatus.Listed, Items = [new Allergy { Substance = Coded.Of("Latex") }] };

    /// <summary>One event of each independent kind, in the order in which they were recorded.</summary>
    private static List<CareEvent> Independent() =>
    [
        Given.Change("09:00", null, Given.Olanzapine(MedicineAction.Start, 5)),
        Given.Change("09:10", null, Given.Line("ORD-2", "Sertraline", MedicineAction.Start, 50)),
        Given.Update("09:20") with { Allergies = Latex },
        Given.Worker("09:30", "Ann Teak"),
        Given.Worker("09:40", "Bea Keeper", WorkerRole.Consultant),
        Given.SideEffect("09:50"),
        Given.Check("10:00", "ECG"),
        Given.Contact("10:10"),
        Given.Update("10:20") with { Risks = [new Risk { Kind = RiskKind.ToSelf, Statement = RiskStatement.Identified }] },
        Given.Death("10:30"),
        Given.Change("10:40", null, Given.Depot("10:40")),
    ];

    private static EpisodeState Start => Given.After(null, Given.Admission("08:00"));

    [Property(MaxTest = 60)]
    public void The_same_event_a_second_time_is_no_change(int seed)
    {
        var state = Start;
        foreach (var e in Shuffled(Independent(), seed))
        {
            state = Given.After(state, e);
            Given.Apply(state, e, "23:00").ShouldBeOfType<NoChange>(e.ToString());
        }

        foreach (var e in new CareEvent[] { Given.Discharge("15:00"), Given.DischargeCancelled("15:00", "16:00"), Given.Discharge("17:00"), Given.Leave("08:30") })
        {
            if (Given.Apply(state, e) is Applied applied)
            {
                state = applied.After;
                Given.Apply(state, e, "23:00").ShouldBeOfType<NoChange>(e.ToString());
            }
        }
    }

    [Property(MaxTest = 60)]
    public void The_order_in_which_independent_events_arrive_does_not_matter(int seed)
    {
        var events = Independent();

        var start = Start;
        var recorded = Facts(Given.After(start, [.. events]));
        var shuffled = Facts(Given.After(start, [.. Shuffled(events, seed)]));

        Sameness.Same(shuffled, recorded).ShouldBeTrue();
    }

    [Property(MaxTest = 100)]
    public void Whatever_order_the_doses_arrive_in_the_last_recorded_one_stands(int seed)
    {
        var doses = Enumerable.Range(1, 8).Select(n => Given.Change($"{8 + n:00}:00", null, Given.Olanzapine(MedicineAction.Amend, n * 5))).ToList();
        var state = Start;
        foreach (var dose in Shuffled(doses, seed))
        {
            state = Given.Apply(state, dose, "23:00") is Applied applied ? applied.After : state;
        }

        state.Medicines.Single().Line.After!.Dose.ShouldBe(40);
        state.Changes.Count.ShouldBe(8, "every change is told, early or late");
    }

    [Property(MaxTest = 100)]
    public void Whatever_order_the_details_arrive_in_the_last_recorded_ones_stand(int seed)
    {
        var updates = Enumerable.Range(1, 6).Select(n => Given.Update($"{8 + n:00}:00") with
        {
            Patient = Given.Eve with { Address = new PostalAddress { Lines = [$"{n} Any Road"] } },
            Consultant = new Actor { Name = $"Dr {n}" },
            Diagnoses = [new Diagnosis { Condition = Coded.Of($"Diagnosis {n}") }],
            Carers = [new Carer { Id = "C1", Name = new PersonName { Family = "Testwood" }, OwnSupport = $"Support {n}" }],
        }).ToList();
        var state = Start;
        foreach (var update in Shuffled(updates, seed))
        {
            state = Given.Apply(state, update, "23:00") is Applied applied ? applied.After : state;
        }

        state.Patient.Address!.Lines.ShouldBe(["6 Any Road"]);
        state.Consultant!.Name.ShouldBe("Dr 6");
        state.Diagnoses.Single().Condition.Text.ShouldBe("Diagnosis 6");
        state.Carers.Single().OwnSupport.ShouldBe("Support 6");
    }

    // Contacts after a reported death release it (clinical rule 18); at 10:10 the contact comes before it. Lists are compared as sets.
    private static EpisodeState Facts(EpisodeState state) => state with
    {
        LastAsserted = new Dictionary<string, AssertionOrder>(),
        Medicines = [.. state.Medicines.OrderBy(m => m.Line.LineId, StringComparer.Ordinal)],
        Changes = [.. state.Changes.OrderBy(c => c.OccurredAt.Instant)],
    };

    private static List<T> Shuffled<T>(List<T> items, int seed)
    {
        var random = new Random(seed);
        return [.. items.OrderBy(_ => random.Next())];
    }
}
