using Hub.Adapters.Contract;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Proxy.Census;

/// <summary>One open episode of a caseload, as the record system exports it.</summary>
internal sealed record CensusRow
{
    public required int Line { get; init; }

    /// <summary>The record system's own id of the episode: PV1-19 in HL7 v2.</summary>
    public required string EpisodeId { get; init; }
    public required string Team { get; init; }
    public required ClinicalTime Admitted { get; init; }
    public EpisodeKind Kind { get; init; } = EpisodeKind.Crt;

    /// <summary>What names the person; not needed to compare.</summary>
    public PatientRef? Patient { get; init; }
}

/// <summary>Reads a caseload file. Every fault names line and column, and never what stands there.</summary>
internal static class CensusReader
{
    /// <summary>What the columns are called.</summary>
    public const string Columns =
        "episode_id, team, admitted; kind (crt or ward); to load also patient_id, patient_id_system, nhs_number, nhs_number_status (01 verified), family_name, given_name, birth_date, practice";

    /// <exception cref="FormatException">The file is no comma-separated text with a header.</exception>
    public static (IReadOnlyList<CensusRow> Rows, IReadOnlyList<string> Problems) Read(string text)
    {
        var (rows, problems) = (new List<CensusRow>(), new List<string>());
        foreach (var (line, cells) in CsvRows.Read(text))
        {
            var admitted = cells.GetValueOrDefault("admitted");
            if (!cells.TryGetValue("episode_id", out var id) || !cells.TryGetValue("team", out var team))
            {
                problems.Add($"Line {line}: episode_id and team are expected.");
            }
            else if (!ClinicalTime.TryParseIso(admitted, out var at) && !ClinicalTime.TryParseHl7(admitted, out at))
            {
                problems.Add($"Line {line}: admitted is no date or time such as 2026-05-03 or 2026-05-03T17:40.");
            }
            else if (!Enum.TryParse<EpisodeKind>(cells.GetValueOrDefault("kind", "crt"), ignoreCase: true, out var kind))
            {
                problems.Add($"Line {line}: kind is neither crt nor ward.");
            }
            else
            {
                rows.Add(new CensusRow { Line = line, EpisodeId = id, Team = team, Admitted = at, Kind = kind, Patient = Patient(cells) });
            }
        }

        problems.AddRange(rows.GroupBy(r => r.EpisodeId).Where(g => g.Count() > 1).Select(g => $"Lines {string.Join(", ", g.Select(r => r.Line))}: the same episode_id stands on each."));
        return (rows, problems);
    }

    /// <summary>The admission that this row stands for, as the source itself would have told of it. Recorded when it happened, so that any later word of the source wins.</summary>
    public static Admission ToAdmission(CensusRow row, PartnerFile source)
    {
        var hl7 = Hl7v2SourceSettingsReader.Read(source).Source;
        return new Admission
        {
            SourceMessageId = new SourceMessageId($"census|{row.EpisodeId}"),
            Source = new SourceSystem { Application = hl7?.Settings.Match.SendingApplication ?? source.Id, Organisation = OrganisationOf(source) },
            Patient = row.Patient!,
            OccurredAt = row.Admitted,
            RecordedAt = row.Admitted,
            Episode = new EpisodeKey(OrganisationOf(source)!, row.EpisodeId),
            Kind = row.Kind,
            Team = Team(row.Team, hl7),
        };
    }

    /// <summary>Whose numbers the source's episodes carry; null where its file does not say.</summary>
    public static OdsCode? OrganisationOf(PartnerFile source) => source.Organisation ?? Hl7v2SourceSettingsReader.Read(source).Source?.Organisation;

    private static Team Team(string code, Hl7v2Source? source) => source?.Settings.Teams.GetValueOrDefault(code) is { } known
        ? new Team
        {
            Name = known.Name, LocalCode = code, Organisation = OdsCode.TryParse(known.Ods, out var ods) ? ods : null, TypeCode = known.TypeCode, Phone = known.Phone, Phone24h = known.Phone24h,
        }
        : new Team { Name = code, LocalCode = code };

    private static PatientRef? Patient(IReadOnlyDictionary<string, string> cells)
    {
        var local = cells.TryGetValue("patient_id", out var id) && cells.TryGetValue("patient_id_system", out var system) ? new LocalIdentifier(system, id) : null;
        var number = cells.GetValueOrDefault("nhs_number");
        var nhs = NhsNumber.TryParse(number, out var right) ? right : null;
        if (local is null && nhs is null)
        {
            return null;
        }

        var born = ClinicalTime.TryParseIso(cells.GetValueOrDefault("birth_date"), out var iso) || ClinicalTime.TryParseHl7(cells.GetValueOrDefault("birth_date"), out iso) ? iso : null;
        return new PatientRef
        {
            NhsNumber = nhs,
            NhsNumberStatus = nhs is null ? null : cells.GetValueOrDefault("nhs_number_status") == "01" ? NhsNumberStatus.Verified : NhsNumberStatus.PresentNotTraced,
            RejectedNhsNumber = nhs is null ? number : null,
            LocalIds = local is null ? [] : [local],
            Name = cells.TryGetValue("family_name", out var family) ? new PersonName { Family = family, Given = cells.TryGetValue("given_name", out var given) ? [given] : [] } : null,
            BirthDate = born,
            GpPractice = OdsCode.TryParse(cells.GetValueOrDefault("practice"), out var practice) ? practice : null,
        };
    }
}
