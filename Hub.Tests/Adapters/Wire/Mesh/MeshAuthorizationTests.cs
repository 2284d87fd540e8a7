using FsCheck.Xunit;
using Hub.Adapters.Wire.Mesh;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Wire.Mesh;

/// <summary>The header by which a mailbox proves that a request is its own.</summary>
public sealed class MeshAuthorizationTests
{
    private static readonly MeshSecrets Secrets = new("password", "TestKey");
    private static readonly DateTimeOffset NewYear = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_header_is_the_one_that_was_worked_out_by_hand()
    {
        var header = MeshAuthorization.Sign("X26ABC1", "0e3e2a52-9c1e-4f31-8c0a-5b1f3f6c9d10", 1, Secrets, NewYear);

        header.ShouldBe("X26ABC1:0e3e2a52-9c1e-4f31-8c0a-5b1f3f6c9d10:001:202601010900:138f6d509a6cf2a0ed293c88a1d1ef92f284fdda4a58c188c80ef0777ac02a1f");
    }

    [Fact]
    public void The_first_header_of_a_signer_is_signed_with_the_nonce_it_was_given()
    {
        var nonce = Guid.Parse("0e3e2a52-9c1e-4f31-8c0a-5b1f3f6c9d10");

        new MeshAuthorization(new FakeTimeProvider(NewYear), () => nonce).Next("X26ABC1", Secrets).ShouldEndWith("138f6d509a6cf2a0ed293c88a1d1ef92f284fdda4a58c188c80ef0777ac02a1f");
    }

    [Fact]
    public void No_two_requests_bear_the_same_nonce_and_count_whoever_sends_them_at_once()
    {
        var made = 0;
        var signer = new MeshAuthorization(new FakeTimeProvider(NewYear), () => new Guid(Interlocked.Increment(ref made), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        var headers = new string[2500];

        Parallel.For(0, headers.Length, n => headers[n] = signer.Next("X26ABC1", Secrets));

        headers.Select(h => string.Join(':', h.Split(':')[1..3])).Distinct().Count().ShouldBe(headers.Length);
        made.ShouldBe(3); // a nonce serves 999 requests
    }

    [Property]
    public void A_header_has_five_parts_and_no_secret_in_it(ushort minutes, byte count)
    {
        var at = NewYear.AddMinutes(minutes);

        var header = MeshAuthorization.Sign("X26ABC1", "n", count, Secrets, at);

        header.Split(':').Length.ShouldBe(5);
        header.ShouldNotContain("password");
        header.ShouldNotContain("TestKey");
        header.Split(':')[4].ShouldMatch("^[0-9a-f]{64}$");
        header.Split(':')[3].ShouldBe(at.ToString("yyyyMMddHHmm", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Property]
    public void Whatever_changes_in_what_is_signed_changes_the_hash(byte count, byte other, bool password, bool key)
    {
        var one = MeshAuthorization.Sign("X26ABC1", "n", count, Secrets, NewYear);
        var two = MeshAuthorization.Sign("X26ABC1", "n", other, new MeshSecrets(password ? "else" : "password", key ? "Else" : "TestKey"), NewYear);

        (one.Split(':')[4] == two.Split(':')[4]).ShouldBe(count == other && !password && !key);
    }

    [Fact]
    public void Secrets_do_not_show_themselves() => Secrets.ToString().ShouldNotContain("password");
}
