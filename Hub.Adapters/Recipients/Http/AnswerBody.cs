namespace Hub.Adapters.Recipients.Http;

/// <summary>A partner's answer, read to its end or to our limit.</summary>
internal sealed record AnswerBody(ReadOnlyMemory<byte> Bytes, bool TooLong)
{
    /// <summary>No honest acknowledgement is longer.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>What is kept of an answer as evidence.</summary>
    public const int MaxEvidence = 64 * 1024;

    public ReadOnlyMemory<byte> Evidence => Bytes.Length <= MaxEvidence ? Bytes : Bytes[..MaxEvidence].ToArray();

    public static async Task<AnswerBody> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[4096];
        var filled = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0)
        {
            filled += read;
            if (filled > MaxBytes)
            {
                return new AnswerBody(buffer.AsMemory(0, MaxBytes), TooLong: true);
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return new AnswerBody(buffer.AsMemory(0, filled), TooLong: false);
    }
}
