using System.Security.Cryptography;
using System.Text;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>What a sender calls a message: MSH-3, MSH-4 and MSH-10 (decisions: intake). Over-long ones end in a digest.</summary>
internal static class MessageKeys
{
    private const int MaxLength = 240; // SourceMessageId takes 255, and a message may give more than one event

    public static string Of(string? application, string? facility, string controlId)
    {
        var key = $"{application}|{facility}|{controlId}";
        return key.Length <= MaxLength ? key : key[..160] + "#" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }
}
