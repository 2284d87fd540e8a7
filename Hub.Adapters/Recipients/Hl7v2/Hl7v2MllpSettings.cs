using System.Text;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;
using Hub.Adapters.Wire.Hl7v2;

namespace Hub.Adapters.Recipients.Hl7v2;

internal enum DocumentForm
{
    /// <summary>The narrative as formatted text (FT).</summary>
    Text,

    /// <summary>The narrative as an HTML page, base64 in ED.</summary>
    Html,

    /// <summary>The whole FHIR message, base64 in ED.</summary>
    Fhir,
}

internal enum CommitMeaning
{
    /// <summary>CA is a receipt; the application's AA must follow on the same connection.</summary>
    AwaitApplication,

    /// <summary>This partner sends no more than CA.</summary>
    Delivered,

    /// <summary>CA is unexpected from this partner and says nothing.</summary>
    Unknown,
}

/// <summary>The part of a partner file that HL7 v2 over MLLP reads.</summary>
internal sealed record Hl7v2MllpSettings
{
    public required string Host { get; init; }
    public required int Port { get; init; }
    public bool Tls { get; init; }

    /// <summary>The name that the partner's certificate must carry; the host where the file says nothing.</summary>
    public required string ServerName { get; init; }

    /// <summary>Whom to trust and what to show where TLS is on.</summary>
    public required PartnerTls Certificates { get; init; }

    /// <summary>One to thirty seconds.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>From the first byte sent to the last byte of the answer: one second to two minutes.</summary>
    public required TimeSpan AnswerTimeout { get; init; }

    public required string SendingApplication { get; init; }
    public required string SendingFacility { get; init; }
    public required string ReceivingApplication { get; init; }
    public required string ReceivingFacility { get; init; }

    /// <summary>MSH-12.</summary>
    public required string Version { get; init; }

    /// <summary>MSH-11: P, T or D.</summary>
    public required string ProcessingId { get; init; }

    /// <summary>MSH-18, a name of table 0211.</summary>
    public required string CharsetName { get; init; }
    public required Encoding Encoding { get; init; }

    /// <summary>MSH-21, such as <c>ITKv1.0</c>; empty where the partner asks for none.</summary>
    public required string MessageProfile { get; init; }

    /// <summary>True asks for enhanced-mode acknowledgements (MSH-15, MSH-16).</summary>
    public required bool Enhanced { get; init; }
    public required CommitMeaning Commit { get; init; }
    public required DocumentForm Form { get; init; }

    /// <summary>What may leave besides documents; empty where nobody is on record as having agreed.</summary>
    public required IReadOnlySet<AgreedForm> Agreed { get; init; }
    public required OutcomeTable Outcomes { get; init; }

    public string EndpointName => $"mllp://{Host}:{Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    private static readonly Dictionary<string, string> Versions = new[] { "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8" }.ToDictionary(v => v);

    private static readonly Dictionary<string, string> ProcessingIds = new() { ["P"] = "P", ["T"] = "T", ["D"] = "D" };

    private static readonly Dictionary<string, DocumentForm> Forms = new()
    {
        ["text"] = DocumentForm.Text,
        ["html"] = DocumentForm.Html,
        ["fhir"] = DocumentForm.Fhir,
    };

    private static readonly Dictionary<string, CommitMeaning> Commits = new()
    {
        ["await-application"] = CommitMeaning.AwaitApplication,
        ["delivered"] = CommitMeaning.Delivered,
        ["unknown"] = CommitMeaning.Unknown,
    };

    public static (Hl7v2MllpSettings? Settings, IReadOnlyList<PartnerProblem> Problems) Read(PartnerFile partner)
    {
        var from = new PartnerSettings(partner.Settings);
        var host = from.RequiredText("host", 253);
        var charset = from.Text("charset", 20) ?? "UNICODE UTF-8";
        var encoding = Hl7Charset.Find(charset);
        if (encoding is null)
        {
            from.Wrong("charset", "is no known character set", "UNICODE UTF-8, 8859/1, 8859/15, ASCII");
        }

        var settings = new Hl7v2MllpSettings
        {
            Host = host,
            Port = from.Number("port", 0, 1, 65_535),
            Tls = from.Flag("tls"),
            ServerName = from.Text("serverName", 253) ?? host,
            Certificates = PartnerTls.Read(from),
            ConnectTimeout = from.Duration("connectTimeout", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)),
            AnswerTimeout = from.Duration("answerTimeout", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
            SendingApplication = from.Text("sendingApplication") ?? "CRTHUB",
            SendingFacility = from.RequiredText("sendingFacility"),
            ReceivingApplication = from.RequiredText("receivingApplication"),
            ReceivingFacility = from.RequiredText("receivingFacility"),
            Version = from.Choice("version", "2.4", Versions),
            ProcessingId = from.Choice("processingId", "P", ProcessingIds),
            CharsetName = charset,
            Encoding = encoding ?? Encoding.ASCII,
            MessageProfile = from.Text("messageProfile") ?? "",
            Enhanced = from.Flag("enhanced"),
            Commit = from.Choice("acceptCommit", CommitMeaning.AwaitApplication, Commits),
            Form = from.Choice("documentForm", DocumentForm.Text, Forms),
            Agreed = AgreedForms.Read(from),
            Outcomes = OutcomeTable.Of(Hl7v2Outcomes.Rows, partner.Outcomes),
        };
        if (settings.Port == 0)
        {
            from.Wrong("port", "is missing", "a whole number from 1 to 65535");
        }

        if (!settings.Tls && !settings.Certificates.IsPlain)
        {
            from.Wrong("tls", "is off, and certificates are given", "true, or no certificates");
        }

        var loopback = host is "localhost" or "127.0.0.1" or "::1";
        if (!from.Flag("allowPlainMllp") && !settings.Tls && !loopback)
        {
            from.Wrong("tls", "is off to another machine", "true, or \"allowPlainMllp\": true where the network itself is encrypted");
        }

        IReadOnlyList<PartnerProblem> problems = [.. from.Problems(), .. OutcomeTable.Check(partner.Outcomes, Hl7v2Outcomes.IsCode, Hl7v2Outcomes.Expected)];
        return (problems.Count == 0 ? settings : null, problems);
    }
}
