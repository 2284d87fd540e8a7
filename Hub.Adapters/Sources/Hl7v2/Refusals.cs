using Hub.Adapters.Contract;
using Hub.Adapters.Wire.Hl7v2;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>Every reason to refuse a message, with its HL7 code, owner and next step. There is no other (clinical rule 4).</summary>
internal static class Refusals
{
    public static Refusal NotHl7(Hl7Fault fault) => Content(
        fault.Code, fault.Location, fault.Text, "Send an HL7 v2 message that begins with MSH, one segment a line, each line ended by CR.", 100);

    public static Refusal Unread(Hl7Fault fault) => fault.Code switch
    {
        "undecodable-character" => Content(
            fault.Code, fault.Location, fault.Text, "Name the true character set in MSH-18, or have the hub's partner file force it; then send again.", 102),
        "unknown-character-set" => Content(fault.Code, fault.Location, fault.Text, "Send in UNICODE UTF-8 or a part of 8859.", 103),
        _ => NotHl7(fault),
    };

    // Clinical rule 5: AR 207 would ask for the same bytes again, and the same bytes are wrong again.
    public static Refusal Framing(string text) => Content(
        "framing", "frame", text, "Send each message as 0x0B, message, 0x1C 0x0D, and within the agreed size.", 102);

    public static Refusal TooLong(int maxBytes) => Content(
        "too-long", "message", $"The message is longer than {maxBytes} bytes.", "Send less in one message, or agree a larger maxMessageBytes.", 102);

    // Not AR 200 to 203, which mean "never" (clinical rule 5): a file for this sender may be added tomorrow, and what it sent today must still be there.
    public static Refusal UnknownSender() => Content(
        "unknown-sender", "MSH-3", "No source partner file claims this sending application and facility (MSH-3, MSH-4).",
        "Add a source file for the sender, or correct MSH-3 and MSH-4.", 103, ProblemOwner.Hub);

    // Not "never" either: a missing certificate or a moved server is mended, and the same message then comes again.
    public static Refusal FromElsewhere() => Content(
        "not-from-here", "MSH-3", "The partner file of this sender (MSH-3, MSH-4) says where its messages come from, and this one comes from elsewhere.",
        "Send from the agreed address and with the agreed client certificate, or have access in the sender's partner file changed.", 103, ProblemOwner.Hub);

    public static Refusal NoControlId() => Content("missing-control-id", "MSH-10", "The message control id is empty.", "Give each message its own MSH-10.", 101);

    public static Refusal Version() => Never("unsupported-version", "MSH-12", "This version of HL7 v2 is not agreed.", "Send a version that the partner file lists.", 203);

    public static Refusal ProcessingId() => Never(
        "unsupported-processing-id", "MSH-11", "Messages of this processing id are not taken here.",
        "Send P for live messages; test messages belong to a test hub.", 202);

    public static Refusal MessageType() => Never("unsupported-message-type", "MSH-9", "This message type is not supported.", "Do not route it to the hub.", 200);

    public static Refusal Trigger() => Never("unsupported-event", "MSH-9", "This trigger event is not supported.", "Do not route it to the hub.", 201);

    public static Refusal NoPatient(string field = "PID-3") => Content(
        "missing-patient", field, "The message names no patient: neither an identifier nor a name can be read.", "Fill PID-3 and PID-5 and send again.", 101);

    /// <summary>The structures of these messages have one PID: reading two would give one person's care to another.</summary>
    public static Refusal SeveralPatients() => Content(
        "several-patients", "PID", "The message has more than one PID segment where its structure has one.", "Send one message for each patient.", 100);

    public static Refusal NoMerge(string field) => Content(
        "missing-patient", field, "The message does not name the second record.", "Fill MRG-1, or send both PID segments.", 101);

    public static Refusal BadDate(string field) => Content(
        "impossible-date", field, "The date or time cannot be: no calendar or no clock shows it.", "Correct it and send again.", 102);

    public static Refusal NoTime(string field) => Content(
        "missing-time", field, "Nothing in the message says when it happened.", "Fill EVN-6 or EVN-2, and MSH-7.", 101);

    public static Refusal NoOrders() => Content("missing-order", "ORC-1", "The message has no order group.", "Send ORC with RXE, RXO or RXA.", 100);

    private static Refusal Never(string code, string location, string text, string next, int hl7) =>
        new(Rejected: true, [Problem(code, location, text, next, hl7, ProblemOwner.Sender)]);

    private static Refusal Content(string code, string location, string text, string next, int hl7, ProblemOwner owner = ProblemOwner.Sender) =>
        new(Rejected: false, [Problem(code, location, text, next, hl7, owner)]);

    private static Problem Problem(string code, string location, string text, string next, int hl7, ProblemOwner owner) =>
        new() { Code = code, Location = location, Text = text, NextStep = next, Hl7ErrorCode = hl7, Owner = owner };
}
