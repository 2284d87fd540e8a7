using System.Reflection;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy;
using NetArchTest.Rules;
using Shouldly;
using Xunit;
using TestResult = NetArchTest.Rules.TestResult;

namespace Hub.Tests.Architecture;

/// <summary>Walls that missing project references cannot hold by themselves. Each was seen red once before it was trusted.</summary>
public sealed class WallTests
{
    private static readonly Assembly Fhir = typeof(CareEvent).Assembly;
    private static readonly Assembly Adapters = typeof(IEventIntake).Assembly;
    private static readonly Assembly Proxy = typeof(HubOptions).Assembly;

    [Fact]
    public void The_language_does_no_input_or_output() =>
        ShouldHold(Types.InAssembly(Fhir).ShouldNot().HaveDependencyOnAny(
            "System.Net", "Hl7.Fhir.Rest", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.Extensions", "System.Data").GetResult());

    [Fact]
    public void Events_know_neither_FHIR_nor_any_system() =>
        ShouldHold(Types.InAssembly(Fhir).That().ResideInNamespace("Hub.Fhir.Events").ShouldNot().HaveDependencyOnAny(
            "Hl7.Fhir", "Hub.Fhir.Resources", "Hub.Fhir.Bundles", "DotLiquid").GetResult());

    [Fact]
    public void An_adapter_cannot_store_queue_or_route() =>
        ShouldHold(Types.InAssembly(Adapters).ShouldNot().HaveDependencyOnAny(
            "Microsoft.EntityFrameworkCore", "Microsoft.Data", "Npgsql", "MassTransit", "Yarp").GetResult());

    [Fact]
    public void Wire_rooms_know_no_events() =>
        ShouldHold(Types.InAssembly(Adapters).That().ResideInNamespaceStartingWith("Hub.Adapters.Wire").ShouldNot().HaveDependencyOnAny(
            "Hub.Fhir.Bundles", "Hub.Adapters.Sources", "Hub.Adapters.Recipients", "Hub.Adapters.Contract").GetResult());

    [Fact]
    public void Sources_know_neither_store_nor_recipients() =>
        ShouldHold(Types.InAssembly(Adapters).That().ResideInNamespaceStartingWith("Hub.Adapters.Sources").ShouldNot()
            .HaveDependencyOn("Hub.Adapters.Recipients").GetResult());

    [Fact]
    public void Recipients_know_no_sources_and_no_events() =>
        ShouldHold(Types.InAssembly(Adapters).That().ResideInNamespaceStartingWith("Hub.Adapters.Recipients").ShouldNot()
            .HaveDependencyOnAny("Hub.Adapters.Sources").GetResult());

    [Fact]
    public void Episodes_know_no_FHIR() =>
        ShouldHold(Types.InAssembly(Proxy).That().ResideInNamespaceStartingWith("Hub.Proxy.Episodes").ShouldNot()
            .HaveDependencyOnAny("Hl7.Fhir", "Hub.Fhir.Resources", "Hub.Fhir.Bundles", "Microsoft.EntityFrameworkCore").GetResult());

    [Fact]
    public void Only_Dispatch_and_the_composition_root_know_the_bus() =>
        ShouldHold(Types.InAssembly(Proxy).That().DoNotResideInNamespaceStartingWith("Hub.Proxy.Dispatch").ShouldNot()
            .HaveDependencyOn("MassTransit").GetResult());

    [Fact]
    public void Simulators_share_nothing_with_the_hub_so_that_a_shared_fault_cannot_pass() =>
        ShouldHold(Types.InAssembly(Proxy).That().ResideInNamespaceStartingWith("Hub.Proxy.Simulators").ShouldNot()
            .HaveDependencyOnAny("Hub.Fhir", "Hub.Adapters", "Hub.Proxy.Store", "Hub.Proxy.Dispatch", "Hl7.Fhir").GetResult());

    [Fact]
    public void A_room_and_a_type_never_share_a_name()
    {
        var types = new[] { Fhir, Adapters, Proxy }.SelectMany(a => a.GetTypes()).Where(t => t.Namespace?.StartsWith("Hub.", StringComparison.Ordinal) == true).ToList();
        var rooms = types.Select(t => t.Namespace!).SelectMany(n => n.Split('.')).ToHashSet(StringComparer.Ordinal);

        types.Where(t => rooms.Contains(t.Name)).Select(t => t.FullName).ShouldBeEmpty();
    }

    [Fact]
    public void No_type_takes_a_name_that_says_nothing()
    {
        string[] empty = ["Manager", "Helper", "Util", "Utils", "Service", "Handler", "Processor", "Base", "Common", "Impl", "Info", "Data"];

        new[] { Fhir, Adapters, Proxy }.SelectMany(a => a.GetTypes())
            .Where(t => t.Namespace?.StartsWith("Hub.", StringComparison.Ordinal) == true && !t.Name.Contains('<', StringComparison.Ordinal) && !t.IsNested)
            .Where(t => empty.Any(e => t.Name.EndsWith(e, StringComparison.Ordinal)))
            .Select(t => t.FullName).ShouldBeEmpty();
    }

    private static void ShouldHold(TestResult result) =>
        result.IsSuccessful.ShouldBeTrue(string.Join(", ", result.FailingTypeNames ?? []));
}
