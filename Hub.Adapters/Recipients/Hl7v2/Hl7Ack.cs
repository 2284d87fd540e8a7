using Hub.Adapters.Wire.Hl7v2;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>An acknowledgement as a partner sent it.</summary>
internal sealed record Hl7Ack
{
    /// <summary>MSA-1, table 0008.</summary>
    public required string Code { get; init; }

    /// <summary>MSA-2.</summary>
    public required string AnswersControlId { get; init; }

    /// <summary>Codes of table 0357 from ERR and MSA-6.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    public string? Text { get; init; }

    /// <summary>Null when the bytes are no HL7, or name no message, or answer more than once.</summary>
    public static Hl7Ack? TryRead(ReadOnlySpan<byte> frame)
    {
        // Control ids are ASCII: an acknowledgement in a character set that we do not know is still one.
        if (!Hl7Message.TryParse(frame, Hl7CharsetRule.Default, out var message, out _)
            && !Hl7Message.TryParse(frame, new Hl7CharsetRule(Force: true, "8859/1"), out message, out _))
        {
            return null;
        }

        var answers = message.All("MSA").ToList();
        if (answers is not [var msa] || msa[1].Raw.Length == 0 || msa[2].Raw.Length == 0)
        {
            return null;
        }

        var errors = message.All("ERR").ToList();
        return new Hl7Ack
        {
            Code = msa[1].Raw,
            AnswersControlId = msa[2].Raw,
            Errors = [.. ErrorCodes(msa, errors)],
            Text = msa[3].WholeText ?? errors.Select(TextOf).FirstOrDefault(text => text is not null),
        };
    }

    // Up to v2.4 ERR-1 is ELD (segment ^ sequence ^ field ^ code & text); from v2.5 the code is ERR-3. MSA-6 held it before both.
    private static IEnumerable<string> ErrorCodes(Hl7Segment msa, List<Hl7Segment> errors)
    {
        foreach (var error in errors)
        {
            foreach (var location in error[1].Repetitions)
            {
                if (location.Component(4) is { } old)
                {
                    yield return old;
                }
            }

            if (error[3].Text is { } code)
            {
                yield return code;
            }
        }

        if (msa[6].Text is { } condition)
        {
            yield return condition;
        }
    }

    private static string? TextOf(Hl7Segment error) => error[8].Text ?? error[7].Text ?? error[3][2] ?? error[1].First.Component(4, 2);
}
