using System.Text.Json;

namespace Hub.Proxy.Notices;

/// <summary>A JSON POST signed by HMAC-SHA256 over its time and its bytes, so that its receiver knows whose it is and that it is no old one.</summary>
internal sealed class WebhookChannel(WebhookSettings settings, SignedPost post) : INoticeChannel
{
    public string Name => "webhook";

    public Task<string?> SendAsync(Notice notice, CancellationToken cancellationToken) =>
        post.SendAsync(settings, notice.Key, JsonSerializer.SerializeToUtf8Bytes(new { id = notice.Id, role = notice.Role, dueAt = notice.DueAt, link = notice.Link }), cancellationToken);
}
