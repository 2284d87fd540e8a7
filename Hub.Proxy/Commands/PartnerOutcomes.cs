using System.CommandLine;
using Hub.Adapters.Contract;
using Hub.Proxy.Routing;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub partner outcomes</c>: what each code of a partner means, row by row, and why; what its own file says is marked.</summary>
internal static class PartnerOutcomes
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "Id of the partner." };
        var (folder, json) = (CommonOptions.Partners(), CommonOptions.Json());
        var command = new Command("outcomes", "What each code of a partner means: transient, permanent or unknown. Its file may say otherwise under outcomes.") { id, folder, json };
        command.SetAction(parsed =>
        {
            using var provider = PartnerCommand.Provider(parsed.GetValue(folder)!);
            var partner = provider.GetRequiredService<PartnerFiles>().Find(parsed.GetValue(id)!);
            if (partner is not { Role: PartnerRole.Recipient }
                || provider.GetServices<IRecipientProtocol>().FirstOrDefault(p => p.Name == partner.Protocol) is not { } protocol)
            {
                return CliJson.Fault(parsed.GetValue(json), $"There is no recipient {parsed.GetValue(id)} in {parsed.GetValue(folder)!.FullName}.");
            }

            Print(Rows(protocol, partner), parsed.GetValue(json));
            return HubCommand.Done;
        });
        return command;
    }

    internal static IReadOnlyList<PrintedRow> Rows(IRecipientProtocol protocol, PartnerFile partner)
    {
        var own = partner.Outcomes.ToDictionary(o => o.Code, StringComparer.OrdinalIgnoreCase);
        var standard = protocol.Outcomes.Select(r => own.Remove(r.Code, out var mine) ? Of(mine) : new PrintedRow(r.Code, r.Means, r.Because, Overridden: false)).ToList();
        return [.. standard, .. own.Values.Select(Of)];
    }

    private static PrintedRow Of(OutcomeOverride mine) => new(mine.Code, mine.Means, mine.Because ?? "the partner's file", Overridden: true);

    private static void Print(IReadOnlyList<PrintedRow> rows, bool json)
    {
        if (json)
        {
            foreach (var row in rows)
            {
                CliJson.Print(row);
            }

            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("code", "means", "because");
        foreach (var row in rows)
        {
            table.AddRow(Markup.Escape(row.Code), Words(row.Means), Markup.Escape((row.Overridden ? "THIS PARTNER: " : "") + row.Because));
        }

        AnsiConsole.Write(table);
    }

    private static string Words(OutcomeMeaning means) => means switch
    {
        OutcomeMeaning.Rejected => "permanent: rejected",
        OutcomeMeaning.NotOurPatient => "permanent: not-our-patient (the lane stops)",
        OutcomeMeaning.Unavailable => "transient: unavailable (sent again)",
        OutcomeMeaning.PartnerRefusesUs => "partner-refuses-us (the partner is held)",
        _ => "unknown (sent again under its id, or a person asks)",
    };
}

/// <summary>One row as it stands for one partner.</summary>
internal sealed record PrintedRow(string Code, OutcomeMeaning Means, string Because, bool Overridden);
