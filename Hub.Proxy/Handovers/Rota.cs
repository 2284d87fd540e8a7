using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Proxy.Handovers;

/// <summary>One shift: who fills a role from when until when, and how they are reached.</summary>
public sealed record Shift
{
    public required string Role { get; init; }
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset Until { get; init; }
    public required string Person { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
}

/// <summary>Who fills each role, hour by hour: <c>rota.json</c> in the rules directory, read anew when it changes. Without it the role's name stands alone.</summary>
internal sealed class Rota
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly string? path;
    private readonly Lock reading = new();
    private IReadOnlyList<Shift> shifts;
    private DateTime written;

    public Rota(IReadOnlyList<Shift> shifts) => this.shifts = shifts;

    private Rota(string path)
    {
        this.path = path;
        shifts = [];
    }

    public static Rota None { get; } = new([]);

    public static Rota Open(string? rulesDirectory) => rulesDirectory is null ? None : new Rota(Path.Combine(rulesDirectory, "handover", "rota.json"));

    /// <summary>The role with the person who fills it now; where nobody does, that is said, and never hidden behind the role.</summary>
    public string Named(string role, DateTimeOffset at) => Shifts() switch
    {
        [] => role,
        var all when all.FirstOrDefault(s => Same(s.Role, role) && s.From <= at && at < s.Until) is { } shift =>
            $"{role}: {shift.Person}{(shift.Phone is { } phone ? $", {phone}" : "")}",
        _ => $"{role} (nobody is on the rota at this hour)",
    };

    /// <summary>The address of who fills the role at this hour; null where nobody does, or none is known.</summary>
    public string? EmailOf(string role, DateTimeOffset at) => Shifts().FirstOrDefault(s => Same(s.Role, role) && s.From <= at && at < s.Until)?.Email;

    /// <summary>The role alone, of what <see cref="Named"/> gave: a notice that leaves the hub names no person.</summary>
    public static string RoleOf(string named) => named.Split(": ", 2)[0].Split(" (", 2)[0];

    /// <summary>Hours in which a role has nobody, from a time on, for as long as is looked ahead: an alert before the hour comes (clinical rule 15).</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)> Gaps(string role, DateTimeOffset from, TimeSpan ahead)
    {
        var gaps = new List<(DateTimeOffset, DateTimeOffset)>();
        var (at, end) = (from, from + ahead);
        foreach (var shift in Shifts().Where(s => Same(s.Role, role) && s.Until > from && s.From < end).OrderBy(s => s.From))
        {
            if (shift.From > at)
            {
                gaps.Add((at, shift.From));
            }

            at = shift.Until > at ? shift.Until : at;
        }

        if (at < end)
        {
            gaps.Add((at, end));
        }

        return gaps;
    }

    public IReadOnlyList<string> Roles => [.. Shifts().Select(s => s.Role).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Why the file cannot be used; null where it can, or there is none. The last good one stays in use.</summary>
    public string? Fault { get; private set; }

    private IReadOnlyList<Shift> Shifts()
    {
        if (path is null)
        {
            return shifts;
        }

        lock (reading)
        {
            var file = new FileInfo(path);
            if (file.Exists && file.LastWriteTimeUtc != written)
            {
                written = file.LastWriteTimeUtc;
                TryRead(file);
            }

            return shifts;
        }
    }

    private void TryRead(FileInfo file)
    {
        try
        {
            shifts = JsonSerializer.Deserialize<List<Shift>>(File.ReadAllBytes(file.FullName), Json) ?? [];
            Fault = null;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            Fault = $"{file.FullName}: {fault.Message}";
        }
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
