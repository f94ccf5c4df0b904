"""Who may talk to whom: what the addresses need is open, at both ends, and nothing else is."""

from typing import Any

from tests.support.helm_chart import Rendered, container, environment, render
from tests.support.shipped_agents import workloads

Edge = tuple[str, str, int]


def _edges(rendered: Rendered, way: str) -> set[Edge]:
    """(caller, called, port) as the policies' `ingress` or `egress` allow it between pods of the release."""
    found: set[Edge] = set()
    pods = {name: pod["metadata"]["labels"] for name, pod in rendered.pods()}
    for policy in rendered.of_kind("NetworkPolicy"):
        own = _matching(policy["spec"]["podSelector"], pods)
        for rule in policy["spec"].get(way, []):
            for peer in rule.get("from" if way == "ingress" else "to", []):
                if "podSelector" in peer:
                    others = _matching(peer["podSelector"], pods)
                    pairs = [(other, one) if way == "ingress" else (one, other) for one in own for other in others]
                    found |= {(*pair, port["port"]) for pair in pairs for port in rule.get("ports", [{"port": 0}])}
    return found


def _matching(selector: dict[str, Any], pods: dict[str, dict[str, str]]) -> list[str]:
    return [name for name, labels in pods.items() if selector["matchLabels"].items() <= labels.items()]


def _of_the_system(edges: set[Edge]) -> set[Edge]:
    return {edge for edge in edges if not edge[0].startswith("test-") and edge[1] not in ("otel-collector", "jaeger")}


def test_every_pod_is_denied_everything_first(everything: Rendered) -> None:
    deny = everything.one("NetworkPolicy", "default-deny")["spec"]
    pods = {name: pod["metadata"]["labels"] for name, pod in everything.pods()}
    assert set(_matching(deny["podSelector"], pods)) == pods.keys()
    assert deny["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in deny
    (names,) = deny["egress"]
    assert {(each["port"], each["protocol"]) for each in names["ports"]} == {(53, "UDP"), (53, "TCP")}


def test_what_one_end_may_send_the_other_may_receive(everything: Rendered) -> None:
    assert _of_the_system(_edges(everything, "egress")) == _of_the_system(_edges(everything, "ingress"))


def test_every_address_a_pod_is_given_can_be_reached(everything: Rendered) -> None:
    edges = _edges(everything, "egress")
    for name, pod in everything.pods():
        if name.startswith("test-") or "env" not in container(pod):
            continue
        for variable, value in environment(pod).items():
            if variable.endswith("_ADDRESS"):
                host, _, port = value.partition(":")
                assert (name, host.split(".")[0].removeprefix("hj-"), int(port)) in edges


def test_the_edges_are_these() -> None:
    """The drawing of the architecture, as rules."""
    edges = _of_the_system(_edges(render("networkPolicy.enabled=true"), "ingress"))
    agents = workloads()
    services = {"orchestrator", "templates", "analytics", "approvals", "scaler"}
    assert edges == (
        {
            ("orchestrator", "templates", 50052),
            ("orchestrator", "approvals", 50054),
            ("orchestrator", "analytics", 50053),
            ("templates", "orchestrator", 50051),
            ("scaler", "orchestrator", 50051),
            ("scaler", "analytics", 50053),
        }
        | {(caller, agent, 50056) for caller in ("orchestrator", "scaler") for agent in agents}
        | {(caller, "redis", 6379) for caller in services | agents}
        | {(caller, "offline-model", 50090) for caller in workloads(model=True) | {"orchestrator"}}
    )


def test_agents_reach_the_outside_on_the_models_port_alone(everything: Rendered) -> None:
    outside = _anywhere(everything.one("NetworkPolicy", "agent-branding"), "egress")
    assert outside == {443}
    assert _anywhere(everything.one("NetworkPolicy", "agent-dossier"), "egress") == set()


def test_only_the_scaler_reaches_the_kubernetes_api(everything: Rendered) -> None:
    open_to = {
        policy["metadata"]["name"]
        for policy in everything.of_kind("NetworkPolicy")
        if 6443 in _anywhere(policy, "egress")
    }
    assert open_to == {"hj-scaler", "hj-test"}


def test_clients_are_those_that_are_named(everything: Rendered) -> None:
    named = {"namespaceSelector": {"matchLabels": {"team": "product"}}}
    for name, port in (("orchestrator", 50051), ("approvals", 50054)):
        rules = everything.one("NetworkPolicy", name)["spec"]["ingress"]
        assert {"ports": [{"port": port}], "from": [named]} in rules
    assert named not in [
        peer
        for rule in everything.one("NetworkPolicy", "agent-branding")["spec"]["ingress"]
        for peer in rule.get("from", [])
    ]


def test_an_endpoint_elsewhere_can_be_reached() -> None:
    far = render(
        "networkPolicy.enabled=true",
        'telemetry.otlpEndpoint="http://collector.observability:14317"',
        'redis={"enabled":false,"external":{"url":"redis://cache.example.com:6380"}}',
        "networkPolicy.redisPorts=[6380]",
    )
    assert {14317, 6380} <= _anywhere(far.one("NetworkPolicy", "orchestrator"), "egress")


def test_traces_go_through_the_collector_when_there_is_one(everything: Rendered) -> None:
    callers = {edge[0] for edge in _edges(everything, "ingress") if edge[1] == "jaeger" and edge[2] == 4317}
    assert callers == {"otel-collector"}
    direct = render("networkPolicy.enabled=true", "telemetry.jaeger.enabled=true")
    assert ("orchestrator", "jaeger", 4317) in _edges(direct, "ingress") & _edges(direct, "egress")


def _anywhere(policy: dict[str, Any], way: str) -> set[int]:
    """Ports that are open to or from everybody."""
    key = "from" if way == "ingress" else "to"
    return {port["port"] for rule in policy["spec"].get(way, []) if key not in rule for port in rule["ports"]}
