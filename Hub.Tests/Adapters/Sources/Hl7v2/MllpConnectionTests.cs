using Hub.Adapters.Contract;
using Hub.Adapters.Sources.Hl7v2;
using Shouldly;
using Xunit;
using static Hub.Tests.Adapters.Sources.Hl7v2.NorthsideSource;

namespace Hub.Tests.Adapters.Sources.Hl7v2;

public sealed class MllpConnectionTests
{
    private readonly ScriptedIntake _intake = new();

    [Fact]
    public async Task A_message_is_acknowledged_only_after_intake_has_committed_it()
    {
        var commit = new TaskCompletionSource();
        _intake.Commit = commit.Task;
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync(Adt("A04"));
        var answer = sender.AnswerAsync();
        await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken));
        answer.IsCompleted.ShouldBeFalse();

        commit.SetResult();
        (await answer).ShouldNotBeNull().ShouldContain("\rMSA|AA|100\r");
        _intake.Taken.ShouldHaveSingleItem().Events.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Messages_in_one_packet_are_answered_one_by_one_in_order()
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendRawAsync([.. MllpClient.Framed(Message("1")), .. "\r\n"u8, .. MllpClient.Framed(Message("2")), .. MllpClient.Framed(Message("3"))]);

        foreach (var id in new[] { "1", "2", "3" })
        {
            (await sender.AnswerAsync()).ShouldNotBeNull().ShouldContain($"\rMSA|AA|{id}\r");
        }
    }

    [Fact]
    public async Task A_message_sent_byte_by_byte_is_the_same_message()
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        foreach (var b in MllpClient.Framed(Message("1")))
        {
            await sender.SendRawAsync(b);
        }

        (await sender.AnswerAsync()).ShouldNotBeNull().ShouldContain("MSA|AA|1");
    }

    [Fact]
    public async Task A_storage_fault_closes_the_connection_without_any_acknowledgement()
    {
        _intake.Unavailable = true;
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync(Adt("A04"));

        (await sender.AnswerAsync()).ShouldBeNull();
        _intake.Taken.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_connection_closed_in_the_middle_of_a_message_stores_and_answers_nothing()
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendRawAsync(MllpClient.Framed(Adt("A04"))[..^10]);
        sender.EndSending();

        (await sender.AnswerAsync()).ShouldBeNull();
        _intake.Taken.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sender_that_ends_its_half_still_gets_its_answer()
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync(Message("1"));
        sender.EndSending();

        (await sender.AnswerAsync()).ShouldNotBeNull().ShouldContain("MSA|AA|1");
        (await sender.AnswerAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData("|T|2.4", "AR", 202)]
    [InlineData("|P|9.9", "AR", 203)]
    public async Task A_refusal_is_kept_and_answered_and_the_connection_goes_on(string header, string code, int condition)
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync(Message("1").Replace("|P|2.4", header, StringComparison.Ordinal));
        var answer = (await sender.AnswerAsync()).ShouldNotBeNull();
        await sender.SendAsync(Message("2"));

        answer.ShouldContain($"MSA|{code}|1");
        answer.ShouldContain(condition.ToString(System.Globalization.CultureInfo.InvariantCulture));
        (await sender.AnswerAsync()).ShouldNotBeNull().ShouldContain("MSA|AA|2");
        _intake.Taken.First().Refusal.ShouldNotBeNull();
    }

    [Fact]
    public async Task An_unknown_sender_is_kept_and_told()
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync(Message("1").Replace("NORTHEPR", "OTHER", StringComparison.Ordinal));

        (await sender.AnswerAsync()).ShouldNotBeNull().ShouldContain("MSA|AE|1");
        _intake.Taken.ShouldHaveSingleItem().Received.SourceId.ShouldBe(ReceivedMessage.UnknownSource);
    }

    [Fact]
    public async Task A_peer_that_does_not_speak_Mllp_is_kept_as_evidence_and_closed_without_an_answer()
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendRawAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        sender.EndSending();

        (await sender.AnswerAsync()).ShouldBeNull();
        var kept = _intake.Taken.ShouldHaveSingleItem();
        kept.Refusal!.Problems[0].Code.ShouldBe("framing");
        kept.Received.Bytes.ToArray().ShouldBe("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
    }

    [Fact]
    public async Task A_message_over_the_limit_is_rejected_by_its_header_before_it_ends()
    {
        await using var server = await MllpServer.StartAsync(_intake, configure: o => o.MaxMessageBytes = 2_048);
        using var sender = await server.ConnectAsync();

        await sender.SendRawAsync([0x0B, .. System.Text.Encoding.ASCII.GetBytes(Message("1") + new string('x', 10_000))]);

        var answer = (await sender.AnswerAsync()).ShouldNotBeNull();
        answer.ShouldContain("MSA|AE|1");
        answer.ShouldNotContain("207", customMessage: "207 asks for the same bytes again");
        var kept = _intake.Taken.ShouldHaveSingleItem();
        kept.Refusal!.Problems[0].Code.ShouldBe("too-long");
        kept.Received.Kind.ShouldBe("ADT^A31");
    }

    [Theory]
    [InlineData("AL", "AL", IntakeOutcome.Accepted, "CA,AA")]
    [InlineData("AL", "NE", IntakeOutcome.Accepted, "CA")]
    [InlineData("NE", "AL", IntakeOutcome.Accepted, "AA")]
    [InlineData("AL", "", IntakeOutcome.Accepted, "CA")]
    [InlineData("ER", "ER", IntakeOutcome.Accepted, "")]
    [InlineData("SU", "SU", IntakeOutcome.Accepted, "CA,AA")]
    [InlineData("NE", "NE", IntakeOutcome.Accepted, "")]
    [InlineData("AL", "AL", IntakeOutcome.Parked, "CA,AE")]
    [InlineData("AL", "NE", IntakeOutcome.Parked, "CE")]
    [InlineData("NE", "ER", IntakeOutcome.Parked, "AE")]
    [InlineData("AL", "AL", IntakeOutcome.Rejected, "CR")]
    [InlineData("ER", "NE", IntakeOutcome.Rejected, "CR")]
    [InlineData("NE", "AL", IntakeOutcome.Rejected, "AR")]
    [InlineData("", "", IntakeOutcome.Parked, "AE")]
    [InlineData("", "", IntakeOutcome.Conflict, "AA")]
    public async Task Each_mode_gets_the_answers_that_it_asked_for(string commit, string application, IntakeOutcome outcome, string expected)
    {
        _intake.Outcome = outcome;
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync(Message("1").Replace("|P|2.4", $"|P|2.4|||{commit}|{application}", StringComparison.Ordinal));
        sender.EndSending();

        var codes = new List<string>();
        var ids = new List<string>();
        while (await sender.AnswerAsync() is { } answer)
        {
            codes.Add(answer.Split("MSA|")[1].Split('|')[0]);
            ids.Add(answer.Split('|')[9]);
        }

        string.Join(',', codes).ShouldBe(expected);
        ids.Distinct().Count().ShouldBe(ids.Count);
        ids.ShouldAllBe(id => id.Length <= 20);
    }

    [Fact]
    public async Task A_batch_has_one_acknowledgement_under_its_own_control_id()
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync("FHS|^~\\&|NORTHEPR\rBHS|^~\\&|NORTHEPR|RXN|HUB|RXN|20260503||||BATCH-7\r" + Message("1") + Message("2") + "BTS|2\r");
        await sender.SendAsync(Message("3"));

        var answer = (await sender.AnswerAsync()).ShouldNotBeNull();
        answer.ShouldContain("\rMSA|AA|BATCH-7\r");
        answer.ShouldNotContain("ERR|");
        (await sender.AnswerAsync()).ShouldNotBeNull().ShouldContain("MSA|AA|3");
        _intake.Taken.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_batch_with_a_bad_message_is_answered_AE_and_names_each_that_was_refused()
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync(
            "BHS|^~\\&|NORTHEPR\r" + Message("1") + Message("2").Replace("ADT^A31", "ADT^A99", StringComparison.Ordinal)
            + Lines(Msh("ADT^A31", "3"), "EVN|A31|20260503174500") + "BTS|3\r");
        sender.EndSending();

        var answer = (await sender.AnswerAsync()).ShouldNotBeNull();
        answer.ShouldContain("MSA|AE|1|");
        answer.Split("\rERR|").Length.ShouldBe(3);
        _intake.Taken.Count.ShouldBe(3);
        (await sender.AnswerAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_batch_of_nothing_but_what_is_never_taken_is_rejected()
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync("BHS|^~\\&|NORTHEPR\r" + Message("1").Replace("ADT^A31", "ADT^A99", StringComparison.Ordinal) + "BTS|1\r");

        (await sender.AnswerAsync()).ShouldNotBeNull().ShouldContain("MSA|AR|1");
    }

    [Fact]
    public async Task A_batch_that_meets_a_storage_fault_has_no_answer()
    {
        _intake.Unavailable = true;
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync("BHS|^~\\&|NORTHEPR\r" + Message("1") + Message("2") + "BTS|2\r");

        (await sender.AnswerAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_message_without_a_control_id_is_answered_AE_with_an_empty_reference_and_the_connection_goes_on()
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync(Message(""));
        await sender.SendAsync(Message("2"));

        var answer = (await sender.AnswerAsync()).ShouldNotBeNull();
        answer.ShouldContain("\rMSA|AE||");
        answer.ShouldContain("\rERR|MSH^1^10");
        (await sender.AnswerAsync()).ShouldNotBeNull().ShouldContain("MSA|AA|2");
    }

    [Fact]
    public async Task A_frame_that_holds_no_HL7_is_kept_and_the_connection_closed()
    {
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();

        await sender.SendAsync("{ \"resourceType\": \"Bundle\" }");

        (await sender.AnswerAsync()).ShouldBeNull();
        _intake.Taken.ShouldHaveSingleItem().Refusal!.Problems[0].Code.ShouldBe("not-hl7");
    }

    [Fact]
    public async Task A_sender_that_drips_bytes_is_closed_when_the_message_has_taken_too_long()
    {
        await using var server = await MllpServer.StartAsync(_intake, configure: o => o.MessageTimeout = TimeSpan.FromSeconds(1));
        using var sender = await server.ConnectAsync();
        await sender.SendRawAsync(0x0B);
        var answer = sender.AnswerAsync();

        for (var i = 0; i < 12 && !answer.IsCompleted; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, TestContext.Current.CancellationToken);
            await Record.ExceptionAsync(() => sender.SendRawAsync((byte)'M'));
        }

        answer.IsCompleted.ShouldBeTrue();
        _intake.Taken.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_listener_speaks_Tls_where_it_is_given_a_certificate()
    {
        using var certificate = SelfSigned();
        await using var server = await MllpServer.StartAsync(_intake, new MllpListener { Tls = https => https.ServerCertificate = certificate });
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(System.Net.IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        await using var tls = new System.Net.Security.SslStream(client.GetStream(), false, (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString());
        await tls.AuthenticateAsClientAsync("localhost");

        await tls.WriteAsync(MllpClient.Framed(Message("1")), TestContext.Current.CancellationToken);
        var buffer = new byte[4_096];
        var read = await tls.ReadAtLeastAsync(buffer, 60, throwOnEndOfStream: false, TestContext.Current.CancellationToken);

        System.Text.Encoding.ASCII.GetString(buffer, 0, read).ShouldContain("MSA|AA|1");
    }

    [Fact]
    public async Task A_silent_connection_is_closed()
    {
        await using var server = await MllpServer.StartAsync(_intake, configure: o => o.IdleTimeout = TimeSpan.FromSeconds(1));
        using var sender = await server.ConnectAsync();

        (await sender.AnswerAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_stop_finishes_the_message_in_hand_and_takes_no_other()
    {
        var commit = new TaskCompletionSource();
        _intake.Commit = commit.Task;
        await using var server = await MllpServer.StartAsync(_intake);
        using var sender = await server.ConnectAsync();
        await sender.SendRawAsync([.. MllpClient.Framed(Message("1")), .. MllpClient.Framed(Message("2"))]);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken);

        var stopped = server.StopAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        commit.SetResult();

        (await sender.AnswerAsync()).ShouldNotBeNull().ShouldContain("MSA|AA|1");
        (await sender.AnswerAsync()).ShouldBeNull();
        await stopped;
        _intake.Taken.Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_connection_too_many_is_closed_at_the_door()
    {
        await using var server = await MllpServer.StartAsync(_intake, new MllpListener { MaxConnections = 1 });
        using var first = await server.ConnectAsync();
        await first.SendAsync(Message("1"));
        (await first.AnswerAsync()).ShouldNotBeNull();

        string? answer = null;
        try
        {
            using var second = await server.ConnectAsync();
            await second.SendAsync(Message("2"));
            answer = await second.AnswerAsync();
        }
        catch (Exception ex) when (ex is IOException or System.Net.Sockets.SocketException)
        {
            // reset while connecting, sending or reading: each is a closed door
        }

        answer.ShouldBeNull();
        _intake.Taken.Count.ShouldBe(1);
        await first.SendAsync(Message("3"));
        (await first.AnswerAsync()).ShouldNotBeNull().ShouldContain("MSA|AA|3");
    }

    private static System.Security.Cryptography.X509Certificates.X509Certificate2 SelfSigned()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=localhost", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static string Message(string id) => Lines(Msh("ADT^A31", id), "EVN|A31|20260503174500", Pid);
}
