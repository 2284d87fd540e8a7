using System.Security.Cryptography;
using Hub.Proxy.OperatorConsole;
using Hub.Proxy.Store;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.OperatorConsole;

public sealed class FormProtectionTests
{
    private static readonly byte[] Carried = "act=accept"u8.ToArray();

    [Fact]
    public void What_one_node_protected_another_with_the_same_key_can_read()
    {
        var key = NewKey();

        Of(key).CreateProtector("forms").Unprotect(Of(key).CreateProtector("forms").Protect(Carried)).ShouldBe(Carried);
    }

    [Fact]
    public void Another_purpose_cannot_read_it()
    {
        var hub = Of(NewKey());

        Should.Throw<CryptographicException>(() => hub.CreateProtector("cookies").Unprotect(hub.CreateProtector("forms").Protect(Carried)));
    }

    [Fact]
    public void Another_hubs_key_cannot_read_it() =>
        Should.Throw<CryptographicException>(() => Of(NewKey()).CreateProtector("forms").Unprotect(Of(NewKey()).CreateProtector("forms").Protect(Carried)));

    [Fact]
    public void Whatever_byte_is_changed_or_left_out_it_is_refused()
    {
        var protector = Of(NewKey()).CreateProtector("forms");
        var whole = protector.Protect(Carried);

        for (var i = 0; i < whole.Length; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[i] ^= 1;
            Should.Throw<CryptographicException>(() => protector.Unprotect(changed), $"byte {i}");
            Should.Throw<CryptographicException>(() => protector.Unprotect(whole[..i]), $"cut at {i}");
        }
    }

    [Fact]
    public void The_same_content_is_never_protected_twice_alike()
    {
        var protector = Of(NewKey()).CreateProtector("forms");

        protector.Protect(Carried).ShouldNotBe(protector.Protect(Carried));
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static FormProtection Of(string key) => FormProtection.Of(new StoreOptions { Organisation = "RXX", IdentifierKey = key });
}
