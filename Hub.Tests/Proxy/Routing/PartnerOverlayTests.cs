using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Proxy.Routing;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Routing;

/// <summary>What an environment changes in a partner file, and what the hub says of versions that run.</summary>
public sealed class PartnerOverlayTests : IDisposable
{
    private readonly PartnerFolder folder = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public void An_overlay_changes_what_it_names_and_leaves_the_rest()
    {
        folder.WithRecipient("elm-surgery", settings: """{ "seconds": 20, "deep": { "kept": 1, "changed": 1, "gone": 1 } }""");
        Overlay("test", "elm-surgery.json", """{ "name": "Elm (test)", "settings": { "seconds": 5, "deep": { "changed": 2, "gone": null, "new": { "a": null, "b": 1 } } } }""");

        var elm = Load("test").Find("elm-surgery").ShouldNotBeNull();

        elm.Name.ShouldBe("Elm (test)");
        elm.Organisation!.Value.ShouldBe("Y06601");
        JsonSerializer.Serialize(elm.Settings).ShouldBe("""{"seconds":5,"deep":{"kept":1,"changed":2,"new":{"b":1}}}""");
        Load(null).Find("elm-surgery")!.Name.ShouldBe("Name of elm-surgery");
        Load("test").Find("elm-surgery")!.Hash.ShouldNotBe(Load(null).Find("elm-surgery")!.Hash);
    }

    [Fact]
    public void An_error_names_the_file_and_line_that_its_value_came_from()
    {
        folder.WithRecipient("elm-surgery", settings: """{ "seconds": 20 }""");
        Overlay("test", "elm-surgery.json", "{\n  \"settings\": {\n    \"seconds\": 500\n  }\n}");
        var ours = Load("test").Problems.Single();
        (ours.File, ours.Line, ours.Field).ShouldBe(("overlays/test/elm-surgery.json", 3, "/settings/seconds"));

        folder.WithRecipient("elm-surgery", settings: """{ "seconds": 500 }""");
        Overlay("test", "elm-surgery.json", """{ "name": "Elm (test)" }""");
        var theirs = Load("test").Problems.Single();
        (theirs.File, theirs.Field).ShouldBe(("elm-surgery.json", "/settings/seconds"));
        theirs.Line.ShouldNotBe(1);
    }

    [Theory]
    [InlineData("elm-surgery.json", """{ "id": "other" }""", "/id")]
    [InlineData("elm-surgery.json", """{ "role": "source" }""", "/role")]
    [InlineData("elm-surgery.json", "[]", "")]
    [InlineData("elm-surgery.json", "{ nothing", "")]
    [InlineData("elm-surgery.json", """{ "name": "a", "name": "b" }""", "")]
    [InlineData("elm-surgery.json", """{ "settings": { "password": "hunter2" } }""", "/settings/password")]
    [InlineData("elm-surgrey.json", """{ "name": "Elm (test)" }""", "")]
    public void An_overlay_that_is_wrong_is_named_and_never_half_applied(string file, string text, string field)
    {
        folder.WithRecipient("elm-surgery").WithRecipient("oak-surgery", organisation: "Y06602");
        Overlay("test", file, text);

        var partners = Load("test");

        partners.Problems.ShouldHaveSingleItem().ShouldSatisfyAllConditions(p => p.Field.ShouldBe(field), p => p.File.ShouldBe("overlays/test/" + file));
        partners.Find("oak-surgery").ShouldNotBeNull();
        partners.Problems[0].ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public void A_faulty_file_leaves_the_old_version_running_and_it_is_said_since_when_and_why()
    {
        var partners = folder.WithRecipient("elm-surgery").WithRecipient("oak-surgery", organisation: "Y06602").Let(_ => Load(null));
        var good = partners.Find("elm-surgery")!.Hash;
        clock.Advance(TimeSpan.FromHours(1));
        folder.WithRecipient("elm-surgery", settings: """{ "seconds": 500 }""");

        partners.Reload().Kept.ShouldBe(["elm-surgery"]);

        var elm = partners.Versions.Single(v => v.Id == "elm-surgery");
        (elm.State, elm.RunningHash, elm.RunningSince, elm.FaultySince).ShouldBe((PartnerFileState.RunningOldVersion, good, clock.Start, clock.GetUtcNow()));
        elm.Words.ShouldContain("elm-surgery.json, line ");
        elm.Words.ShouldContain("/settings/seconds: Too long. At most 120.");
        partners.Versions.Single(v => v.Id == "oak-surgery").State.ShouldBe(PartnerFileState.Current);
        JsonDocument.Parse(partners.WrittenOf("elm-surgery")!).RootElement.GetProperty("settings").EnumerateObject().ShouldBeEmpty();

        folder.WithRecipient("elm-surgery", settings: """{ "seconds": 30 }""");
        partners.Reload();
        partners.Versions.Single(v => v.Id == "elm-surgery").ShouldSatisfyAllConditions(
            v => v.State.ShouldBe(PartnerFileState.Current), v => v.RunningSince.ShouldBe(clock.GetUtcNow()), v => v.Problems.ShouldBeEmpty());
    }

    [Fact]
    public void A_file_that_fails_its_self_test_is_not_switched_to_and_is_tried_once()
    {
        var tried = 0;
        PartnerProblem? Test(PartnerFile partner)
        {
            tried++;
            return partner.Name.Contains("bad", StringComparison.Ordinal) ? new PartnerProblem("/settings", "It does not bind.", "Correct it.") : null;
        }

        folder.WithRecipient("elm-surgery");
        var partners = Load(null, Test);
        folder.With("elm-surgery.json", File.ReadAllText(Path.Combine(folder.Path, "elm-surgery.json")).Replace("Name of", "bad", StringComparison.Ordinal));

        partners.Reload();
        partners.Reload();

        partners.Find("elm-surgery")!.Name.ShouldBe("Name of elm-surgery");
        partners.Versions.Single().State.ShouldBe(PartnerFileState.RunningOldVersion);
        tried.ShouldBe(2);
    }

    [Fact]
    public void Every_version_that_ran_is_kept_by_the_hash_its_messages_carry()
    {
        var partners = folder.WithRecipient("elm-surgery").Let(_ => Load(null));
        var archive = new PartnerArchive(Path.Combine(folder.Path, "kept"));
        archive.Keep(partners);
        var first = partners.Find("elm-surgery")!.Hash;

        folder.WithRecipient("elm-surgery", settings: """{ "seconds": 30 }""");
        partners.Reload();
        archive.Keep(partners);

        archive.Find("elm-surgery", first[..12]).ShouldNotBeNull().Written.ShouldNotContain("seconds");
        archive.Find("elm-surgery", partners.Find("elm-surgery")!.Hash).ShouldNotBeNull().Written.ShouldContain("seconds");
        archive.Find("elm-surgery", "ffffff").ShouldBeNull();
        archive.Find("elm-surgery", "../../x").ShouldBeNull();
    }

    public void Dispose() => folder.Dispose();

    private PartnerFiles Load(string? environment, Func<PartnerFile, PartnerProblem?>? selfTest = null) => new(
        new PartnerFolderOptions { Folder = folder.Path, Environment = environment, Variables = folder.Environment.GetValueOrDefault, SelfTest = selfTest }, folder.Checks, clock);

    private void Overlay(string environment, string file, string text)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder.Path, "overlays", environment)).FullName;
        File.WriteAllText(Path.Combine(place, file), text);
    }
}
