using System.Globalization;
using Hub.Proxy.Simulators;

namespace Hub.Tests.Support;

/// <summary>A record system that never gives up: every message is sent again, unchanged, until it is acknowledged with AA.</summary>
/// <param name="mllpPorts">The nodes; after a failure the next one is tried.</param>
internal sealed class CrashLoad(IReadOnlyList<int> mllpPorts, int persons, int connections)
{
    // A hub that is killed again and again is up again within seconds: what is not acknowledged for so long never will be.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(60);
    private int acknowledged;

    public int Acknowledged => Volatile.Read(ref acknowledged);

    public int Messages => persons * PerPerson;

    private static int PerPerson => 8;

    /// <summary>Control ids in the order in which each person's messages were sent, by person.</summary>
    public static IReadOnlyList<string> ControlIdsOf(int person) => [.. Enumerable.Range(0, PerPerson).Select(m => ControlId(person, m))];

    public Task SendAllAsync(CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, connections).Select(c => SendShareAsync(c, cancellationToken)));

    private async Task SendShareAsync(int connection, CancellationToken cancellationToken)
    {
        SimulatedEpr? epr = null;
        var node = connection;
        for (var person = connection; person < persons; person += connections)
        {
            foreach (var message in MessagesOf(person))
            {
                for (var began = TimeProvider.System.GetTimestamp(); ;)
                {
                    epr ??= new SimulatedEpr("127.0.0.1", mllpPorts[node++ % mllpPorts.Count]);
                    if (await TrySendAsync(epr, message, cancellationToken))
                    {
                        Interlocked.Increment(ref acknowledged);
                        break;
                    }

                    await epr.DisposeAsync();
                    epr = null;
                    if (TimeProvider.System.GetElapsedTime(began) > Patience)
                    {
                        throw new TimeoutException($"A message of person {person} was sent for {Patience.TotalMinutes} minutes and never acknowledged.");
                    }

                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
                }
            }
        }

        await (epr?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static async Task<bool> TrySendAsync(SimulatedEpr epr, string message, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(AnswerWithin);
        try
        {
            return TestHub.CodeOf(await epr.SendAsync(message, enough.Token)) == "AA";
        }
        catch (Exception ex) when (ex is IOException or System.Net.Sockets.SocketException || (ex is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static IEnumerable<string> MessagesOf(int person)
    {
        var text = person.ToString("0000", CultureInfo.InvariantCulture);
        var one = new Messages { NhsNumber = NhsNumberOf(person), LocalId = "L" + text, Visit = "V" + text, Family = "CRASH" + Letters(person), Given = "TEST" };
        yield return one.Admission(ControlId(person, 0));
        for (var change = 1; change < PerPerson - 1; change++)
        {
            yield return one.Order(
                ControlId(person, change), change == 1 ? "NW" : "XO", "O" + text, "^Testazine tablets", (change * 5).ToString(CultureInfo.InvariantCulture),
                one.Start.AddHours(change), "Reviewed");
        }

        yield return one.Discharge(ControlId(person, PerPerson - 1), one.Start.AddDays(5));
    }

    private static string ControlId(int person, int message) => string.Create(CultureInfo.InvariantCulture, $"K{person:0000}M{message}");

    // A surname of digits would be no name.
    private static string Letters(int person) => string.Concat(person.ToString("0000", CultureInfo.InvariantCulture).Select(d => (char)('A' + d - '0')));

    /// <summary>The n-th number of the test range that has a valid check digit.</summary>
    public static string NhsNumberOf(int person)
    {
        for (var candidate = 999_100_000 + (person * 10); ; candidate++)
        {
            var digits = candidate.ToString(CultureInfo.InvariantCulture);
            var sum = digits.Select((d, i) => (d - '0') * (10 - i)).Sum();
            var check = (11 - (sum % 11)) % 11;
            if (check != 10)
            {
                return digits + check.ToString(CultureInfo.InvariantCulture);
            }
        }
    }
}
