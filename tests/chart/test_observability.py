"""Dashboards and alerts ask for numbers that the services really tell."""

import json
import re
import subprocess
import sys
from functools import cache
from typing import Any

from tests.support.helm_chart import Rendered, render
from tests.support.shipped_agents import AGENTS

_TELL = """
from datetime import datetime, UTC
from opentelemetry import metrics
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
metrics.set_meter_provider(MeterProvider([PrometheusMetricReader()]))
import prometheus_client
from chassis.interceptors.observation import ObservationInterceptor
from chassis.model.telemetry import Instruments
from chassis.telemetry import Telemetry
from services.scaler.gauges import Gauges, _INPUTS
gauges, labels = Gauges(), {"heyjarvis.agent.type": "branding"}
for each in (gauges._current, gauges._desired, gauges._stale, *gauges._inputs.values()):
    each.set(1, labels)
gauges.unexpected("branding", 1)
model = Instruments()
given = {"gen_ai.request.model": "m", "gen_ai.token.type": "input", "error.type": "t"}
model.tokens.record(1, given), model.duration.record(1, given), model.cost.add(1, given)
calls = ObservationInterceptor("approvals", Telemetry(metering=metrics.get_meter_provider()))
calls._duration.record(1, {"rpc.response.status_code": "OK"}), calls._active.add(1, {})
print(prometheus_client.generate_latest().decode())
"""
"""Has every instrument say something, and prints what Prometheus would read."""
_FUNCTIONS = {"max", "sum", "by", "increase", "rate", "histogram_quantile", "time", "le", "job", "label_values"}


@cache
def _told() -> str:
    done = subprocess.run([sys.executable, "-c", _TELL], capture_output=True, text=True, check=False, timeout=50)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _unknown(expression: str) -> set[str]:
    """Names in an expression that no service tells, labels included."""
    bare = re.sub(r'"[^"]*"|\[\w+\]', "", expression)
    names = set(re.findall(r"\b[a-zA-Z_][a-zA-Z0-9_]{2,}\b", bare)) - _FUNCTIONS - {"namespace", "lease"}
    from_others = {"kube_lease_renew_time"}  # kube-state-metrics
    return {name for name in names - from_others if not re.search(rf"\b{name}\b", _told())}


def _dashboards(rendered: Rendered) -> list[dict[str, Any]]:
    maps = [each for each in rendered.of_kind("ConfigMap") if "dashboard" in each["metadata"]["name"]]
    assert all(each["metadata"]["labels"]["grafana_dashboard"] == "1" for each in maps)
    return [json.loads(text) for each in maps for text in each["data"].values()]


def _rules(rendered: Rendered) -> list[dict[str, Any]]:
    (rule,) = rendered.of_kind("PrometheusRule")
    return [each for group in rule["spec"]["groups"] for each in group["rules"]]


def test_rules_and_dashboards_ask_for_metrics_that_exist(everything: Rendered) -> None:
    expressions = [
        target["expr"] for board in _dashboards(everything) for panel in board["panels"] for target in panel["targets"]
    ]
    expressions += [rule["expr"] for rule in _rules(everything)]
    assert len(expressions) > 20
    assert {expression: unknown for expression in expressions if (unknown := _unknown(expression))} == {}


def test_a_metric_that_does_not_exist_would_be_found() -> None:
    assert _unknown("max by (heyjarvis_agent_type) (heyjarvis_scaler_replicas_wanted)") == {
        "heyjarvis_scaler_replicas_wanted"
    }


def test_alerts_are_about_what_goes_wrong(everything: Rendered) -> None:
    names = [rule["alert"] for rule in _rules(everything)]
    assert names.count("HeyJarvisAgentAtMaximum") == len(AGENTS)
    assert set(names) == {
        "HeyJarvisUnexpectedVictim", "HeyJarvisScalerInputsStale", "HeyJarvisScalerHasNoLeader",
        "HeyJarvisPodsNotAsDecided", "HeyJarvisAgentAtMaximum",
    }  # fmt: skip
    for rule in _rules(everything):
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert {"summary", "description"} <= rule["annotations"].keys()
        assert 'namespace="demo"' in rule["expr"]


def test_the_alert_about_the_maximum_knows_it() -> None:
    other = render("metrics.enabled=true", "metrics.rules.enabled=true", "agents.branding.scaling.maxReplicas=7")
    (rule,) = [each for each in _rules(other) if each["labels"].get("heyjarvis_agent_type") == "branding"]
    assert rule["expr"].endswith(">= 7")


def test_dashboards_fit_together(everything: Rendered) -> None:
    boards = _dashboards(everything)
    assert len({board["uid"] for board in boards}) == len(boards) == 2
    for board in boards:
        places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
        assert len(set(places)) == len(places)


def test_nothing_of_it_is_there_unless_asked(default: Rendered) -> None:
    assert "dashboard" not in " ".join(default.names("ConfigMap"))
    assert default.of_kind("PrometheusRule") == []


def test_alerts_name_commands_that_exist(everything: Rendered) -> None:
    from tools.jarvis.commands.scale import app

    known = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    named = {
        word for rule in _rules(everything) for word in re.findall(r"`jarvis scale (\w+)`", str(rule["annotations"]))
    }
    assert named
    assert named <= known
