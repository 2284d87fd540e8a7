using Xunit;

namespace Hub.Tests.Support;

/// <summary>Tests that take the whole machine: they run one after another when all others are done, so that none of those is starved of time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
