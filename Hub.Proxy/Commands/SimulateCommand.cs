using System.CommandLine;
using System.Text.Json;
using Hub.Proxy.Simulators;

namespace Hub.Proxy.Commands;

/// <summary><c>hub simulate gp|cmht|ward|server|mesh|pds</c>: a partner to try a configuration against, with faults on demand.</summary>
internal static class SimulateCommand
{
    public static Command Create(TimeProvider time)
    {
        var kind = new Argument<string>("partner") { Description = "gp or cmht (FHIR messages over HTTP), ward (HL7 v2 over MLLP), server (FHIR REST under /fhir), mesh (mailboxes X26ABC1, X26ABC2, X26ABC3; password 'password', shared key 'TestKey'), or pds (Personal Demographics Service under /personal-demographics/FHIR/R4, tokens at /oauth2/token)." };
        kind.AcceptOnlyFromAmong("gp", "cmht", "ward", "server", "mesh", "pds");
        var port = new Option<int>("--port") { Description = "Port on loopback; 0 takes a free one." };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65_535)
            {
                result.AddError("--port: 0 to 65535 is expected.");
            }
        });
        var fault = new Option<string>("--fault") { Description = $"How it answers: {string.Join(", ", SimulatorFault.Forms)}.", DefaultValueFactory = _ => "ok" };
        var answersTo = new Option<Uri?>("--answers-to") { Description = "gp and cmht, with answers-later: where answers are posted when the request names no response-url, such as http://127.0.0.1:8080/fhir/$process-message.", CustomParser = ReadAddress };
        var certificate = new Option<string?>("--certificate") { Description = "TLS with the certificate in this PEM file; plain without it." };
        var key = new Option<string?>("--key") { Description = "The certificate's key, a PEM file." };
        var clients = new Option<string?>("--clients") { Description = "Mutual TLS: callers must show a certificate of the authority in this PEM file." };
        var json = CommonOptions.Json();
        var command = new Command("simulate", "Run a scripted partner on loopback and print what it receives.") { kind, port, fault, answersTo, certificate, key, clients, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SimulatorScript script;
            try
            {
                script = SimulatorScript.Answering(parsed.GetValue(fault)!);
            }
            catch (FormatException)
            {
                return CliJson.Fault(parsed.GetValue(json), $"--fault: one of {string.Join(", ", SimulatorFault.Forms)} is expected.");
            }

            SimulatorTls? tls;
            try
            {
                tls = Tls(parsed.GetValue(certificate), parsed.GetValue(key), parsed.GetValue(clients));
            }
            catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
            {
                return CliJson.Fault(parsed.GetValue(json), $"--certificate, --key, --clients: {wrong.Message}");
            }

            await using SimulatedPartner partner = parsed.GetValue(kind) switch
            {
                "ward" => await SimulatedMllpPartner.StartAsync(parsed.GetValue(port), script, time),
                "server" => await SimulatedFhirServer.StartAsync(parsed.GetValue(port), script, time),
                "pds" => await SimulatedPds.StartAsync(parsed.GetValue(port), script, time),
                "mesh" => await SimulatedMesh.StartAsync(parsed.GetValue(port), script, time),
                _ => await SimulatedFhirPartner.StartAsync(parsed.GetValue(port), script, time),
            };
            partner.Tls = tls;
            if (partner is SimulatedFhirPartner messaging)
            {
                messaging.AnswersTo = parsed.GetValue(answersTo);
            }

            await PrintAsync(partner, parsed.GetValue(kind)!, parsed.GetValue(json), time, cancellationToken);
            return HubCommand.Done;
        });
        return command;
    }

    private static SimulatorTls? Tls(string? certificate, string? key, string? clients) => (certificate, key) switch
    {
        (null, null) when clients is null => null,
        ({ } file, { } secret) => SimulatorTls.FromPem(file, secret, clients),
        _ => throw new FormatException("a certificate and its key belong together, and clients are asked only over TLS."),
    };

    private static Uri? ReadAddress(System.CommandLine.Parsing.ArgumentResult argument)
    {
        if (argument.Tokens is [var token] && Uri.TryCreate(token.Value, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp)
        {
            return address;
        }

        argument.AddError("--answers-to: an http address is expected.");
        return null;
    }

    private static async Task PrintAsync(SimulatedPartner partner, string kind, bool json, TimeProvider time, CancellationToken cancellationToken)
    {
        Console.WriteLine(json ? CliJson.Text(new { partner = kind, port = partner.Port }) : $"{kind} listens on 127.0.0.1:{partner.Port}");
        var seen = 0;
        try
        {
            while (true)
            {
                foreach (var message in partner.Received.Skip(seen).ToList())
                {
                    seen++;
                    Console.WriteLine(json
                        ? CliJson.Text(new { at = message.At, id = message.MessageId, message.EventCode, message.Answered })
                        : $"{message.At:HH:mm:ss.fff}  {message.EventCode,-28} {message.MessageId}  answered {message.Answered}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how a simulator ends.
        }
    }
}
