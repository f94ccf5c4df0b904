"""The door for other people's agents: off by default, and when it is on, reachable where its card says."""

from tests.support.helm_chart import Rendered, container, environment, render

ON = "services.a2a.enabled=true"


def test_it_is_off_by_default(default: Rendered) -> None:
    assert not [each for each in default.manifests if each["metadata"]["name"] == "hj-a2a"]


def test_it_serves_where_its_card_says() -> None:
    rendered = render(ON)
    env, service = environment(rendered.pod("a2a")), rendered.one("Service", "a2a")
    ports = {each["name"]: each["containerPort"] for each in container(rendered.pod("a2a"))["ports"]}
    assert env["HEYJARVIS_A2A_URL"] == "http://hj-a2a.demo.svc.cluster.local:50058"
    assert ports["http"] == int(env["HEYJARVIS_A2A_PORT"]) == 50058
    assert {each["name"]: each["port"] for each in service["spec"]["ports"]} == {"http": 50058, "grpc": 50057}


def test_what_is_shown_outside_is_the_door_and_not_its_health(everything: Rendered) -> None:
    assert [each["port"] for each in everything.one("Service", "a2a-outside")["spec"]["ports"]] == [50058]
    assert environment(everything.pod("a2a"))["HEYJARVIS_A2A_URL"] == "https://agents.example.com"
    (named,) = [
        rule["ports"]
        for rule in everything.one("NetworkPolicy", "a2a")["spec"]["ingress"]
        if "namespaceSelector" in str(rule)
    ]
    assert 50058 in {each["port"] for each in named}


def test_it_calls_those_it_is_told_of_and_no_agents(everything: Rendered) -> None:
    callees = {
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"]
        for rule in everything.one("NetworkPolicy", "a2a")["spec"]["egress"]
        for peer in rule.get("to", [])
    }
    assert callees == {"orchestrator", "approvals", "templates", "redis", "otel-collector"}
