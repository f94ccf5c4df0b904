"""Agents: a map, one entry each, and a number of pods that only the scaler writes."""

import pytest

from tests.support.helm_chart import ROOT, Rendered, component, container, environment, render
from tests.support.shipped_agents import AGENTS


def test_the_shipped_agents_are_those_in_the_folder(default: Rendered) -> None:
    folders = {each.parent.name for each in (ROOT / "services" / "agents").glob("*/__main__.py")}
    found = {each["metadata"]["labels"]["heyjarvis.dev/agent-type"] for each in default.agents()}
    assert found == folders


def test_capacity_and_model_are_what_the_agents_say_of_themselves(default: Rendered) -> None:
    from importlib import import_module

    from agent_sdk import Agent

    for deployment in default.agents():
        kind = deployment["metadata"]["labels"]["heyjarvis.dev/agent-type"]
        module = import_module(f"services.agents.{kind}.agent")
        (agent,) = {
            each for each in vars(module).values()
            if isinstance(each, type) and issubclass(each, Agent) and each.__module__ == module.__name__
        }  # fmt: skip
        env = environment(deployment["spec"]["template"])
        assert env["MAX_CONCURRENT_INVOCATIONS"] == str(agent.card.capacity)
        assert ("ANTHROPIC_BASE_URL" in env) == agent.card.uses_model


def test_an_agent_is_one_entry(default: Rendered) -> None:
    """Everything another agent needs follows from its name, and nothing of the others changes."""
    more = render("agents.one_more={}")
    before = [each for each in default.manifests if each["kind"] not in ("Secret", "ConfigMap", "Role")]
    new = [each for each in more.manifests if each not in default.manifests]
    assert [each for each in before if each not in more.manifests and "scaler" not in each["metadata"]["name"]] == []
    assert {(each["kind"], each["metadata"]["name"]) for each in new if component(each) == "agent"} == {
        ("Deployment", "hj-agent-one-more"), ("ServiceAccount", "hj-agent-one-more"),
    }  # fmt: skip
    made = more.one("Deployment", "agent-one-more")
    assert container(made["spec"]["template"])["image"] == "heyjarvis/agent-one-more:0.1.0"
    assert made["metadata"]["labels"]["heyjarvis.dev/agent-type"] == "one_more"
    assert "one_more:" in more.one("ConfigMap", "scaler-policies")["data"]["policies.yaml"]
    assert "hj-agent-one-more" in str(more.one("Role", "scaler")["rules"])


def test_an_agent_can_differ_in_everything() -> None:
    own = render(
        'agents.slogan={"capacity":2,"maxTaskSeconds":60,"usesModel":false,"env":{"HEYJARVIS_AGENT_HEARTBEAT":1},'
        '"image":{"repository":"registry.example.com/acme/slogan","tag":"7"},"resources":{"requests":{"cpu":"1"}},'
        '"podLabels":{"team":"words"},"nodeSelector":{"disk":"fast"},"scaling":{"minReplicas":0}}'
    )
    pod = own.pod("agent-slogan")
    env = environment(pod)
    assert env["MAX_CONCURRENT_INVOCATIONS"] == "2"
    assert env["HEYJARVIS_AGENT_HEARTBEAT"] == "1"
    assert "ANTHROPIC_BASE_URL" not in env
    assert container(pod)["image"] == "registry.example.com/acme/slogan:7"
    assert container(pod)["resources"]["requests"] == {"cpu": "1", "memory": "192Mi"}
    assert pod["spec"]["terminationGracePeriodSeconds"] == 90
    assert pod["metadata"]["labels"]["team"] == "words"
    assert pod["spec"]["nodeSelector"] == {"disk": "fast"}


def test_a_shipped_agent_can_be_left_out() -> None:
    assert "agent-branding" not in render("agents.branding=null").names("Deployment")


def test_nothing_says_how_many_pods_a_scaled_agent_has(rendered: Rendered) -> None:
    """An upgrade that named the number, or stopped naming it, would undo what the scaler did."""
    assert len(rendered.agents()) == len(AGENTS)
    assert [each["metadata"]["name"] for each in rendered.agents() if "replicas" in each["spec"]] == []


def test_services_say_how_many(rendered: Rendered) -> None:
    rest = [each for each in rendered.of_kind("Deployment") if component(each) != "agent"]
    assert all(isinstance(each["spec"]["replicas"], int) for each in rest)


def test_without_a_scaler_the_chart_says_how_many() -> None:
    alone = render("scaler.enabled=false", "agents.branding.replicas=3", "agents.dossier.scaling.minReplicas=2")
    numbers = {each["metadata"]["name"]: each["spec"]["replicas"] for each in alone.agents()}
    assert numbers["hj-agent-branding"] == 3
    assert numbers["hj-agent-dossier"] == 2
    assert numbers["hj-agent-market-research"] == 1
    assert not [each for each in alone.manifests if "scaler" in each["metadata"]["name"]]


@pytest.mark.parametrize("label", ["app.kubernetes.io/component", "heyjarvis.dev/agent-type"])
def test_the_scaler_finds_agents_and_pods_by_the_same_label(default: Rendered, label: str) -> None:
    for deployment in default.agents():
        on_pods = deployment["spec"]["template"]["metadata"]["labels"]
        assert (
            deployment["metadata"]["labels"][label]
            == on_pods[label]
            == deployment["spec"]["selector"]["matchLabels"][label]
        )
    assert {each["metadata"]["labels"]["app.kubernetes.io/component"] for each in default.agents()} == {"agent"}


def test_an_agent_knows_its_pod_and_tells_its_address(default: Rendered) -> None:
    for deployment in default.agents():
        env = environment(deployment["spec"]["template"])
        assert env["HEYJARVIS_POD_UID"] == {"fieldRef": {"fieldPath": "metadata.uid"}}
        assert env["HEYJARVIS_ADVERTISE"] == {"fieldRef": {"fieldPath": "status.podIP"}}


def test_agents_and_orchestrators_know_where_they_run(default: Rendered) -> None:
    near = [name for name, pod in default.pods() if {"HEYJARVIS_NODE", "HEYJARVIS_ZONE"} <= environment(pod).keys()]
    assert near == [name for name, _ in default.pods() if name == "orchestrator" or name.startswith("agent-")]
    (pod,) = [pod for name, pod in default.pods() if name == "orchestrator"]
    assert environment(pod)["HEYJARVIS_NODE"] == {"fieldRef": {"fieldPath": "spec.nodeName"}}
    zone = {"fieldRef": {"fieldPath": "metadata.labels['topology.kubernetes.io/zone']"}}
    assert environment(pod)["HEYJARVIS_ZONE"] == zone


def test_agents_are_called_pod_by_pod(rendered: Rendered) -> None:
    """No Service stands before them: one would pin an orchestrator's connection to one pod."""
    assert not [each for each in rendered.of_kind("Service") if component(each) == "agent"]
