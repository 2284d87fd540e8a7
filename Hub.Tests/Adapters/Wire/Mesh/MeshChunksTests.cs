using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Hub.Adapters.Wire.Mesh;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Wire.Mesh;

/// <summary>A message in parts is the message.</summary>
public sealed class MeshChunksTests
{
    [Property]
    public void The_parts_of_a_message_joined_are_the_message(byte[] message, PositiveInt size)
    {
        var total = MeshChunks.Count(message.Length, size.Get);

        total.ShouldBe(Math.Max(1, (message.Length + size.Get - 1) / size.Get));
        var parts = Enumerable.Range(1, total).Select(n => MeshChunks.Slice(message, n, size.Get)).ToList();
        parts.ShouldAllBe(p => p.Length <= size.Get);
        parts.SelectMany(p => p.ToArray()).ToArray().ShouldBe(message);
    }

    [Property]
    public void Compressed_parts_joined_are_one_stream_of_the_message(byte[] message, PositiveInt size)
    {
        var packed = Enumerable.Range(1, MeshChunks.Count(message.Length, size.Get)).SelectMany(n => MeshChunks.Compress(MeshChunks.Slice(message, n, size.Get)).ToArray()).ToArray();

        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var whole = new MemoryStream();
        gzip.CopyTo(whole);
        whole.ToArray().ShouldBe(message);
    }

    [Theory]
    [InlineData("1:1", 1, 1)]
    [InlineData("2:7", 2, 7)]
    [InlineData(" 2 : 7 ", 2, 7)]
    public void A_range_is_read(string header, int number, int total) => MeshChunks.Range(header).ShouldBe((number, total));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0:1")]
    [InlineData("3:2")]
    [InlineData("-1:2")]
    [InlineData("1:2:3")]
    [InlineData("a:b")]
    public void What_is_no_range_is_none(string? header) => MeshChunks.Range(header).ShouldBeNull();

    [Property]
    public void No_answer_of_MESH_is_an_exception(byte[] body)
    {
        MeshJson.MessageId(body);
        MeshJson.Error(body);
        MeshJson.Page(body);
        MeshJson.Tracking(body);
        MeshJson.Addresses(body);
    }

    [Theory]
    [InlineData("""{"messageID":"A1"}""", "A1")]
    [InlineData("""{"message_id":"A1_B"}""", "A1_B")]
    [InlineData("""{"message_id":"../../admin"}""", null)]
    [InlineData("""{"message_id":"A1","message_id":"A2"}""", null)]
    [InlineData("""{"message_id":7}""", null)]
    [InlineData("""["A1"]""", null)]
    public void An_id_is_read_in_both_forms_and_never_as_a_path(string body, string? id) => MeshJson.MessageId(System.Text.Encoding.UTF8.GetBytes(body)).ShouldBe(id);

    [Theory]
    [InlineData("""{"errorEvent":"SEND","errorCode":"12","errorDescription":"Unregistered"}""")]
    [InlineData("""{"message_id":"x","detail":[{"event":"SEND","code":"12","msg":"Unregistered"}]}""")]
    [InlineData("""{"detail":{"errorEvent":"SEND","errorCode":"12","errorDescription":"Unregistered"}}""")]
    public void An_error_is_read_in_every_form(string body) => MeshJson.Error(System.Text.Encoding.UTF8.GetBytes(body)).ShouldBe(new MeshError("12", "SEND", "Unregistered"));
}
