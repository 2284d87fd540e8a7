using System.Diagnostics;
using System.Text.RegularExpressions;
using Hub.Tests.Support;
using k8s;
using k8s.Models;
using Shouldly;
using Xunit;

namespace Hub.Tests.Operations;

/// <summary>
/// The chart, rendered with Helm's own template libraries for each set of values that matters, and its manifests read into Kubernetes' models, which
/// refuse a field that is misspelt or of another kind. That is not the helm binary: hooks' order and a cluster's own checks are not tried here.
/// </summary>
public sealed partial class ChartTests
{
    private const string Trial = "trial: { enabled: true, password: OnlyForATrial }\n";

    public static TheoryData<string, string> Cases => new()
    {
        { "as it comes", "" },
        { "sqlite", "replicaCount: 1\nstore: { provider: sqlite }\nbus: { provider: memory }\n" },
        { "sqlite on a claim of yours", "replicaCount: 1\nstore: { provider: sqlite }\nbus: { provider: memory }\npersistence: { existingClaim: mine }\n" },
        { "plain MLLP, allowed by name", "mllp: { tlsSecret: '', allowPlain: true, service: { type: NodePort } }\n" },
        { "no MLLP", "mllp: { enabled: false }\n" },
        { "watched", "serviceMonitor: { enabled: true, labels: { release: prometheus } }\nprometheusRule: { enabled: true }\ndashboard: { enabled: true }\ntelemetry: { otlpEndpoint: 'http://collector:4317' }\n" },
        { "partner files of this release", "partners: { files: { elm.json: '{ \"id\": \"elm\" }' } }\nrulesConfigMap: rules\nsecrets: [mesh, elm]\nextraEnv: [{ name: Hub__Retention__ContentDays, value: '30' }]\n" },
        { "partner files from git", "partners: { from: gitSync, environment: test, gitSync: { repository: 'https://git.example/partners.git', credentialsSecret: git } }\n" },
        { "everything else on", "ingress: { enabled: true, className: nginx, annotations: { a: b } }\nautoscaling: { enabled: true }\nnodeSelector: { disk: fast }\ntolerations: [{ key: a, operator: Exists }]\nimagePullSecrets: [{ name: pull }]\npodAnnotations: { a: b }\n"
            + "networkPolicy: { httpFrom: [{ ipBlock: { cidr: 10.0.0.0/8 } }], mllpFrom: [{ ipBlock: { cidr: 10.1.0.0/16 } }], managementFrom: [{ namespaceSelector: {} }], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }\nmllp: { service: { loadBalancerSourceRanges: [10.1.0.0/16] } }\n" },
        { "nothing but the hub", "podDisruptionBudget: { enabled: false }\nnetworkPolicy: { enabled: false }\ntopologySpread: { enabled: false }\nmigration: { enabled: false }\nserviceAccount: { create: false }\ndrainSeconds: 0\n" },
        { "a trial", Trial },
    };

    [Theory, MemberData(nameof(Cases))]
    public async Task The_chart_renders_to_manifests_that_Kubernetes_takes_and_nothing_runs_with_rights(string what, string values)
    {
        var (exit, output, errors) = await RenderAsync(Repository.PathOf("charts", "hub"), values);

        exit.ShouldBe(0, $"{what}: {errors}");
        var manifests = Judged(output);
        var pods = manifests.OfType<V1Deployment>().Select(d => d.Spec.Template.Spec).Concat(manifests.OfType<V1Job>().Select(j => j.Spec.Template.Spec)).Concat(manifests.OfType<V1Pod>().Select(p => p.Spec)).ToList();
        pods.Count.ShouldBeGreaterThan(1);
        foreach (var pod in pods)
        {
            ShouldHaveNoRights(pod);
            var volumes = pod.Volumes.Select(v => v.Name).ToList();
            volumes.ShouldBeUnique();
            pod.Containers.Concat(pod.InitContainers ?? []).SelectMany(c => c.VolumeMounts ?? []).ShouldAllBe(m => volumes.Contains(m.Name));
        }

        ShouldFindEachOther(manifests);
    }

    [Fact]
    public async Task What_the_hub_is_told_are_settings_that_it_has()
    {
        var settings = new List<string>();
        foreach (var (_, values) in Cases.Select(c => c.Data))
        {
            var manifests = Judged((await RenderAsync(Repository.PathOf("charts", "hub"), values)).Output);
            settings.AddRange(manifests.OfType<V1Deployment>().SelectMany(d => d.Spec.Template.Spec.Containers).Where(c => c.Name == "hub").SelectMany(c => c.Env).Select(e => e.Name).Where(n => n.StartsWith("Hub__", StringComparison.Ordinal)));
        }

        settings.Distinct().Count().ShouldBeGreaterThan(15);
        settings.Distinct().Where(s => !HubSettings.Exists(s)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("replicas: ", "replcas: ")]
    [InlineData("containerPort: {{ .Values.http.port }}", "containerPort: https")]
    [InlineData("readinessProbe:", "readyProbe:")]
    [InlineData("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")]
    [InlineData("capabilities: { drop: [ALL] }", "capabilities: { drop: [NET_RAW] }")]
    [InlineData("kind: Deployment", "kind: Deployement")]
    [InlineData("claimName: {{ default (printf", "claimName: {{ defalt (printf")]
    public async Task A_fault_planted_in_the_chart_is_found(string right, string wrong)
    {
        var copy = Directory.CreateTempSubdirectory("hub-chart-").FullName;
        try
        {
            var planted = 0;
            foreach (var file in Directory.EnumerateFiles(Repository.PathOf("charts", "hub"), "*", SearchOption.AllDirectories))
            {
                var to = Path.Combine(copy, Path.GetRelativePath(Repository.PathOf("charts", "hub"), file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
                planted += text.Contains(right, StringComparison.Ordinal) ? 1 : 0;
                await File.WriteAllTextAsync(to, text.Replace(right, wrong, StringComparison.Ordinal), TestContext.Current.CancellationToken);
            }

            planted.ShouldBeGreaterThan(0);
            var (exit, output, _) = await RenderAsync(copy, "");

            (exit != 0 || !IsWell(output)).ShouldBeTrue();
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    [Theory]
    [InlineData("replicacount: 2\n", "replicacount")]
    [InlineData("store: { provider: sqlite }\n", "replicaCount")]
    [InlineData("http: { tlsSecret: '' }\n", "tlsSecret")]
    [InlineData("http: { accessRequired: false }\n", "accessRequired")]
    [InlineData("mllp: { tlsSecret: '' }\n", "tlsSecret")]
    [InlineData("trial: { enabled: true }\n", "password")]
    [InlineData("partners: { from: gitSync }\n", "repository")]
    [InlineData("organisation: Northside\u00a0Trust\n", "organisation")]
    public async Task Values_that_do_not_fit_are_refused_by_name(string values, string named)
    {
        var (exit, _, errors) = await RenderAsync(Repository.PathOf("charts", "hub"), values);

        exit.ShouldBe(1);
        errors.ShouldContain(named);
    }

    [Fact]
    public async Task Every_value_of_the_chart_is_in_its_schema_and_is_used_by_a_template()
    {
        var templates = string.Concat(Directory.EnumerateFiles(Repository.PathOf("charts", "hub", "templates"), "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        var values = await File.ReadAllLinesAsync(Repository.PathOf("charts", "hub", "values.yaml"), TestContext.Current.CancellationToken);

        values.Select(v => TopLevel().Match(v)).Where(m => m.Success).Select(m => m.Groups[1].Value).Where(name => !templates.Contains(".Values." + name, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static bool IsWell(string output)
    {
        try
        {
            var manifests = Judged(output);
            manifests.OfType<V1Deployment>().Select(d => d.Spec.Template.Spec).ToList().ForEach(ShouldHaveNoRights);
            manifests.OfType<V1Deployment>().Single().Spec.ShouldNotBeNull();
            return true;
        }
        catch (Exception found) when (found is YamlDotNet.Core.YamlException or ShouldAssertException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Kinds of Kubernetes are read strictly; those of the Prometheus operator have no models here and are looked at by hand.</summary>
    private static List<object> Judged(string output)
    {
        var documents = output.Split("---\n# ", StringSplitOptions.RemoveEmptyEntries).Select(d => d[d.IndexOf('\n', StringComparison.Ordinal)..]).ToList();
        var (operators, own) = (documents.Where(d => d.Contains("monitoring.coreos.com/v1", StringComparison.Ordinal)).ToList(), documents.Where(d => !d.Contains("monitoring.coreos.com/v1", StringComparison.Ordinal)));
        operators.ShouldAllBe(d => d.Contains("kind: ServiceMonitor", StringComparison.Ordinal) ? d.Contains("path: /metrics", StringComparison.Ordinal) : d.Contains("\n  groups:\n", StringComparison.Ordinal));
        var read = KubernetesYaml.LoadAllFromString(string.Join("\n---\n", own), null, strict: true);
        read.Count.ShouldBe(documents.Count - operators.Count);
        return read;
    }

    private static void ShouldHaveNoRights(V1PodSpec pod)
    {
        pod.SecurityContext.RunAsNonRoot.ShouldBe(true);
        pod.SecurityContext.SeccompProfile.Type.ShouldBe("RuntimeDefault");
        pod.AutomountServiceAccountToken.ShouldBe(false);
        pod.HostNetwork.ShouldBeNull();
        foreach (var container in pod.Containers.Concat(pod.InitContainers ?? []))
        {
            var rights = container.SecurityContext;
            (rights.AllowPrivilegeEscalation, rights.Privileged, rights.RunAsNonRoot).ShouldBe((false, false, true));
            rights.Capabilities.Drop.ShouldBe(["ALL"]);
            container.Resources.Limits.ShouldContainKey("memory");
            if (!container.Image.StartsWith("postgres", StringComparison.Ordinal) && !container.Image.StartsWith("rabbitmq", StringComparison.Ordinal))
            {
                rights.ReadOnlyRootFilesystem.ShouldBe(true);
            }
        }
    }

    /// <summary>Services, policies and budgets select pods that there are, and name ports that these have.</summary>
    private static void ShouldFindEachOther(List<object> manifests)
    {
        var pods = manifests.OfType<V1Deployment>().Select(d => (d.Spec.Template.Metadata.Labels, Ports: d.Spec.Template.Spec.Containers.SelectMany(c => c.Ports ?? []).Select(p => p.Name).ToList())).ToList();
        foreach (var service in manifests.OfType<V1Service>())
        {
            var selected = pods.Where(p => service.Spec.Selector.All(s => p.Labels.TryGetValue(s.Key, out var value) && value == s.Value)).ToList();
            selected.Count.ShouldBe(1, service.Metadata.Name);
            service.Spec.Ports.ShouldAllBe(p => selected[0].Ports.Contains(p.TargetPort.Value));
        }

        foreach (var selector in manifests.OfType<V1NetworkPolicy>().Select(p => p.Spec.PodSelector).Concat(manifests.OfType<V1PodDisruptionBudget>().Select(b => b.Spec.Selector)))
        {
            pods.Count(p => selector.MatchLabels.All(s => p.Labels.TryGetValue(s.Key, out var value) && value == s.Value)).ShouldBe(1);
        }
    }

    private static async Task<(int Exit, string Output, string Errors)> RenderAsync(string chart, string values)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, values, TestContext.Current.CancellationToken);
            var start = new ProcessStartInfo(Repository.PathOf("scripts", "check-chart.sh")) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["CHART"] = chart;
            start.ArgumentList.Add(file);
            using var render = Process.Start(start)!;
            var errors = render.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await render.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await render.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (render.ExitCode, output, await errors);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex("^([a-z][A-Za-z]*):")]
    private static partial Regex TopLevel();
}
