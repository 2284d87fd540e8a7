using Hub.Proxy.Store;

namespace Hub.Proxy.Audit;

/// <summary>
/// What each kind of entry is in the two standards for trails: DICOM's audit event codes (PS3.15 and PS3.16, CID 400 and 401), which FHIR AuditEvent and
/// IHE ATNA share, and the action.
/// </summary>
/// <param name="Code">The event's code in DCM.</param>
/// <param name="Display">Its name there.</param>
/// <param name="Action">C, R, U, D or E.</param>
internal sealed record AuditCodes(string Code, string Display, char Action)
{
    public const string Dcm = "http://dicom.nema.org/resources/ontology/DCM";

    /// <summary>What was done more narrowly; null where DICOM has no word for it.</summary>
    public (string Code, string Display)? Subtype { get; init; }

    /// <summary>0 done, 4 refused.</summary>
    public int Outcome { get; init; }

    public static AuditCodes Of(AuditEntry entry) => entry.Kind switch
    {
        AuditKind.Receive => new("110107", "Import", 'C'),
        AuditKind.Send => new("110106", "Export", 'R'),
        AuditKind.Answer => new("110107", "Import", 'C'),
        AuditKind.Read => new("110110", "Patient Record", 'R'),
        AuditKind.Act => new("110110", "Patient Record", 'U'),
        AuditKind.Configure => new("110113", "Security Alert", 'U') { Subtype = ("110131", "Software Configuration") },
        AuditKind.SignIn => new("110114", "User Authentication", 'E') { Subtype = ("110122", "Login") },
        AuditKind.Refuse => new("110113", "Security Alert", 'E') { Subtype = ("110132", "Use of Restricted Function"), Outcome = 4 },
        AuditKind.Pass => new("110112", "Query", 'E'),
        AuditKind.Forget => new("110110", "Patient Record", 'D'),
        AuditKind.SignOut => new("110114", "User Authentication", 'E') { Subtype = ("110123", "Logout") },
        AuditKind.BreakGlass => new("110113", "Security Alert", 'E') { Subtype = ("110127", "Emergency Override Started") },
        AuditKind.Run => new("110100", "Application Activity", 'E')
        {
            Subtype = entry.Result?.StartsWith("started", StringComparison.Ordinal) == true ? ("110120", "Application Start") : ("110121", "Application Stop"),
        },
        _ => throw new InvalidOperationException($"No code for {entry.Kind}."),
    };
}
