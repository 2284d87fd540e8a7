using System.Security.Cryptography;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.EventApi;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Routing;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Routing;

public sealed class PartnerFilesTests : IDisposable
{
    private readonly PartnerFolder folder = new();

    [Fact]
    public void A_partner_is_read_with_comments_trailing_commas_and_the_hash_of_its_file()
    {
        var partners = folder.WithRecipient("elm-surgery", serves: "\"Y06602\"").Load();

        partners.Problems.ShouldBeEmpty();
        var elm = partners.Find("elm-surgery").ShouldNotBeNull();
        (elm.Name, elm.Audience, elm.Organisation!.Value, elm.Protocol).ShouldBe(("Name of elm-surgery", Audience.Gp, "Y06601", "plain"));
        elm.Hash.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder.Path, "elm-surgery.json")))));
    }

    [Fact]
    public void Everything_wrong_in_a_file_is_named_with_its_line_and_the_other_partners_run()
    {
        var partners = folder.WithRecipient("elm-surgery").With("bad.json", """
            {
              "id": "bad",
              "name": "  ",
              "role": "recipeint",
              "organisation": "not a code",
              "protocoll": "plain"
            }
            """).Load();

        partners.All.Select(p => p.Id).ShouldBe(["elm-surgery"]);
        partners.Problems.Select(p => $"{p.File}:{p.Line} {p.Field}").ShouldBe(
            ["bad.json:3 /name", "bad.json:4 /role", "bad.json:5 /organisation", "bad.json:6 /protocoll", "bad.json:1 /protocol"], ignoreOrder: true);
        partners.Problems.Single(p => p.Field == "/role").Expected.ShouldContain("source, recipient");
        partners.Problems.Single(p => p.Field == "/protocoll").Expected.ShouldContain("protocol");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("[]", "")]
    [InlineData("{ \"id\": \"x\",, }", "")]
    public void A_file_that_is_no_JSON_object_is_faulty_and_nothing_else(string text, string field)
    {
        var partners = folder.WithRecipient("elm-surgery").With("bad.json", text).Load();

        partners.All.Count.ShouldBe(1);
        partners.Problems.Single().ShouldSatisfyAllConditions(p => p.File.ShouldBe("bad.json"), p => p.Field.ShouldBe(field), p => p.Line.ShouldBe(1));
    }

    [Fact]
    public void A_syntax_error_names_its_line()
    {
        var partners = folder.With("bad.json", "{\n  \"id\": \"bad\",\n  \"name\" \"x\"\n}").Load();

        partners.Problems.Single().Line.ShouldBe(3);
    }

    [Fact]
    public void The_id_is_the_files_name()
    {
        folder.WithRecipient("elm-surgery");
        File.Move(Path.Combine(folder.Path, "elm-surgery.json"), Path.Combine(folder.Path, "elm.json"));

        folder.Load().Problems.Single().Field.ShouldBe("/id");
    }

    [Fact]
    public void A_recipient_without_an_audience_is_faulty()
    {
        var partners = folder.With("ward.json", """{ "id": "ward", "name": "Ward", "role": "recipient", "protocol": "plain", "serves": ["WILLOW"] }""").Load();

        partners.Problems.Single().Field.ShouldBe("/audience");
    }

    [Fact]
    public void A_protocol_nobody_speaks_is_named_with_the_one_probably_meant()
    {
        var partners = folder.With("elm.json", """{ "id": "elm", "name": "Elm", "role": "recipient", "audience": "gp", "organisation": "Y06601", "protocol": "plian" }""").Load();

        partners.Problems.Single().Expected.ShouldStartWith("Did you mean plain?");
    }

    [Fact]
    public void A_setting_that_the_protocol_refuses_is_named_with_its_line()
    {
        var problem = folder.WithRecipient("elm-surgery", settings: "{\n \"seconds\": 500 }").Load().Problems.Single();

        (problem.Field, problem.Line, problem.Expected).ShouldBe(("/settings/seconds", 12, "At most 120."));
    }

    [Fact]
    public void A_check_that_falls_over_takes_down_its_own_partner_only()
    {
        var partners = folder.WithRecipient("elm-surgery")
            .With("odd.json", """{ "id": "odd", "name": "Odd", "role": "recipient", "audience": "ward", "serves": ["W"], "protocol": "stumbling" }""").Load();

        partners.All.Select(p => p.Id).ShouldBe(["elm-surgery"]);
        partners.Problems.Single().Field.ShouldBe("/settings");
    }

    [Fact]
    public void The_environment_puts_in_its_words_and_a_missing_one_is_named()
    {
        folder.Environment["HUB_ELM"] = "https://elm.example/fhir";
        var partners = folder.WithRecipient("elm-surgery", settings: """{ "endpoint": "${env:HUB_ELM}/$process-message" }""")
            .WithRecipient("oak-surgery", organisation: "Y06602", settings: """{ "endpoint": "${env:HUB_OAK}" }""").Load();

        partners.Find("elm-surgery")!.Settings.GetProperty("endpoint").GetString().ShouldBe("https://elm.example/fhir/$process-message");
        partners.Problems.Single().ShouldSatisfyAllConditions(p => p.File.ShouldBe("oak-surgery.json"), p => p.Field.ShouldBe("/settings/endpoint"), p => p.Text.ShouldContain("HUB_OAK"));
    }

    [Fact]
    public void A_secret_in_the_file_itself_is_refused_and_not_repeated()
    {
        var partners = folder.WithRecipient("elm-surgery", settings: """{ "clientSecret": "hunter2" }""").Load();

        partners.All.ShouldBeEmpty();
        partners.Problems.Single().Field.ShouldBe("/settings/clientSecret");
        partners.Problems.Single().ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public void A_secret_by_reference_is_taken_and_read_where_it_lies()
    {
        folder.With("secret.txt", "hunter2\n");
        var path = Path.Combine(folder.Path, "secret.txt");
        var partners = folder.WithRecipient("elm-surgery", settings: $$"""{ "clientSecret": { "fromFile": "{{path}}" } }""").Load();

        partners.Problems.ShouldBeEmpty();
        new SecretRef { FromFile = path }.TryRead(out var secret, out _).ShouldBeTrue();
        secret.ShouldBe("hunter2");
        new SecretRef { FromFile = path + "x" }.TryRead(out _, out var why).ShouldBeFalse();
        why.ShouldContain("missing");
    }

    [Fact]
    public void Two_partners_cannot_serve_one_practice()
    {
        var partners = folder.WithRecipient("elm-surgery").WithRecipient("oak-surgery", organisation: "Y06602", serves: "\"y06601\"").Load();

        partners.All.Select(p => p.Id).ShouldBe(["elm-surgery"]);
        partners.Problems.Single().ShouldSatisfyAllConditions(p => p.File.ShouldBe("oak-surgery.json"), p => p.Field.ShouldBe("/serves"), p => p.Text.ShouldContain("elm-surgery"));
    }

    [Fact]
    public void A_code_that_names_no_practice_has_no_partner()
    {
        folder.WithRecipient("nobody", organisation: "V81997").Load().Problems.Single().Field.ShouldBe("/organisation");
    }

    [Fact]
    public void A_reload_says_what_changed()
    {
        var partners = folder.WithRecipient("a-gp", organisation: "Y00001").WithRecipient("b-gp", organisation: "Y00002").WithRecipient("c-gp", organisation: "Y00003").Load();

        folder.WithRecipient("b-gp", organisation: "Y00012").WithRecipient("d-gp", organisation: "Y00004").Delete("c-gp.json");
        var reload = partners.Reload();

        (reload.Added.Single(), reload.Changed.Single(), reload.Removed.Single()).ShouldBe(("d-gp", "b-gp", "c-gp"));
        partners.Find("b-gp")!.Organisation!.Value.ShouldBe("Y00012");
        partners.Find("c-gp").ShouldBeNull();
        partners.Reload().ShouldSatisfyAllConditions(r => r.Added.ShouldBeEmpty(), r => r.Changed.ShouldBeEmpty(), r => r.Removed.ShouldBeEmpty());
    }

    [Fact]
    public void A_faulty_new_file_leaves_the_old_one_running_until_it_is_put_right()
    {
        var partners = folder.WithRecipient("elm-surgery").Load();
        var before = partners.Find("elm-surgery")!.Hash;

        folder.WithRecipient("elm-surgery", audience: "gpp");
        var faulty = partners.Reload();

        faulty.Kept.ShouldBe(["elm-surgery"]);
        faulty.Problems.Single().Field.ShouldBe("/audience");
        partners.Find("elm-surgery")!.Hash.ShouldBe(before);
        partners.Problems.Count.ShouldBe(1);

        folder.WithRecipient("elm-surgery", serves: "\"Y06609\"");
        partners.Reload().Changed.ShouldBe(["elm-surgery"]);
        partners.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_newcomer_cannot_take_a_practice_from_a_partner_that_runs()
    {
        var partners = folder.WithRecipient("elm-surgery").Load();

        folder.WithRecipient("a-newcomer");
        var reload = partners.Reload();

        reload.Added.ShouldBeEmpty();
        partners.All.Select(p => p.Id).ShouldBe(["elm-surgery"]);
        reload.Problems.Single().File.ShouldBe("a-newcomer.json");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_said_and_not_taken_for_an_empty_one()
    {
        new PartnerFiles(Path.Combine(folder.Path, "nowhere"), []).Problems.Single().Text.ShouldContain("does not exist");
    }

    [Fact]
    public void The_published_example_of_a_JSON_source_is_right()
    {
        var path = Repository.PathOf("partners", "northside-epr-json.json");

        var reading = new PartnerFileReader([new EventApiSettingsCheck()], _ => null).Read(Path.GetFileName(path), File.ReadAllBytes(path));

        reading.Problems.ShouldBeEmpty();
        reading.Partner!.Organisation.ShouldBe(OdsCode.Parse("RXN"));
    }

    [Fact]
    public void A_misspelt_setting_of_a_JSON_source_is_named()
    {
        var source = """{ "id": "epr", "name": "EPR", "role": "source", "protocol": "event-api", "settings": { "refuseConflict": true } }"""u8.ToArray();

        var problem = new PartnerFileReader([new EventApiSettingsCheck()], _ => null).Read("epr.json", source).Problems.Single();

        (problem.Field, problem.Expected).ShouldBe(("/settings/refuseConflict", "Did you mean refuseConflicts? Otherwise take it out."));
    }

    public void Dispose() => folder.Dispose();
}
