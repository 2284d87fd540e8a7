using System.CommandLine;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands;

/// <summary><c>hub handover accept|assess-only|ask|decline|start|done|reassign|waive|quieten</c>: what a person decided, with who and how it is known.</summary>
internal static class HandoverActs
{
    public static IEnumerable<Command> Create(TimeProvider time)
    {
        yield return Act(time, "accept", "A named owner takes it on.", ("--owner", "Who takes it on, by name."), (e, owner) => new Accept { Evidence = e, Owner = owner });
        yield return Act(time, "assess-only", "Taken on for assessment only: the clock runs on.", ("--owner", "Who sees the person, by name."), (e, owner) => new AcceptForAssessmentOnly { Evidence = e, Owner = owner });
        yield return Act(time, "ask", "More is asked before an answer: the clock runs on.", ("--question", "What is asked."), (e, question) => new AskMore { Evidence = e, Question = question });
        yield return Act(time, "decline", "Refused with a reason: it goes back to the team that asked.", ("--reason", "Why."), (e, reason) => new Decline { Evidence = e, Reason = reason });
        yield return Act(time, "reassign", "Another is asked instead.", ("--to", "Who is asked now."), (e, to) => new Reassign { Evidence = e, To = to });
        yield return Act(time, "start", "Whoever accepted has begun.", null, (e, _) => new Start { Evidence = e });
        yield return Act(time, "done", "It is done.", null, (e, _) => new Complete { Evidence = e });
        yield return Act(time, "waive", "Nobody will do it, and somebody answers for that.", ("--why", "Why."), (e, why) => new Waive { Evidence = e, Why = why });
        yield return Act(time, "quieten", "A pause: the ladder is silent for so many minutes, at most a day; --note says why.", ("--minutes", "For how long, from 1 to 1440."),
            (e, minutes) => new Quieten { Evidence = e, Until = e.At.AddMinutes(int.TryParse(minutes, out var m) ? m : 0) });
    }

    private static Command Act(TimeProvider time, string verb, string description, (string Name, string Description)? what, Func<Evidence, string, ObligationAct> make)
    {
        var id = new Argument<Guid>("id") { Description = "Id of the obligation, as `hub handover list` shows it." };
        var by = new Option<string>("--by") { Description = "Who says so.", Required = true };
        var role = new Option<string?>("--role") { Description = "As what: duty worker, shift lead." };
        var note = new Option<string?>("--note") { Description = "Kept with the step." };
        var number = new Option<string?>("--rang") { Description = "The number rung, where it was told by phone." };
        var spokeTo = new Option<string?>("--spoke-to") { Description = "Who answered the phone, by name and role." };
        var readBack = new Option<bool>("--read-back") { Description = "It was read back to them." };
        var trust = new Option<DirectoryInfo?>("--rules") { Description = "The folder of the trust's rules, as in Hub:RulesDirectory, which is used without it." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command(verb, description) { id, by, role, note, number, spokeTo, readBack, trust, data, json };
        var said = what is { } w ? new Option<string>(w.Name) { Description = w.Description, Required = true } : null;
        if (said is not null)
        {
            command.Add(said);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var rang = parsed.GetValue(number);
            var evidence = new Evidence
            {
                At = time.GetUtcNow(),
                Channel = rang is null ? ActChannel.Person : ActChannel.Phone,
                By = parsed.GetValue(by)!,
                Role = parsed.GetValue(role),
                Note = parsed.GetValue(note),
                Call = rang is not null && parsed.GetValue(spokeTo) is { } who ? new PhoneCall(rang, who, parsed.GetValue(readBack)) : null,
            };
            if (StoreReading.Rules(parsed.GetValue(trust)) is not { } rules)
            {
                return HubCommand.Fault;
            }

            using var store = StoreStart.Open(options, time);
            var result = await new ObligationDesk(store, rules).ActAsync(
                parsed.GetValue(id), make(evidence, said is null ? "" : parsed.GetValue(said)!), expectedVersion: null, cancellationToken);
            return Say(result, parsed.GetValue(json));
        });
        return command;
    }

    private static int Say(ActResult? result, bool json)
    {
        var (done, text) = result switch
        {
            null => (false, "There is no such obligation."),
            Acted acted => (true, $"Done: {ObligationWords.State(acted.Obligation)}."),
            AlreadySo so => (true, $"It stood so already: {ObligationWords.State(so.Obligation)}."),
            NotPossible not => (false, not.Why),
            _ => throw new InvalidOperationException("the family is closed"),
        };
        Console.WriteLine(json ? CliJson.Text(new { done, text }) : text);
        return done ? HubCommand.Done : HubCommand.Found;
    }
}
