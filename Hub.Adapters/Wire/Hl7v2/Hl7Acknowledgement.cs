using System.Globalization;
using System.Text;

namespace Hub.Adapters.Wire.Hl7v2;

/// <summary>One entry of ERR: a place such as <c>PID-3</c>, a code of table 0357 and a text for the sender's engineer.</summary>
public sealed record Hl7ErrorDetail(string Location, int Code, string Text);

/// <summary>
/// Writes acknowledgements, in the sender's delimiters and bytes. The type is always the general <c>ACK^(event)^ACK</c>, for pharmacy
/// messages too: HL7 v2.9, 2.9.2.1 lets a receiver answer with it, and the order-specific answers (RRE, ORP, RRA) would say no more.
/// </summary>
public static class Hl7Acknowledgement
{
    /// <summary>MSA-3, ERR-7 and the ELD text are cut to this: v2.4 gives 80 characters.</summary>
    private const int MaxText = 80;

    /// <param name="request">The header of the message answered.</param>
    /// <param name="code">Table 0008: AA AE AR CA CE CR.</param>
    /// <param name="errors">What ERR says; empty for acceptance.</param>
    /// <param name="controlId">The answer's own MSH-10, at most 20 characters.</param>
    /// <param name="at">The answer's MSH-7.</param>
    public static byte[] Write(Hl7Header request, string code, IReadOnlyList<Hl7ErrorDetail> errors, string controlId, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(controlId.Length, 20);
        var d = request.Delimiters;
        var old = IsBefore(request.Version, 2, 5);
        var answer = new StringBuilder();
        Segment(answer, d, ["MSH" + d.Field + request.EncodingCharacters, .. HeaderFields(request, controlId, at)]);
        Segment(answer, d, AcknowledgementFields(request, code, errors, old));
        foreach (var error in errors)
        {
            Segment(answer, d, old ? ["ERR", OldLocation(error, d)] : NewError(error, d));
        }

        // One character a byte: what was echoed goes back as the sender wrote it, and our own words are ASCII.
        return Encoding.Latin1.GetBytes(answer.ToString());
    }

    private static string[] HeaderFields(Hl7Header request, string controlId, DateTimeOffset at) =>
    [
        request.Raw(5), request.Raw(6), request.Raw(3), request.Raw(4),
        at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + at.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal),
        "",
        TypeOf(request),
        controlId,
        request.Raw(11), request.Raw(12), "", "", "", "", request.Raw(17), request.Raw(18),
    ];

    // MSH-9.3 came with v2.3.1; before, an acknowledgement has no structure component.
    private static string TypeOf(Hl7Header request)
    {
        var c = request.Delimiters.Component;
        var trigger = request.TriggerEvent;
        return trigger.Length == 0 ? "ACK" : IsBefore(request.Version, 2, 4) ? $"ACK{c}{trigger}" : $"ACK{c}{trigger}{c}ACK";
    }

    // MSA-3 and MSA-6 were withdrawn in favour of ERR from v2.5 on (v2.7 forbids them).
    private static string[] AcknowledgementFields(Hl7Header request, string code, IReadOnlyList<Hl7ErrorDetail> errors, bool old) =>
        old && errors is [var first, ..]
            ? ["MSA", code, request.Raw(10), Text(first.Text, request.Delimiters), "", "", Condition(first, request.Delimiters.Component)]
            : ["MSA", code, request.Raw(10)];

    // ERR-1, ELD: segment ^ sequence ^ field ^ code & text & system.
    private static string OldLocation(Hl7ErrorDetail error, Hl7Delimiters d)
    {
        var (segment, field) = Place(error.Location);
        return string.Join(d.Component, segment, segment.Length == 0 ? "" : "1", field, Condition(error, d.SubComponent));
    }

    // ERR-2 ERL, ERR-3 CWE of table 0357, ERR-4 severity, ERR-7 diagnostic information, ERR-8 user message.
    private static string[] NewError(Hl7ErrorDetail error, Hl7Delimiters d)
    {
        var (segment, field) = Place(error.Location);
        var place = segment.Length == 0 ? "" : field.Length == 0 ? $"{segment}{d.Component}1" : $"{segment}{d.Component}1{d.Component}{field}";
        return ["ERR", "", place, Condition(error, d.Component), "E", "", "", Text(error.Location, d), Text(error.Text, d)];
    }

    private static string Condition(Hl7ErrorDetail error, char separator) =>
        $"{error.Code.ToString(CultureInfo.InvariantCulture)}{separator}{ConditionName(error.Code)}{separator}HL70357";

    // HL7 table 0357, message error condition codes.
    private static string ConditionName(int code) => code switch
    {
        0 => "Message accepted",
        100 => "Segment sequence error",
        101 => "Required field missing",
        102 => "Data type error",
        103 => "Table value not found",
        200 => "Unsupported message type",
        201 => "Unsupported event code",
        202 => "Unsupported processing id",
        203 => "Unsupported version id",
        204 => "Unknown key identifier",
        205 => "Duplicate key identifier",
        206 => "Application record locked",
        _ => "Application internal error",
    };

    private static (string Segment, string Field) Place(string location)
    {
        if (location.Length < 3 || !location[..3].All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)) || (location.Length > 3 && location[3] != '-'))
        {
            return ("", "");
        }

        return (location[..3], location.Length > 4 ? new string([.. location[4..].TakeWhile(char.IsAsciiDigit)]) : "");
    }

    private static string Text(string text, Hl7Delimiters d)
    {
        var ascii = new string([.. text.Select(c => char.IsAscii(c) ? c : '?')]);
        return Hl7Escapes.Encode(ascii.Length > MaxText ? ascii[..(MaxText - 3)] + "..." : ascii, d);
    }

    private static bool IsBefore(string version, int major, int minor)
    {
        var parts = version.Split('.');
        var theirs = (Major: Part(parts, 0), Minor: Part(parts, 1));
        return theirs.Major < major || (theirs.Major == major && theirs.Minor < minor);

        static int Part(string[] parts, int i) =>
            i < parts.Length && int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
    }

    private static void Segment(StringBuilder answer, Hl7Delimiters d, IReadOnlyList<string> fields) =>
        answer.AppendJoin(d.Field, fields).Append('\r');
}
