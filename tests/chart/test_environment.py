"""Every variable that is set is one that the program reads: the chart and the settings cannot drift apart."""

from importlib import import_module
from typing import Any

import pytest
from pydantic_settings import BaseSettings

from agent_sdk.settings import AgentSettings
from chassis.model import ModelSettings
from chassis.settings import ServiceSettings
from chassis.settings_report import variable_of
from services.a2a.settings import Settings as A2A
from services.analytics.settings import Settings as Analytics
from services.approvals.settings import Settings as Approvals
from services.orchestrator.settings import Settings as Orchestrator
from services.scaler.settings import Settings as Scaler
from services.templates.settings import Settings as Templates
from tests.support.helm_chart import VALUE_SETS, Rendered, container, environment, render
from tools.offline_model.options import PREFIX, Options

_SETTINGS: dict[str, type[ServiceSettings]] = {
    "analytics": Analytics,
    "approvals": Approvals,
    "orchestrator": Orchestrator,
    "scaler": Scaler,
    "templates": Templates,
}
_KNOWN: dict[str, type[ServiceSettings]] = {**_SETTINGS, "a2a": A2A}
"""With those that are off by default."""
_STANDARD = {"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_METRICS_EXPORTER"}
"""Read by OpenTelemetry itself, or by chassis/telemetry.py."""
_PIECES = {"REDIS_PASSWORD", "K8S_POD_NAME", "K8S_POD_UID"}
"""Read by nobody: other variables are made of them."""


def _variables(settings: type[BaseSettings]) -> set[str]:
    return {variable_of(settings, field) for field in settings.model_fields}


def _known(name: str) -> set[str]:
    if name == "offline-model":
        return {f"{PREFIX}{field.upper()}" for field in Options.__dataclass_fields__}
    own = _variables(AgentSettings if name.startswith("agent-") else _KNOWN[name])
    return own | _variables(ModelSettings) | _STANDARD | _PIECES


def _ours(rendered: Rendered) -> dict[str, Any]:
    others = ("redis", "otel-collector", "jaeger", "test-")
    return {name: pod for name, pod in rendered.pods() if not name.startswith(others)}


def test_every_variable_is_a_setting(rendered: Rendered) -> None:
    unread = {(name, each) for name, pod in _ours(rendered).items() for each in environment(pod).keys() - _known(name)}
    assert unread == set()


def test_no_variable_is_set_twice(rendered: Rendered) -> None:
    for name, pod in _ours(rendered).items():
        names = [each["name"] for each in container(pod)["env"]]
        assert len(names) == len(set(names)), name


def test_pieces_come_before_what_is_made_of_them(rendered: Rendered) -> None:
    """Kubernetes fills in only what stands above."""
    for pod in _ours(rendered).values():
        names = [each["name"] for each in container(pod)["env"]]
        for index, each in enumerate(container(pod)["env"]):
            made_of = [piece for piece in _PIECES if f"$({piece})" in str(each.get("value"))]
            assert set(made_of) <= set(names[:index])


@pytest.mark.parametrize("name", [*_SETTINGS, "agent-branding"])
@pytest.mark.parametrize("files", VALUE_SETS.values(), ids=VALUE_SETS)
def test_the_settings_accept_what_is_set(name: str, files: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole environment of a pod, with stand-ins for what Kubernetes fills in, makes valid settings."""
    for variable, value in environment(render(files=files).pod(name)).items():
        filled = value if isinstance(value, str) else _stand_in(value)
        monkeypatch.setenv(variable, filled.replace("$(REDIS_PASSWORD)", "x"))
    settings = (AgentSettings if name.startswith("agent-") else _SETTINGS[name])()
    assert settings.host == "0.0.0.0"
    assert settings.log_format == "json"
    assert settings.redis_url.get_secret_value().startswith("redis://")


def _stand_in(source: dict[str, dict[str, str]]) -> str:
    """What Kubernetes might fill in."""
    if "secretKeyRef" in source:
        return "redis://:x@redis.example.com:6379/0"
    return {"status.podIP": "10.0.0.7"}.get(source["fieldRef"]["fieldPath"], "something")


def test_addresses_lead_to_services_of_the_release(rendered: Rendered) -> None:
    checked = 0
    for pod in _ours(rendered).values():
        for variable, value in environment(pod).items():
            if variable.endswith("_ADDRESS"):
                host, _, port = value.partition(":")
                service = rendered.one("Service", host.removesuffix(".demo.svc.cluster.local"))
                assert service["spec"]["clusterIP"] == "None"
                assert int(port) in {each["port"] for each in service["spec"]["ports"]}
                checked += 1
    a2a_calls = 3 if "a2a" in dict(rendered.pods()) else 0
    assert checked == 6 + a2a_calls


def test_every_address_that_a_service_has_is_set(default: Rendered) -> None:
    """One left at its default would be looked for on the pod itself."""
    for name, settings in _SETTINGS.items():
        wanted = {variable_of(settings, field) for field in settings.model_fields if field.endswith("_address")}
        assert wanted <= environment(default.pod(name)).keys()


def test_ports_are_those_of_the_services(default: Rendered) -> None:
    """The same as on a laptop, so that whoever forwards a port finds what the READMEs say."""
    from tools.local.processes import SERVICES

    for service in SERVICES:
        assert environment(default.pod(service.name))["HEYJARVIS_PORT"] == str(service.port)


def test_the_image_runs_the_module_that_the_settings_are_of(default: Rendered) -> None:
    for name in _SETTINGS:
        assert container(default.pod(name))["image"] == f"heyjarvis/{name}:0.1.0"
        assert import_module(f"services.{name}.__main__")


def test_budgets_of_tenants_are_told_to_the_orchestrator_alone(everything: Rendered) -> None:
    env = environment(everything.pod("orchestrator"))
    assert env["HEYJARVIS_TENANT_DAY_BUDGET"] == "2.5"
    assert env["HEYJARVIS_TENANT_DAY_BUDGETS"] == "acme=5,globex=20.5"
    assert "HEYJARVIS_TENANT_DAY_BUDGET" not in environment(everything.pod("approvals"))


def test_traces_say_which_pod_they_are_of(everything: Rendered) -> None:
    env = environment(everything.pod("orchestrator"))
    assert env["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://hj-otel-collector.demo.svc.cluster.local:4317"
    given = dict(part.split("=") for part in env["OTEL_RESOURCE_ATTRIBUTES"].split(","))
    assert given == {
        "k8s.namespace.name": "demo", "k8s.deployment.name": "hj-orchestrator",
        "k8s.pod.name": "$(K8S_POD_NAME)", "k8s.pod.uid": "$(K8S_POD_UID)",
    }  # fmt: skip
    assert env["K8S_POD_UID"] == {"fieldRef": {"fieldPath": "metadata.uid"}}
