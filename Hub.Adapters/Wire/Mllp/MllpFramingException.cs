namespace Hub.Adapters.Wire.Mllp;

public enum MllpFault
{
    /// <summary>Bytes came where a start block belongs.</summary>
    NotMllp,

    /// <summary>The message is longer than the receiver takes.</summary>
    TooLong,

    /// <summary>A second start block came before the first message ended.</summary>
    Unfinished,
}

/// <summary>The peer broke the framing: nothing after this point of its stream can be trusted.</summary>
public sealed class MllpFramingException : Exception
{
    public MllpFramingException(MllpFault fault, string message) : base(message) => Fault = fault;

    public MllpFramingException() { }

    public MllpFramingException(string message) : base(message) { }

    public MllpFramingException(string message, Exception inner) : base(message, inner) { }

    public MllpFault Fault { get; }
}
