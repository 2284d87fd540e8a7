using System.Security.Cryptography;
using System.Text;
using Hub.Adapters.Contract;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>One message being read: its source, its fields, and the notes that gather on the way.</summary>
internal sealed class Hl7Reader(Hl7Message message, Hl7v2Source source)
{
    private readonly List<DataQualityNote> _notes = [];

    public Hl7Message Message { get; } = message;
    public Hl7v2Source Source { get; } = source;
    public Hl7v2SourceSettings Settings => Source.Settings;
    public IReadOnlyList<DataQualityNote> Notes => _notes;

    public void Note(string code, string field, string text)
    {
        if (!_notes.Any(n => n.Code == code && n.Field == field))
        {
            _notes.Add(new DataQualityNote { Code = code, Field = field, Text = text });
        }
    }

    /// <summary>A time that the story depends on: an impossible one refuses the message.</summary>
    public ClinicalTime? TimeThatMatters(string segment, int field) => TimeThatMatters(Message.Field(segment, field), $"{segment}-{field}");

    /// <inheritdoc cref="TimeThatMatters(string, int)"/>
    public ClinicalTime? TimeThatMatters(Hl7Field value, string location)
    {
        if (value.Text is not { } text)
        {
            return null;
        }

        return ClinicalTime.TryParseHl7(text, out var time) ? Checked(time, location) : throw new Hl7RefusalException(Refusals.BadDate(location));
    }

    /// <summary>Any other time: an impossible one is noted and left out.</summary>
    public ClinicalTime? Time(string? text, string location)
    {
        if (text is null)
        {
            return null;
        }

        if (ClinicalTime.TryParseHl7(text, out var time))
        {
            return Checked(time, location);
        }

        Note("impossible-date", location, "The date or time cannot be read and was left out.");
        return null;
    }

    public static Coded? Coded(Hl7Repetition value)
    {
        var code = value.Component(1);
        var text = value.Component(2) ?? value.Component(9) ?? value.Component(5) ?? code;
        return text is null ? null : new Coded { Text = text, Code = code, System = value.Component(3) };
    }

    /// <summary>A member of staff from an XCN field (id ^ family ^ given ^ ^ ^ prefix ... assigning authority in 9).</summary>
    public Actor? Actor(Hl7Field value, string? role = null)
    {
        var person = value.First;
        var name = string.Join(' ', new[] { person.Component(6), person.Component(3), person.Component(2) }.OfType<string>());
        var id = person.Component(1);
        if (name.Length == 0 && id is null)
        {
            return null;
        }

        return new Actor
        {
            Name = name.Length > 0 ? name : "name not sent",
            Role = role,
            RegisterId = id is null ? null : new LocalIdentifier(Register(id) ?? person.Component(9) ?? person.Component(8) ?? Source.Organisation.Value, id),
        };
    }

    // The form of the number decides: senders write GMC beside GMP numbers.
    private static string? Register(string id) =>
        id.Length == 8 && id[1..].All(char.IsAsciiDigit) ? id[0] switch { 'G' => "GMP", 'C' => "GMC", _ => null } : null;

    /// <summary>The team a local code stands for; a code that is not in the table keeps its own name, and that is noted.</summary>
    public Team? Team(string? code, string location)
    {
        if (code is null)
        {
            return null;
        }

        if (Settings.Teams.TryGetValue(code, out var known))
        {
            return known.ToTeam(code);
        }

        Note("unmapped-team", location, "The code is not in the source's table of teams; it is passed on as it is.");
        return new Team { Name = code, LocalCode = code };
    }

    public Team? Place(Hl7v2Place? place, string name)
    {
        var sent = At(place?.Field);
        return Team(sent ?? place?.Default, sent is null ? name : place!.Field!);
    }

    /// <summary>The value at a configured path; null where there is none.</summary>
    public string? At(string? field) => Hl7Path.TryParse(field, out var path) ? path.Read(Message) : null;

    /// <summary>A fact from the place that this sender's file names, else from where HL7 has it, else the file's default.</summary>
    public string? Fact(Hl7v2Place? place, string? otherwise) => At(place?.Field) ?? otherwise ?? place?.Default;

    /// <summary>What a code means by this sender's rows, else by the published table. One that stands in neither is passed on as it is, and noted.</summary>
    public string? Translate(string table, string? code, string location)
    {
        if (code is null)
        {
            return null;
        }

        if (Settings.ConceptMaps.TryGetValue(table, out var own) && own.TryGetValue(code, out var meant))
        {
            return meant;
        }

        if (CodeTables.Find(table).TryGetValue(code, out var published))
        {
            return published;
        }

        Note("unmapped-code", location, $"The code is not in the table {table}; it is passed on as it is.");
        return code;
    }

    public CareSetting? Setting() => Settings.Rules.FirstOrDefault(r => r.Holds(Message))?.Kind;

    /// <summary>
    /// The episode by PV1-19, else PV1-50. Without either it stands for whatever this organisation has open for the person: a one-way
    /// digest of the person's id, because an episode key may be printed.
    /// </summary>
    public EpisodeKey Episode(PatientRef patient)
    {
        var visit = Fact(Settings.Fields.Episode, Message.Field("PV1", 19).Text ?? Message.Field("PV1", 50).Text);
        if (visit is not null)
        {
            return new EpisodeKey(Source.Organisation, visit);
        }

        Note("visit-number-missing", "PV1-19", "The message has no visit number; it is taken for the person's one open episode here.");
        var id = patient.LocalIds is [var local, ..] ? local.AssigningSystem + "|" + local.Value : patient.NhsNumber?.Value ?? patient.RejectedNhsNumber ?? Message.Header[10].Raw;
        return new EpisodeKey(Source.Organisation, "person-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..24]);
    }

    private ClinicalTime Checked(ClinicalTime time, string location)
    {
        if (time.Ambiguous)
        {
            Note("ambiguous-time", location, "The clocks went back in this hour and the sender wrote no offset; the first of the two was taken.");
        }

        return time;
    }
}
