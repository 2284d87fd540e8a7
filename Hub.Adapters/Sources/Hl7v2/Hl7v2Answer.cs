using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Adapters.Wire.Hl7v2;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>What the sender is told about a message, from what was committed about it. There is no answer without a receipt.</summary>
public static class Hl7v2Answer
{
    /// <summary>The acknowledgements in the order they are written: none, one, or in enhanced mode a commit and an application one.</summary>
    public static IReadOnlyList<byte[]> For(Hl7Header request, Hl7v2Source? source, IntakeReceipt receipt, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(time);
        var errors = receipt.Problems.Select(p => new Hl7ErrorDetail(p.Location, p.Hl7ErrorCode, p.Text)).ToList();
        var verdict = Verdict(receipt.Outcome, source?.Settings.AckOnConflict);
        if (receipt.Outcome == IntakeOutcome.Conflict && verdict == "AE" && errors.Count == 0)
        {
            errors.Add(new Hl7ErrorDetail("MSH-10", 205, "Another message came under this control id; both are kept and a person is asked."));
        }

        return [.. Codes(request, verdict).Select(code => Write(request, code, verdict == "AA" ? [] : errors, time))];
    }

    /// <summary>
    /// One acknowledgement for a batch, under its own control id: AA only where every message is committed, else ERR names each that is not. AR only
    /// where nothing but "never" was said: a sender drops what gets AR, and the rest of the batch may be sent again (clinical rules 3 and 5).
    /// HL7 v2.9, 2.10.3 also knows a batch of answers; one answer is what a sender waits for behind one frame.
    /// </summary>
    /// <returns>Null where no message of the batch has a header to answer to.</returns>
    public static IReadOnlyList<byte[]>? ForBatch(string batchId, IReadOnlyList<(Hl7v2Received Message, IntakeReceipt Receipt)> taken, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(taken);
        ArgumentNullException.ThrowIfNull(time);
        if (taken.Select(t => t.Message.Header).OfType<Hl7Header>().FirstOrDefault() is not { } first)
        {
            return null;
        }

        var verdicts = taken.Select(t => Verdict(t.Receipt.Outcome, t.Message.Source?.Settings.AckOnConflict)).ToList();
        var verdict = verdicts.Contains("AE") ? "AE" : verdicts.Contains("AR") ? verdicts.Contains("AA") ? "AE" : "AR" : "AA";
        var errors = taken.Zip(verdicts).Where(t => t.Second != "AA").SelectMany(t => Errors(t.First.Message.Header?.ControlId, t.First.Receipt)).ToList();
        var request = first.OfBatch(batchId.Length > 0 ? batchId : first.ControlId);
        return [.. Codes(request, verdict).Select(code => Write(request, code, verdict == "AA" ? [] : errors, time))];
    }

    private static IEnumerable<Hl7ErrorDetail> Errors(string? controlId, IntakeReceipt receipt) => receipt.Problems.Count == 0
        ? [new Hl7ErrorDetail("MSH-10", 205, $"Message {controlId}: another came under this control id; both are kept.")]
        : receipt.Problems.Select(p => new Hl7ErrorDetail(p.Location, p.Hl7ErrorCode, $"Message {controlId}: {p.Text}"));

    private static string Verdict(IntakeOutcome outcome, string? onConflict) => outcome switch
    {
        IntakeOutcome.Accepted or IntakeOutcome.SetAside => "AA",
        IntakeOutcome.Conflict => onConflict ?? "AA",
        IntakeOutcome.Parked => "AE",
        _ => "AR",
    };

    // HL7 v2.9, 2.9.3: the commit answer says that the message is safe, the application answer what became of it.
    private static IEnumerable<string> Codes(Hl7Header request, string verdict)
    {
        if (!request.IsEnhanced)
        {
            return [verdict];
        }

        var good = verdict == "AA";
        var application = Wanted(request.ApplicationAcknowledgement, good);
        return (Commit: CommitCode(verdict, application), application) switch
        {
            // A commit answer that refuses is the last word.
            ("CE" or "CR", _) when Wanted(request.AcceptAcknowledgement, good: false) =>
                [CommitCode(verdict, application)],
            ("CA", var andApplication) => [.. Wanted(request.AcceptAcknowledgement, good: true) ? ["CA"] : Array.Empty<string>(), .. andApplication ? [verdict] : Array.Empty<string>()],
            (_, true) => [verdict],
            _ => [],
        };
    }

    // A parked message is kept, so CA is true of it; but only where an AE follows, or the sender would take CA for success.
    private static string CommitCode(string verdict, bool applicationFollows) => verdict switch
    {
        "AA" => "CA",
        "AE" => applicationFollows ? "CA" : "CE",
        _ => "CR",
    };

    // Table 0155: AL always, NE never, ER on error, SU on success. An empty one beside a filled one asks for nothing.
    private static bool Wanted(string condition, bool good) => condition switch
    {
        "AL" => true,
        "ER" => !good,
        "SU" => good,
        _ => false,
    };

    private static byte[] Write(Hl7Header request, string code, IReadOnlyList<Hl7ErrorDetail> errors, TimeProvider time)
    {
        var now = time.GetUtcNow();

        // A fresh id even for a repeated answer: 48 bits of time and 32 random bits, within the 20 characters of v2.4.
        var id = Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture);
        return Hl7Acknowledgement.Write(request, code, errors, (id[..12] + id[^8..]).ToUpperInvariant(), now);
    }
}
