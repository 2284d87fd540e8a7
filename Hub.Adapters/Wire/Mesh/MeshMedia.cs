namespace Hub.Adapters.Wire.Mesh;

/// <summary>The version of the API that is asked for. A server of version 1 answers in its own form, which is read as well.</summary>
public static class MeshMedia
{
    public const string V2 = "application/vnd.mesh.v2+json";
}
