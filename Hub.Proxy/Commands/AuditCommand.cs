using System.CommandLine;
using Hub.Fhir.Resources;
using Hub.Proxy.Audit;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub audit list|verify|export</c>: who did what, whether the trail is as it was written, and the trail for other systems.</summary>
internal static class AuditCommand
{
    public static Command Create(TimeProvider time) => new("audit", "Look at the audit trail: who sent, received, read, decided and changed what.") { List(time), Verify(), Export(time) };

    private static Command List(TimeProvider time)
    {
        var hours = Hours();
        var what = new Option<string?>("--what") { Description = "Only what was done to this, such as delivery/ID or partner/ID." };
        var by = new Option<string?>("--by") { Description = "Only what this person, partner or hub did." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("list", "Entries in the order they were written. They name rows and people who act, and no patient; reasons are in the words of who gave them.") { hours, what, by, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Options(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var (onlyWhat, onlyBy) = (parsed.GetValue(what), parsed.GetValue(by));
            await foreach (var row in new AuditTrail(options).ReadAsync(Since(time, parsed.GetValue(hours)), cancellationToken))
            {
                foreach (var entry in AuditRecord.Read(row.Content).Where(e => (onlyWhat is null || e.What == onlyWhat) && (onlyBy is null || e.By == onlyBy || e.To == onlyBy)))
                {
                    if (parsed.GetValue(json))
                    {
                        CliJson.Print(new { row.Seq, row.At, did = AuditRecord.NameOf(entry.Kind), entry.By, entry.What, entry.To, entry.Result, entry.Reason });
                        continue;
                    }

                    var rest = string.Join("; ", new[] { entry.To is { } to ? "to " + to : null, entry.Result, entry.Reason }.OfType<string>());
                    AnsiConsole.MarkupLine($"[grey]{row.Seq,6} {row.At:yyyy-MM-dd HH:mm:ss.fff}[/] [bold]{AuditRecord.NameOf(entry.Kind),-9}[/] {Markup.Escape(entry.By)}: {Markup.Escape(entry.What)}{(rest.Length > 0 ? " [grey]" + Markup.Escape(rest) + "[/]" : "")}");
                }
            }

            return HubCommand.Done;
        });
        return command;
    }

    private static Command Verify()
    {
        var known = new Option<FileInfo?>("--head") { Description = $"Where the trail stood at some earlier time, as this command prints it with --json or a node keeps it ({AuditWatch.FileName}). Without it that of the data folder, if there is one." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command(
            "verify",
            "Go through the whole trail: whether a record was changed, is missing, or stands in another's place, and whether its end was cut off since the head that was written down. Status 1 where it is not as it was written.")
        {
            known, data, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var file = parsed.GetValue(known)?.FullName ?? Path.Combine(parsed.GetValue(data)!.FullName, AuditWatch.FileName);
            if (parsed.GetValue(known) is { Exists: false } missing)
            {
                return CliJson.Fault(parsed.GetValue(json), $"--head: there is no file {missing.FullName}.");
            }

            var head = await AuditWatch.ReadAsync(file, cancellationToken);
            var found = await new AuditTrail(options).VerifyAsync(head, cancellationToken);
            if (parsed.GetValue(json))
            {
                CliJson.Print(new { records = found.Records, entries = found.Entries, head = found.Head, comparedWith = head, faults = found.Faults });
            }
            else
            {
                Print(found, head);
            }

            return found.Faults.Count > 0 ? HubCommand.Found : HubCommand.Done;
        });
        return command;
    }

    private static Command Export(TimeProvider time)
    {
        var form = new Option<string>("--form") { Description = "fhir (AuditEvent, one a line) or atna (syslog with DICOM's audit message, one a line).", Required = true };
        form.AcceptOnlyFromAmong("fhir", "atna");
        var (hours, data) = (Hours(), CommonOptions.Data());
        var command = new Command("export", "Write entries for another system to standard output.") { form, hours, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Options(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var fhir = parsed.GetValue(form) == "fhir";
            await foreach (var row in new AuditTrail(options).ReadAsync(Since(time, parsed.GetValue(hours)), cancellationToken))
            {
                foreach (var (entry, index) in AuditRecord.Read(row.Content).Select((entry, index) => (entry, index)))
                {
                    await Console.Out.WriteLineAsync(fhir ? System.Text.Encoding.UTF8.GetString(FhirJson.Write(AuditExport.ToFhir(row, index, entry))) : AuditExport.ToSyslog(row, entry, System.Environment.MachineName));
                }
            }

            return HubCommand.Done;
        });
        return command;
    }

    private static void Print(AuditFindings found, AuditHead? compared)
    {
        foreach (var fault in found.Faults)
        {
            AnsiConsole.MarkupLine($"[red]wrong[/] {Markup.Escape(fault)}");
        }

        var head = found.Head is { } at ? $"The last is record {at.Seq}, seal {at.Seal}." : "There is none.";
        Console.WriteLine($"{found.Records} records, {found.Entries} entries. {head}");
        Console.WriteLine(found.Faults.Count > 0 ? "The trail is not as it was written."
            : compared is null ? "Every record is as it was written and where it was written. Whether the end was cut off was not checked: no earlier head was given (--head)."
            : $"Every record is as it was written and where it was written, and record {compared.Seq}, written down earlier, is among them.");
    }

    private static Option<double?> Hours() => new("--hours") { Description = "How far back to look; all of it when left out." };

    private static DateTimeOffset? Since(TimeProvider time, double? hours) => hours is { } back ? time.GetUtcNow() - TimeSpan.FromHours(back) : null;
}
