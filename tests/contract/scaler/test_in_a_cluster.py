"""What the scaler writes to an API server, and what it does when that refuses. The real server is in `tests/k8s`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from heyjarvis.scaler.v1 import scaler_service_pb2 as calls

from tests.contract.scaler.conftest import Scaler, ScalerStart
from tests.support.kube_api import AUTOSCALERS, DEPLOYMENTS, EVENTS, LEASES, KubeApi, serving


@pytest.fixture
async def kube(tmp_path: Path) -> AsyncIterator[tuple[KubeApi, dict[str, Any]]]:
    """An API server with one agent of one replica, and the settings of a scaler that follows it."""
    async with serving(tmp_path) as (api, kubeconfig):
        api.put(LEASES, "heyjarvis-scaler", spec={})
        api.put(
            DEPLOYMENTS,
            "hj-branding",
            metadata={"labels": {"heyjarvis.dev/agent-type": "branding"}, "generation": 1},
            spec={"replicas": 1},
            status={"observedGeneration": 1, "replicas": 1},
        )
        yield api, {"cluster": "kubernetes", "kubeconfig": kubeconfig, "namespace": "test"}


def replicas(api: KubeApi) -> int:
    count: int = api.objects[DEPLOYMENTS]["hj-branding"]["spec"]["replicas"]
    return count


def events(api: KubeApi) -> list[str]:
    return [str(event["reason"]) for event in api.objects[EVENTS].values()]


async def eventually(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.02)


async def newest(server: Scaler, **wanted: Any) -> calls.ScalingDecision:
    """The newest decision that is as wanted, once there is one."""
    async with asyncio.timeout(20):
        while True:
            found = (await server.stub.ListDecisions(calls.ListDecisionsRequest())).decisions
            for decision in found:
                if all(getattr(decision, name) == value for name, value in wanted.items()):
                    return decision
            await asyncio.sleep(0.02)


async def test_growth_is_written_told_and_put_on_record(
    start: ScalerStart, kube: tuple[KubeApi, dict[str, Any]]
) -> None:
    api, settings = kube
    async with start(**settings) as server:
        await server.has("branding", 4)
        await server.needs("branding", 6, 4, 3)
        await eventually(lambda: replicas(api) == 4)
        query, body = api.asked("PUT", "scale")[-1]
        assert query == {"fieldManager": "heyjarvis-scaler"}
        assert body["spec"] == {"replicas": 4}
        # What is in hand alone is worth two, and may have been written before.
        decision = await newest(server, applied=True, desired_replicas=4)
        assert (decision.mode, decision.result, decision.deployed_replicas) == (calls.SCALING_MODE_NATIVE, "written", 4)
        assert decision.leader_term >= 1
        assert decision.resource_version
        assert decision.HasField("latency")
        assert decision.steps[-1].name == "drain"
        await eventually(lambda: "Scaled" in events(api))
        assert (await server.stub.GetScalingStatus(calls.GetScalingStatusRequest())).cluster


async def test_observing_asks_and_changes_nothing(start: ScalerStart, kube: tuple[KubeApi, dict[str, Any]]) -> None:
    api, settings = kube
    file = settings["kubeconfig"].with_name("policies.yaml")
    file.write_text("branding: {mode: OBSERVE}")
    async with start(**settings, policies_file=file) as server:
        await server.has("branding", 4)
        await server.needs("branding", 6, 4, 3)
        decision = await newest(server, result="dry run passed", desired_replicas=4)
        assert not decision.applied
        assert all(query.get("dryRun") == "All" for query, _ in api.asked("PUT", "scale"))
        assert replicas(api) == 1


async def test_a_rival_stops_it_until_it_is_gone(start: ScalerStart, kube: tuple[KubeApi, dict[str, Any]]) -> None:
    api, settings = kube
    target = {"kind": "Deployment", "name": "hj-branding", "apiVersion": "apps/v1"}
    api.put(AUTOSCALERS, "keda-hpa-branding", spec={"scaleTargetRef": target, "maxReplicas": 3})
    async with start(**settings) as server:
        await server.has("branding", 4)
        await server.needs("branding", 6, 4, 3)
        decision = await newest(server, reason=calls.DECISION_REASON_SCALER_CONFLICT)
        assert "keda-hpa-branding already scales Deployment/hj-branding; delete it" in decision.explanation
        assert any("it would be 4" in line for line in (await server.explains("branding")).what_would_change_it)
        await eventually(lambda: "ScalerConflict" in events(api))
        assert replicas(api) == 1
        api.delete(AUTOSCALERS, "keda-hpa-branding")
        await eventually(lambda: replicas(api) == 4)


async def test_a_missing_right_is_named_and_only_observed(
    start: ScalerStart, kube: tuple[KubeApi, dict[str, Any]]
) -> None:
    api, settings = kube
    api.refusals[("PUT", "scale")] = (403, "deployments.apps is forbidden")
    async with start(**settings) as server:
        await server.has("branding", 4)
        await server.needs("branding", 6, 4, 3)
        decision = await newest(server, reason=calls.DECISION_REASON_RBAC_DENIED, desired_replicas=4)
        assert decision.mode == calls.SCALING_MODE_OBSERVE
        assert "deployments/scale" in decision.explanation
        assert replicas(api) == 1


async def test_a_conflict_is_decided_anew(start: ScalerStart, kube: tuple[KubeApi, dict[str, Any]]) -> None:
    api, settings = kube
    api.refusals[("PUT", "scale")] = (409, "the object has been modified")
    async with start(**settings) as server:
        await server.has("branding", 4)
        await server.needs("branding", 6, 4, 3)
        await eventually(lambda: len(api.asked("PUT", "scale")) >= 2)
        del api.refusals[("PUT", "scale")]
        await eventually(lambda: replicas(api) == 4)
