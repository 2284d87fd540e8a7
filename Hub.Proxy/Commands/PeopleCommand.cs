using System.CommandLine;
using Hub.Proxy.Access.People;

namespace Hub.Proxy.Commands;

/// <summary><c>hub people first-administrator</c>: the token by which the first administrator makes their account, for whoever may write beside the hub's keys.</summary>
internal static class PeopleCommand
{
    public static Command Create(TimeProvider time)
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var first = new Command("first-administrator", "A token that counts once and for 24 hours: with it the first administrator makes an account at /console/sign-in, where Hub:People:FirstAdministrator is true. A new one ends the one before.") { data, json };
        first.SetAction(parsed =>
        {
            if (FirstAdministrator.MakeToken(parsed.GetValue(data)!.FullName, time.GetUtcNow()) is not { } token)
            {
                return CliJson.Fault(parsed.GetValue(json), $"There is an account already. Delete {FirstAdministrator.FileName} in the data directory to begin anew.");
            }

            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { token }) : $"Token: {token}{Environment.NewLine}It counts once, for 24 hours, at /console/sign-in of this hub. It is kept nowhere: write it down or use it now.");
            return HubCommand.Done;
        });
        return new Command("people", "People who sign in.") { first };
    }
}
