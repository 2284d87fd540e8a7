using Hub.Adapters.Contract;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.FhirRest;

/// <summary>Servers that take one resource at a time.</summary>
public sealed class SingleWritesTests
{
    private static readonly Dictionary<string, object> Single = new() { ["style"] = "single" };

    [Fact]
    public async Task The_same_is_written_as_in_one_transaction()
    {
        await using var whole = await RestPartner.StartAsync();
        await using var partner = await RestPartner.StartAsync(Single);
        var frozen = partner.Freeze(Cases.Discharge(), Cases.Discharged());
        await whole.DeliverAsync(frozen);

        (await partner.DeliverAsync(frozen)).ShouldBeOfType<Delivered>().Answer.AnswersMessageId.ShouldBe(frozen.ProtocolMessageId);

        partner.Counts().ShouldBe(whole.Counts(), ignoreOrder: true);
        string.Concat(partner.Server.Resources.Select(r => r.Json)).ShouldNotContain("\"reference\":\"urn:uuid:");
    }

    [Theory]
    [InlineData("cut", typeof(Unknown))]
    [InlineData("drop", typeof(Unknown))]
    [InlineData("transient", typeof(Unavailable))]
    [InlineData("fatal", typeof(Rejected))]
    public async Task What_broke_off_half_way_is_resumed_and_nothing_is_written_twice(string fault, Type expected)
    {
        await using var partner = await RestPartner.StartAsync(Single);
        var frozen = partner.Freeze(Cases.Discharge(), Cases.Discharged());
        partner.Server.Script.Then("ok").Then("ok").Then("ok").Then(fault);

        var broken = await partner.DeliverAsync(frozen);

        broken.ShouldBeOfType(expected);
        if (broken is Unavailable later)
        {
            later.NothingSent.ShouldBeFalse();
            later.Reason.ShouldContain("after 3 of");
        }

        if (broken is Rejected)
        {
            return; // the same bytes would be refused again
        }

        (await partner.DeliverAsync(frozen)).ShouldBeOfType<Delivered>();
        partner.Server.Resources.Where(r => r.Kind != "Patient").GroupBy(r => (r.Kind, r.Json[r.Json.IndexOf("urn:uuid:", StringComparison.Ordinal)..][..45])).ShouldAllBe(g => g.Count() == 1);
        await using var whole = await RestPartner.StartAsync();
        await whole.DeliverAsync(frozen);
        partner.Counts().ShouldBe(whole.Counts(), ignoreOrder: true);
    }

    [Fact]
    public async Task A_statement_that_somebody_changed_between_reading_and_writing_is_read_once_more()
    {
        await using var partner = await RestPartner.StartAsync(Single);
        await partner.DeliverAsync(partner.Freeze(Cases.Admission(), Cases.Open()));
        var others = 1;
        partner.Server.OnRequest = (method, path) => Meddle(partner, method, path, ref others);

        (await partner.DeliverAsync(partner.Freeze(Cases.Discharge(), Cases.Discharged()))).ShouldBeOfType<Delivered>();

        others.ShouldBe(0);
        partner.Server.Received.ShouldContain(c => c.Answered == "412");
    }

    [Fact]
    public async Task A_statement_that_somebody_keeps_changing_is_left_alone_and_a_person_is_told()
    {
        await using var partner = await RestPartner.StartAsync(Single);
        await partner.DeliverAsync(partner.Freeze(Cases.Admission(), Cases.Open()));
        var others = 99;
        partner.Server.OnRequest = (method, path) => Meddle(partner, method, path, ref others);

        (await partner.DeliverAsync(partner.Freeze(Cases.Discharge(), Cases.Discharged()))).ShouldBeOfType<Rejected>().Code.ShouldBe("412");

        others.ShouldBe(97); // read once more, and no third time
    }

    [Fact]
    public async Task A_statement_of_ours_that_is_about_another_patient_now_is_not_written_over()
    {
        await using var partner = await RestPartner.StartAsync(Single);
        await partner.DeliverAsync(partner.Freeze(Cases.Admission(), Cases.Open()));
        var held = partner.Held("MedicationStatement")[0];
        partner.Server.Put(held.Json.Replace("Patient/1", "Patient/77", StringComparison.Ordinal));
        partner.Server.Remove(held);
        var before = partner.Held("MedicationStatement");

        var refused = (await partner.DeliverAsync(partner.Freeze(Cases.Discharge(), Cases.Discharged()))).ShouldBeOfType<Rejected>();

        (refused.Code, refused.NotOurPatient).ShouldBe(("other-patient", true));
        partner.Held("MedicationStatement").Where(m => m.Json.Contains("Patient/77", StringComparison.Ordinal)).ShouldBe(before.Where(m => m.Json.Contains("Patient/77", StringComparison.Ordinal)));
    }

    private static void Meddle(RestPartner partner, string method, string path, ref int left)
    {
        if (method == "PUT" && left > 0)
        {
            left--;
            partner.Server.Touch(partner.Server.Resources.Single(r => path.EndsWith($"/{r.Kind}/{r.Id}", StringComparison.Ordinal)));
        }
    }
}
