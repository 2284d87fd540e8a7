namespace Hub.Adapters.Wire.Mesh;

/// <summary>Names of MESH's own headers. Names are compared without regard to case.</summary>
public static class MeshHeader
{
    public const string From = "Mex-From";
    public const string To = "Mex-To";
    public const string WorkflowId = "Mex-WorkflowID";
    public const string ChunkRange = "Mex-Chunk-Range";
    public const string LocalId = "Mex-LocalID";
    public const string MessageId = "Mex-MessageID";
    public const string MessageType = "Mex-MessageType";
    public const string ContentType = "Mex-Content-Type";
    public const string ContentCompressed = "Mex-Content-Compressed";
    public const string LinkedMessageId = "Mex-LinkedMsgID";
    public const string StatusCode = "Mex-StatusCode";
    public const string StatusEvent = "Mex-StatusEvent";
    public const string StatusDescription = "Mex-StatusDescription";
    public const string ClientVersion = "Mex-ClientVersion";
    public const string OsName = "Mex-OSName";
    public const string OsVersion = "Mex-OSVersion";
}
