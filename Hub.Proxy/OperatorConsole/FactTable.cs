namespace Hub.Proxy.OperatorConsole;

/// <summary>A titled table of plain facts: pages that only show things are made of these.</summary>
/// <param name="Title">Its heading, and what it is called for readers who do not see it.</param>
/// <param name="Columns">What each column holds.</param>
/// <param name="WhenEmpty">Said where there are no rows: nothing is ever left blank.</param>
internal sealed record FactTable(string Title, IReadOnlyList<string> Columns, string WhenEmpty)
{
    public IReadOnlyList<FactRow> Rows { get; init; } = [];
}

/// <summary>A row, and where its first cell leads to.</summary>
internal sealed record FactRow(params IReadOnlyList<string> Cells)
{
    public string? Link { get; init; }
}
