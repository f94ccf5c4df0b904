"""How pods start, answer and stop: probes on a port of their own, time to finish, nothing lost in a rollout."""

from typing import Any

from tests.support.helm_chart import Rendered, container, environment, render
from tests.support.shipped_agents import AGENTS

SERVICES = 5
"""Beside the agents: orchestrator, templates, approvals, analytics, scaler."""


def _ours(rendered: Rendered) -> list[tuple[str, dict[str, Any]]]:
    """The pods that speak gRPC and are of our making."""
    pods = [(name, pod) for name, pod in rendered.pods() if "HEYJARVIS_HEALTH_PORT" in str(pod)]
    assert len(pods) == SERVICES + len(AGENTS) + ("a2a" in dict(pods))
    return pods


def test_probes_ask_the_health_server_by_name(rendered: Rendered) -> None:
    for name, pod in _ours(rendered):
        only = container(pod)
        port = int(environment(pod)["HEYJARVIS_HEALTH_PORT"])
        assert {"name": "health", "containerPort": port} in only["ports"], name
        assert only["startupProbe"]["grpc"] == {"port": port, "service": "liveness"}
        assert only["livenessProbe"]["grpc"] == {"port": port, "service": "liveness"}
        assert only["readinessProbe"]["grpc"] == {"port": port, "service": "readiness"}


def test_probes_have_the_patience_that_python_needs(rendered: Rendered) -> None:
    for name, pod in _ours(rendered):
        only = container(pod)
        start, live = only["startupProbe"], only["livenessProbe"]
        assert (start["periodSeconds"], start["failureThreshold"]) == (2, 30), name
        assert (live["periodSeconds"], live["failureThreshold"]) == (10, 3)
        assert {only[probe]["timeoutSeconds"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")} == {5}


def test_every_port_a_process_opens_is_told_and_none_twice(rendered: Rendered) -> None:
    for name, pod in _ours(rendered):
        env, ports = environment(pod), {each["name"]: each["containerPort"] for each in container(pod)["ports"]}
        assert ports["grpc"] == int(env["HEYJARVIS_PORT"]), name
        assert ports.get("metrics") == (int(env["HEYJARVIS_METRICS_PORT"]) if "HEYJARVIS_METRICS_PORT" in env else None)
        assert len(set(ports.values())) == len(ports)


def test_an_agent_gets_as_long_as_its_longest_task_and_thirty_seconds(default: Rendered) -> None:
    for deployment in default.agents():
        spec = deployment["spec"]["template"]["spec"]
        assert environment(deployment["spec"]["template"])["HEYJARVIS_DRAIN_GRACE"] == "300"
        assert spec["terminationGracePeriodSeconds"] == 330


def test_that_time_follows_the_task() -> None:
    longer = render("agents.branding.maxTaskSeconds=600", "lifecycle.flushSeconds=40")
    pod = longer.pod("agent-branding")
    assert environment(pod)["HEYJARVIS_DRAIN_GRACE"] == "600"
    assert pod["spec"]["terminationGracePeriodSeconds"] == 645
    assert longer.one("Deployment", "agent-branding")["spec"]["progressDeadlineSeconds"] > 645


def test_a_pod_serves_on_while_the_world_hears_that_it_goes(rendered: Rendered) -> None:
    for name, pod in _ours(rendered):
        pause = container(pod)["lifecycle"]["preStop"]["sleep"]["seconds"]
        left = pod["spec"]["terminationGracePeriodSeconds"] - pause
        assert pause == 5, name
        assert left > int(environment(pod)["HEYJARVIS_DRAIN_GRACE"])


def test_a_rollout_never_takes_a_pod_before_another_serves(rendered: Rendered) -> None:
    for deployment in rendered.of_kind("Deployment"):
        assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
        grace = deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
        assert deployment["spec"]["progressDeadlineSeconds"] > grace


def test_no_image_is_started_through_a_shell(rendered: Rendered) -> None:
    """SIGTERM has to reach Python: the image's own entry point is used."""
    for name, pod in _ours(rendered):
        assert not {"command", "args"} & container(pod).keys(), name


def test_pods_spread_over_nodes_and_zones_and_still_fit_on_one(rendered: Rendered) -> None:
    for name, pod in _ours(rendered):
        rules = pod["spec"]["topologySpreadConstraints"]
        assert {each["topologyKey"] for each in rules} == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
        for rule in rules:
            assert rule["whenUnsatisfiable"] == "ScheduleAnyway"
            assert rule["labelSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items(), name


def test_budgets_let_nodes_be_emptied(everything: Rendered, default: Rendered) -> None:
    budgets = everything.of_kind("PodDisruptionBudget")
    assert {each["metadata"]["name"] for each in budgets} == {
        each["metadata"]["name"] for each in everything.of_kind("Deployment")
        if "telemetry" not in each["metadata"]["labels"]["app.kubernetes.io/component"]
    }  # fmt: skip
    for each in budgets:
        assert (each["spec"]["maxUnavailable"], each["spec"]["unhealthyPodEvictionPolicy"]) == (1, "AlwaysAllow")
    assert default.of_kind("PodDisruptionBudget") == []


def test_busy_pods_can_be_kept_from_the_cluster_autoscaler(everything: Rendered) -> None:
    key = "cluster-autoscaler.kubernetes.io/safe-to-evict"
    kept = {name for name, pod in everything.pods() if pod["metadata"].get("annotations", {}).get(key) == "false"}
    assert kept == {"agent-branding"}


def test_services_come_before_agents(everything: Rendered) -> None:
    classes = {each["metadata"]["name"]: each["value"] for each in everything.of_kind("PriorityClass")}
    assert classes["demo-hj-services"] > classes["demo-hj-agents"]
    assert everything.pod("orchestrator")["spec"]["priorityClassName"] == "demo-hj-services"
    assert everything.pod("agent-dossier")["spec"]["priorityClassName"] == "demo-hj-agents"


def test_a_quota_counts_the_pods_of_agents_alone(everything: Rendered) -> None:
    (quota,) = everything.of_kind("ResourceQuota")
    (scope,) = quota["spec"]["scopeSelector"]["matchExpressions"]
    assert scope["values"] == ["demo-hj-agents"]
    assert quota["spec"]["hard"] == {"pods": "40"}
