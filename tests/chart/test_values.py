"""Values that cannot be right are refused, by a message that names the field and what to do."""

import json
from collections.abc import Iterator
from functools import reduce
from operator import getitem
from typing import Any

import pytest
import yaml

from tests.support.helm_chart import CHART, Refused, render

_REFUSED = {
    "an unknown field at the top": ('redsi={"enabled":false}', ["'redsi' not allowed"]),
    "an unknown field of an agent": ("agents.branding.capcity=2", ["/agents/branding", "'capcity' not allowed"]),
    "an unknown field of a policy": (
        "agentDefaults.scaling.minReplica=2",
        ["/agentDefaults/scaling", "'minReplica' not allowed"],
    ),
    "an unknown service": ('services.orchestartor={"port":1}', ["/services", "'orchestartor' not allowed"]),
    "replicas of an agent that is scaled": (
        "agents.branding.replicas=3",
        ["agents.branding.replicas", "scaling.minReplicas", "scaler.enabled=false"],
    ),
    "replicas for all agents": ("agentDefaults.replicas=3", ["/agentDefaults", "'replicas' not allowed"]),
    "a minimum above the maximum": (
        "agents.branding.scaling.minReplicas=11",
        ["agents.branding.scaling.minReplicas is 11", "maxReplicas, which is 10", "Lower the first or raise"],
    ),
    "more to wake up with than there may be": (
        "agents.branding.scaling.activationReplicas=11",
        ["agents.branding.scaling.activationReplicas is 11", "maxReplicas, which is 10"],
    ),
    "less time to stop than a task may take": (
        "agents.branding.terminationGracePeriodSeconds=329",
        ["agents.branding.terminationGracePeriodSeconds is 329", "300 s (maxTaskSeconds)", "at least 330"],
    ),
    "too little time to say goodbye": (
        "lifecycle.flushSeconds=24",
        ["lifecycle.preStopSeconds + lifecycle.flushSeconds is 29", "30 s"],
    ),
    "a span without a unit": ("agents.branding.scaling.downWindow=120", ["/agents/branding/scaling/downWindow"]),
    "a share above one": ("agents.branding.scaling.targetUtilization=80", ["targetUtilization", "maximum"]),
    "an unknown mode": ('agents.branding.scaling.mode="auto"', ["/agents/branding/scaling/mode", "'native'"]),
    "a type that is none": ('agents={"Market-Research":{}}', ["'Market-Research' does not match pattern"]),
    "tokens without a Secret": ("auth.enabled=true", ["auth.existingSecret is empty", "tokens.json"]),
    "no Redis at all": ("redis.enabled=false", ["redis.external.url", "existingSecret"]),
    "a password among the values": (
        'redis={"enabled":false,"external":{"url":"redis://:hunter2@cache:6379"}}',
        ["redis.external.url carries a password", "redis.external.existingSecret"],
    ),
    "KEDA without the scaler it asks": (
        'scaler.enabled=false agents.branding.scaling.mode="keda"',
        ["agents.branding.scaling.mode is keda", "scaler.enabled=true"],
    ),
    "zero with an autoscaler that wakes nothing": (
        'agents.branding.scaling={"mode":"hpa","minReplicas":0}',
        ["agents.branding.scaling.minReplicas is 0", "native or keda"],
    ),
    "a quota without what it counts by": ("resourceQuota.enabled=true", ["priorityClasses.create=true"]),
    "no digest": ('services.scaler.image.digest="latest"', ["/services/scaler/image/digest"]),
    "a name that is too long": (
        'agents={"a_very_long_agent_type_name_that_goes_on_and_on_and_further":{}}',
        ["a name has at most 63", "fullnameOverride"],
    ),
}


@pytest.mark.parametrize(("settings", "told"), _REFUSED.values(), ids=_REFUSED)
def test_is_refused_by_name(settings: str, told: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        render(*settings.split(" "))
    assert not [part for part in told if part not in str(refused.value)], refused.value


def test_a_password_that_was_refused_is_not_repeated() -> None:
    with pytest.raises(Refused) as refused:
        render('redis={"enabled":false,"external":{"url":"redis://:hunter2@cache:6379"}}')
    assert "hunter2" not in str(refused.value)


def test_the_schema_knows_every_field_and_no_other() -> None:
    """A field of values.yaml alone could not be set, and one of the schema alone nobody would find."""
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    written = {path for path in _paths_of_values(values) if "agents" not in path}
    known = {path for path in _paths_of_schema(schema, schema) if "agents" not in path}
    # What `defaults` and `agentDefaults` say need not be said again for each.
    inherited = {f"services.{name}" for name in values["services"]} | {"agentDefaults", "model.offline"}
    left = {path for path in known - written if not path.startswith(tuple(f"{each}." for each in inherited))}
    assert left == set()
    assert written - known == set()


def test_every_level_of_the_schema_refuses_what_it_does_not_know() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    loose = [where for where, each in _objects(schema, "") if each.get("additionalProperties") is not False]
    assert loose == []


def test_no_field_of_the_values_is_far_from_its_explanation() -> None:
    """A comment stands above each field, or above a few that belong together; an agent's entry explains itself."""
    silent = 0
    for line in (CHART / "values.yaml").read_text("utf-8").splitlines():
        silent = 0 if line.strip().startswith("#") else silent + (bool(line.strip()) and not line.endswith(": {}"))
        assert silent <= 8, line


def _paths_of_values(values: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, value in values.items():
        path = f"{above}{name}"
        if isinstance(value, dict) and value and not path.endswith(("requests", "limits")):
            yield from _paths_of_values(value, f"{path}.")
        elif not path.endswith(("requests", "limits")):
            yield path


def _paths_of_schema(node: dict[str, Any], whole: dict[str, Any], above: str = "") -> Iterator[str]:
    while "$ref" in node:
        node = reduce(getitem, node["$ref"].split("/")[1:], whole)
    if "properties" in node and not above.endswith("resources."):
        for name, below in node["properties"].items():
            yield from _paths_of_schema(below, whole, f"{above}{name}.")
    elif above and not above.endswith("resources."):
        yield above.removesuffix(".")


def _objects(node: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        if "properties" in node and node.get("type") == "object":
            yield where, node
        for name, below in node.items():
            yield from _objects(below, f"{where}/{name}")
