using System.Globalization;

namespace Hub.Proxy.Simulators;

/// <summary>What a scripted partner does with one message instead of answering it well.</summary>
public enum SimulatorBehaviour
{
    /// <summary>Takes the message and says so.</summary>
    Ok,

    /// <summary>Refuses the message for good: fatal-error, AR.</summary>
    Fatal,

    /// <summary>Refuses the message for good with this code of its own: fatal-error with 30002, AR with ERR 204.</summary>
    Refuse,

    /// <summary>Asks for the same message later: transient-error, AR with ERR 207.</summary>
    Transient,

    /// <summary>503 with <c>Retry-After</c> in seconds; over MLLP as <see cref="Transient"/>.</summary>
    RetryAfter,

    /// <summary>503 with <c>Retry-After</c> as a date; over MLLP as <see cref="Transient"/>.</summary>
    RetryAt,

    /// <summary>429 with <c>Retry-After</c> in seconds; over MLLP as <see cref="Transient"/>.</summary>
    Busy,

    /// <summary>Takes the message and never answers.</summary>
    Silent,

    /// <summary>Takes the message and answers well after a while (milliseconds).</summary>
    Late,

    /// <summary>Takes the message, and answers it when the next one comes, before that one's own answer.</summary>
    LateAnswer,

    /// <summary>Takes the message and names another in its answer.</summary>
    WrongId,

    /// <summary>Answers twice.</summary>
    Twice,

    /// <summary>Half of a good answer, then a cut line.</summary>
    Half,

    /// <summary>A well-framed answer that says nothing.</summary>
    Garbage,

    /// <summary>Bytes that are not even the protocol.</summary>
    Noise,

    /// <summary>Takes the message and cuts the line.</summary>
    Cut,

    /// <summary>Takes the message and resets the connection.</summary>
    Reset,

    /// <summary>Cuts the line before anything is done with the message.</summary>
    Drop,

    /// <summary>An answer without end.</summary>
    Huge,

    /// <summary>A good answer, one byte every tenth of a second.</summary>
    Dribble,

    /// <summary>This HTTP status with an OperationOutcome.</summary>
    Http,

    /// <summary>A proxy's 502 page.</summary>
    Html502,

    /// <summary>307 to another address of the same partner.</summary>
    Redirect,

    /// <summary>This MSA-1 (AE, AR, CE, CR, CA, AA) and nothing after it.</summary>
    Ack,

    /// <summary>CA at once, AA after it (enhanced mode).</summary>
    CommitThenAccept,

    /// <summary>202 at once, and the answer after a while (milliseconds) as a message of its own, to the response-url of the request; over MLLP as <see cref="Ok"/>.</summary>
    AnswersLater,

    /// <summary>MESH: keeps the message and answers this HTTP status all the same.</summary>
    Stored,

    /// <summary>MESH: takes the message, cannot deliver it and reports this code to the sender's mailbox.</summary>
    Report,

    /// <summary>MESH: takes the message, and its recipient never collects it.</summary>
    Uncollected,

    /// <summary>MESH: the recipient collects the message and answers into the sender's mailbox: ok, or refused with this code.</summary>
    Reply,
}

/// <summary>One behaviour with its number or code, as <c>hub simulate --fault</c> takes it.</summary>
public sealed record SimulatorFault(SimulatorBehaviour Behaviour, int Amount = 0, string? Code = null)
{
    /// <summary>Which element a refusal says is wrong (OperationOutcome.issue.expression); null where it says none.</summary>
    public string? Place { get; init; }

    public static readonly SimulatorFault None = new(SimulatorBehaviour.Ok);

    /// <summary>Every form that <see cref="Parse"/> reads, for help texts.</summary>
    public static IReadOnlyList<string> Forms { get; } =
    [
        "ok", "fatal", "refuse:CODE", "refuse:CODE@ELEMENT", "transient", "busy:SECONDS", "retry-after:SECONDS", "retry-at:SECONDS", "silent", "late:MS", "late-ack", "wrong-id", "twice", "half", "garbage",
        "noise", "cut", "reset", "drop", "huge", "dribble", "http:STATUS", "html502", "redirect", "AE", "AR", "CE", "CR", "CA", "CA+AA",
        "answers-later:MS", "answers-later:MS:fatal", "answers-later:MS:transient", "answers-later:MS:twice", "answers-later:MS:wrong-id", "answers-later:never",
        "stored:STATUS", "report:CODE", "uncollected", "reply:CODE",
    ];

    /// <summary>True where the partner keeps the message, whatever it answers.</summary>
    internal bool Takes => Behaviour is not (SimulatorBehaviour.Fatal or SimulatorBehaviour.Refuse or SimulatorBehaviour.Transient or SimulatorBehaviour.Busy or SimulatorBehaviour.Drop or SimulatorBehaviour.RetryAfter
        or SimulatorBehaviour.RetryAt or SimulatorBehaviour.Http or SimulatorBehaviour.Redirect)
        && !(Behaviour == SimulatorBehaviour.Ack && Code is not ("AA" or "CA"));

    /// <exception cref="FormatException">The text is none of <see cref="Forms"/>.</exception>
    public static SimulatorFault Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Trim().Split(':', 2);
        return (parts[0].ToLowerInvariant(), parts.Length) switch
        {
            ("ok", 1) => None,
            ("fatal", 1) => new(SimulatorBehaviour.Fatal),
            ("refuse", 2) when IsCode(parts[1]) => new(SimulatorBehaviour.Refuse, 0, parts[1]),
            ("refuse", 2) when parts[1].Split('@') is [var code, var place] && IsCode(code) && IsPlace(place) => new(SimulatorBehaviour.Refuse, 0, code) { Place = place },
            ("stored", 2) => new(SimulatorBehaviour.Stored, Number(parts[1], 200, 599)),
            ("report", 2) when IsCode(parts[1]) => new(SimulatorBehaviour.Report, 0, parts[1]),
            ("reply", 2) when IsCode(parts[1]) => new(SimulatorBehaviour.Reply, 0, parts[1]),
            ("uncollected", 1) => new(SimulatorBehaviour.Uncollected),
            ("transient", 1) => new(SimulatorBehaviour.Transient),
            ("retry-after", 2) => new(SimulatorBehaviour.RetryAfter, Number(parts[1], 0, 86_400)),
            ("retry-at", 2) => new(SimulatorBehaviour.RetryAt, Number(parts[1], 0, 86_400)),
            ("busy", 2) => new(SimulatorBehaviour.Busy, Number(parts[1], 0, 86_400)),
            ("silent", 1) => new(SimulatorBehaviour.Silent),
            ("late", 2) => new(SimulatorBehaviour.Late, Number(parts[1], 0, 600_000)),
            ("late-ack", 1) => new(SimulatorBehaviour.LateAnswer),
            ("wrong-id", 1) => new(SimulatorBehaviour.WrongId),
            ("twice", 1) => new(SimulatorBehaviour.Twice),
            ("half", 1) => new(SimulatorBehaviour.Half),
            ("garbage", 1) => new(SimulatorBehaviour.Garbage),
            ("noise", 1) => new(SimulatorBehaviour.Noise),
            ("cut", 1) => new(SimulatorBehaviour.Cut),
            ("reset", 1) => new(SimulatorBehaviour.Reset),
            ("drop", 1) => new(SimulatorBehaviour.Drop),
            ("huge", 1) => new(SimulatorBehaviour.Huge),
            ("dribble", 1) => new(SimulatorBehaviour.Dribble),
            ("http", 2) => new(SimulatorBehaviour.Http, Number(parts[1], 200, 599)),
            ("html502", 1) => new(SimulatorBehaviour.Html502),
            ("redirect", 1) => new(SimulatorBehaviour.Redirect),
            ("answers-later", 2) => Later(parts[1]),
            ("ca+aa", 1) => new(SimulatorBehaviour.CommitThenAccept),
            ("aa" or "ae" or "ar" or "ca" or "ce" or "cr", 1) => new(SimulatorBehaviour.Ack, 0, parts[0].ToUpperInvariant()),
            _ => throw new FormatException($"'{text}' is no fault. One of: {string.Join(", ", Forms)}"),
        };
    }

    private static SimulatorFault Later(string text)
    {
        var parts = text.Split(':');
        return parts switch
        {
            ["never"] => new(SimulatorBehaviour.AnswersLater, 0, "never"),
            [var wait] => new(SimulatorBehaviour.AnswersLater, Number(wait, 0, 600_000), "ok"),
            [var wait, "fatal" or "transient" or "twice" or "wrong-id"] => new(SimulatorBehaviour.AnswersLater, Number(wait, 0, 600_000), parts[1]),
            _ => throw new FormatException($"'{text}' is no way to answer later"),
        };
    }

    private static bool IsCode(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool IsPlace(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '[' or ']');

    private static int Number(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new FormatException($"'{text}' is no whole number between {min} and {max}");
}
