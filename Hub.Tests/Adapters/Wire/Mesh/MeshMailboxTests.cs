using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hub.Adapters.Mailboxes;
using Hub.Adapters.Wire.Mesh;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Wire.Mesh;

/// <summary>A mailbox of ours against a scripted MESH that reckons for itself, over a real socket.</summary>
public sealed class MeshMailboxTests : IAsyncLifetime
{
    private SimulatedMesh mesh = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => mesh = await SimulatedMesh.StartAsync();

    public ValueTask DisposeAsync() => mesh.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_is_sent_tracked_listed_read_and_acknowledged_in_either_version(bool v1)
    {
        mesh.SpeaksVersion1 = v1;
        mesh.RecipientsCollect = false;
        await using var ours = Open();
        await using var theirs = Open(MeshSettings.Practice);
        (await ours.Mailbox.Connection.HandshakeAsync(Token)).IsSuccess.ShouldBeTrue();

        var sent = await ours.Mailbox.Outbox.SendAsync(Letter("hello"u8.ToArray()), Token);

        sent.Answer.Status.ShouldBe(HttpStatusCode.Accepted);
        (await ours.Mailbox.Outbox.TrackAsync(sent.MessageId!, Token)).Tracking!.Status.ShouldBe("accepted");
        (await ours.Mailbox.Outbox.TrackByLocalIdAsync("local-1", Token)).Tracking!.MessageId.ShouldBe(sent.MessageId);
        var (page, _) = await theirs.Mailbox.Inbox.ListAsync(MeshSettings.Workflow, null, Token);
        page!.MessageIds.ShouldBe([sent.MessageId!]);
        (await theirs.Mailbox.Inbox.HeadAsync(sent.MessageId!, Token)).Header(MeshHeader.WorkflowId).ShouldBe(MeshSettings.Workflow);
        var read = await theirs.Mailbox.Inbox.ReadAsync(sent.MessageId!, _ => true, Token);
        Encoding.UTF8.GetString(read!.Bytes.Span).ShouldBe("hello");
        (read.From, read.IsReport).ShouldBe((MeshSettings.Ours, false));
        (await theirs.Mailbox.Inbox.AcknowledgeAsync(sent.MessageId!, Token)).IsSuccess.ShouldBeTrue();
        (await ours.Mailbox.Outbox.TrackAsync(sent.MessageId!, Token)).Tracking!.IsCollected.ShouldBeTrue();
        (await ours.Mailbox.Outbox.TrackAsync("NO_SUCH", Token)).ShouldSatisfyAllConditions(t => t.IsKnown.ShouldBeTrue(), t => t.Tracking.ShouldBeNull());
    }

    [Fact]
    public async Task Over_mutual_TLS_our_certificate_is_shown_and_without_the_right_one_nothing_of_a_message_arrives()
    {
        using var health = new TestAuthority("Health service root");
        using var strangers = new TestAuthority("Another root");
        var folder = Directory.CreateTempSubdirectory("hub-secrets-");
        mesh.Tls = new(health.Issue("127.0.0.1"), X509Certificate2.CreateFromPem(health.Pem));
        string File(string name, string content)
        {
            var path = Path.Combine(folder.FullName, name);
            System.IO.File.WriteAllText(path, content);
            return path;
        }

        var trusted = File("root.pem", health.Pem);
        Action<Dictionary<string, object>> Showing(TestAuthority issuer, string name) => settings =>
        {
            using var certificate = issuer.Issue(name);
            using var key = certificate.GetECDsaPrivateKey()!;
            settings["trustedCertificateFile"] = trusted;
            settings["clientCertificate"] = new { fromFile = File(name + ".pem", certificate.ExportCertificatePem()) };
            settings["clientKey"] = new { fromFile = File(name + ".key", key.ExportPkcs8PrivateKeyPem()) };
        };

        await using (var ours = Open(change: Showing(health, "hub")))
        {
            (await ours.Mailbox.Connection.HandshakeAsync(Token)).IsSuccess.ShouldBeTrue();
            (await ours.Mailbox.Outbox.SendAsync(Letter("hello"u8.ToArray()), Token)).Answer.Status.ShouldBe(HttpStatusCode.Accepted);
        }

        Action<Dictionary<string, object>>[] wrong = [Showing(strangers, "stranger"), s => s["trustedCertificateFile"] = trusted, _ => { }];
        foreach (var change in wrong)
        {
            await using var other = Open(change: change);
            await Should.ThrowAsync<HttpRequestException>(() => other.Mailbox.Outbox.SendAsync(Letter("secret"u8.ToArray()), Token));
        }

        mesh.Store.All.Count.ShouldBe(1);
        mesh.Handshakes.ShouldBe(1);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(3_000, 1024)]
    [InlineData(1024, 1024)]
    [InlineData(1025, 1024)]
    [InlineData(300_000, 7_001)]
    public async Task A_long_message_goes_and_comes_in_parts_and_is_the_same(int length, int part)
    {
        mesh.RecipientsCollect = false;
        var body = RandomNumberGenerator.GetBytes(length);
        await using var ours = Open(change: s => s["chunkBytes"] = part);
        await using var theirs = Open(MeshSettings.Practice);

        var sent = await ours.Mailbox.Outbox.SendAsync(Letter(body), Token);

        mesh.Store.Find(sent.MessageId!)!.Parts.ShouldBe((length + part - 1) / part);
        (await theirs.Mailbox.Inbox.ReadAsync(sent.MessageId!, _ => true, Token))!.Bytes.ToArray().ShouldBe(body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_inbox_of_more_than_one_page_is_listed_to_its_end_and_by_workflow(bool v1)
    {
        mesh.SpeaksVersion1 = v1;
        var mine = new List<string>();
        for (var n = 0; n < 1203; n++)
        {
            var id = mesh.Store.Deliver(MeshSettings.Ours, "X26ABC3", n % 2 == 0 ? "OTHER" : MeshSettings.Answers, new byte[] { 1 }).Id;
            mine.AddRange(n % 2 == 0 ? [] : [id]);
        }

        await using var ours = Open();
        (await EveryAsync(ours.Mailbox, null)).Count.ShouldBe(1203);
        (await EveryAsync(ours.Mailbox, MeshSettings.Answers)).ShouldBe(mine);
    }

    [Fact]
    public async Task A_part_that_breaks_off_gives_no_message_and_the_next_reading_gives_all_of_it()
    {
        var body = RandomNumberGenerator.GetBytes(100_000);
        var id = mesh.Store.Deliver(MeshSettings.Ours, "X26ABC3", MeshSettings.Answers, body, 30_000).Id;
        mesh.Inbox.BreakParts(1);
        await using var ours = Open();

        await Should.ThrowAsync<Exception>(() => ours.Mailbox.Inbox.ReadAsync(id, _ => true, Token));

        (await ours.Mailbox.Inbox.ReadAsync(id, _ => true, Token))!.Bytes.ToArray().ShouldBe(body);
        mesh.Inbox.Acknowledged.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_without_one_of_its_parts_is_broken_and_not_short()
    {
        var message = mesh.Store.Deliver(MeshSettings.Ours, "X26ABC3", MeshSettings.Answers, RandomNumberGenerator.GetBytes(5000), 1000);
        message.Content[3] = [];
        await using var ours = Open();

        await Should.ThrowAsync<MeshBrokenMessageException>(() => ours.Mailbox.Inbox.ReadAsync(message.Id, _ => true, Token));
    }

    [Fact]
    public async Task A_message_that_was_compressed_whole_and_then_cut_is_read_and_one_with_a_foreign_part_is_broken()
    {
        var body = RandomNumberGenerator.GetBytes(5000);
        var message = mesh.Store.Deliver(MeshSettings.Ours, "X26ABC3", MeshSettings.Answers, body, 2500);
        var packed = MeshChunks.Compress(body).ToArray();
        (message.Content[1], message.Content[2]) = (packed[..2000], packed[2000..]);
        await using var ours = Open();
        (await ours.Mailbox.Inbox.ReadAsync(message.Id, _ => true, Token))!.Bytes.ToArray().ShouldBe(body);

        var foreign = mesh.Store.Deliver(MeshSettings.Ours, "X26ABC3", MeshSettings.Answers, body, 2500);
        foreign.Content[2] = "no gzip at all"u8.ToArray();
        await Should.ThrowAsync<MeshBrokenMessageException>(() => ours.Mailbox.Inbox.ReadAsync(foreign.Id, _ => true, Token));
    }

    [Fact]
    public async Task A_bomb_is_not_unpacked_beyond_the_limit()
    {
        var id = mesh.Store.Deliver(MeshSettings.Ours, "X26ABC3", MeshSettings.Answers, new byte[Mailbox.MaxBytes + 1], Mailbox.MaxBytes + 1).Id;
        await using var ours = Open();

        (await Should.ThrowAsync<MeshBrokenMessageException>(() => ours.Mailbox.Inbox.ReadAsync(id, _ => true, Token))).Message.ShouldContain("longer than");
    }

    [Fact]
    public async Task What_nobody_wants_is_not_read_and_stays()
    {
        var id = mesh.Store.Deliver(MeshSettings.Ours, "X26ABC3", "OTHER", new byte[100]).Id;
        await using var ours = Open();

        (await ours.Mailbox.Inbox.ReadAsync(id, _ => false, Token))!.Bytes.IsEmpty.ShouldBeTrue();
        mesh.Store.Inbox(MeshSettings.Ours).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_report_names_the_message_it_is_about()
    {
        mesh.Script.Then("report:EPL-153");
        await using var ours = Open();
        var sent = await ours.Mailbox.Outbox.SendAsync(Letter("x"u8.ToArray()), Token);

        var report = (await ours.Mailbox.Inbox.ReadAsync(mesh.Store.Inbox(MeshSettings.Ours).Single().Id, _ => true, Token))!;

        report.IsReport.ShouldBeTrue();
        report.Head.Header(MeshHeader.LinkedMessageId).ShouldBe(sent.MessageId);
        report.Head.Header(MeshHeader.StatusCode).ShouldBe("EPL-153");
        report.Head.Header(MeshHeader.LocalId).ShouldBe("local-1");
        (await ours.Mailbox.Outbox.TrackByLocalIdAsync("local-1", Token)).Tracking!.IsDead.ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mailboxes_are_found_by_organisation_and_by_workflow(bool v1)
    {
        mesh.SpeaksVersion1 = v1;
        await using var ours = Open();

        (await ours.Mailbox.Lookup.OfWorkflowAsync(MeshSettings.Workflow, Token))!.Select(m => m.MailboxId).ShouldBe(["X26ABC1", "X26ABC2", "X26ABC3"]);
        (await ours.Mailbox.Lookup.OfOrganisationAsync("X26", MeshSettings.Workflow, Token))!.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_a_missing_one_is_not_tried()
    {
        Environment.SetEnvironmentVariable("HUB_TEST_MESH_WRONG", "wrong");
        await using var wrong = Open(change: s => s["password"] = new { fromEnv = "HUB_TEST_MESH_WRONG" });
        (await wrong.Mailbox.Connection.HandshakeAsync(Token)).Status.ShouldBe(HttpStatusCode.Forbidden);

        await using var missing = Open(change: s => s["password"] = new { fromEnv = "HUB_TEST_MESH_NONE" });
        (await Should.ThrowAsync<MeshSecretMissingException>(() => missing.Mailbox.Connection.HandshakeAsync(Token))).Message.ShouldContain("HUB_TEST_MESH_NONE");
    }

    [Fact]
    public async Task Many_requests_over_one_mailbox_are_all_taken_for_its_own()
    {
        await using var ours = Open();

        await Parallel.ForEachAsync(Enumerable.Range(0, 1100), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (_, token) =>
            (await ours.Mailbox.Inbox.HeadAsync("NONE", token)).Status.ShouldBe(HttpStatusCode.NotFound));
    }

    private static async Task<List<string>> EveryAsync(Mailbox mailbox, string? workflow)
    {
        var found = new List<string>();
        for (string? from = null; ;)
        {
            var (page, _) = await mailbox.Inbox.ListAsync(workflow, from, Token);
            found.AddRange(page!.MessageIds);
            if ((from = page.ContinueFrom) is null)
            {
                return found;
            }
        }
    }

    private static MeshOutgoing Letter(byte[] body) => new() { To = MeshSettings.Practice, WorkflowId = MeshSettings.Workflow, LocalId = "local-1", MediaType = "application/octet-stream", Bytes = body };

    private Opened Open(string mailbox = MeshSettings.Ours, Action<Dictionary<string, object>>? change = null)
    {
        var (opened, services) = MeshSettings.Open(mesh, s =>
        {
            s["mailbox"] = mailbox;
            change?.Invoke(s);
        });
        return new Opened(opened, services);
    }

    private sealed record Opened(Mailbox Mailbox, IAsyncDisposable Services) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Mailbox.Dispose();
            return Services.DisposeAsync();
        }
    }
}
