using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands.Demo;

/// <summary>
/// Something to mend, for whoever looks at the console: another invented person is admitted with half a postcode, and the practice's system refuses its
/// copy because of it. Then the practice corrects the address on its own side, so that the message is taken when it is sent again.
/// </summary>
internal sealed class DemoRefusal(HubHost hub, DemoPartners partners, TimeProvider time)
{
    private const string WrongElement = "Patient.address[0].postalCode";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The control id of the message whose copy was refused.</summary>
    public async Task<string> PlayAsync(CancellationToken cancellationToken)
    {
        var message = DemoJourney.AdmissionOfAnother(time.GetUtcNow(), out var controlId);
        partners.Practice.Script.Then($"refuse:POSTCODE@{WrongElement}");
        await using (var epr = new SimulatedEpr("127.0.0.1", hub.MllpPort))
        {
            await epr.SendAsync(message, cancellationToken);
        }

        var timeline = hub.Services.GetRequiredService<Timeline>();
        for (var began = time.GetUtcNow(); (await timeline.CountOpenAsync(cancellationToken)).Refused == 0 && time.GetUtcNow() - began < Patience;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }

        return controlId;
    }

    public static void Tell(string controlId, Uri console) => AnsiConsole.MarkupLine(
        $"\nIn a browser: [bold]{console}[/]\nFind the discharge that no team has accepted, and accept it. Then find message [bold]{controlId}[/], which the practice refused: see which field was wrong, and send it again.\n");
}
