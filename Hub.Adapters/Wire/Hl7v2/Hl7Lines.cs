namespace Hub.Adapters.Wire.Hl7v2;

internal static class Hl7Lines
{
    /// <summary>Cuts at CR, LF or both.</summary>
    public static SegmentLines EnumerateSegments(this ReadOnlySpan<char> text) => new(text);

    public ref struct SegmentLines(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;
        private bool _done;

        public ReadOnlySpan<char> Current { get; private set; }

        public readonly SegmentLines GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_done)
            {
                return false;
            }

            // Not EnumerateLines: it also cuts at form feed, NEL and U+2028, which are content here.
            var end = _rest.IndexOfAny('\r', '\n');
            Current = end < 0 ? _rest : _rest[..end];
            _done = end < 0;
            _rest = end < 0 ? default : _rest[(end + 1)..];
            return true;
        }
    }
}
