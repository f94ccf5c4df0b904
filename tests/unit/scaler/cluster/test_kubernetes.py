"""The door to Kubernetes over real HTTP: what is read, what is written, and what every failure becomes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chassis.errors import Aborted, ConfigurationError, PermissionDenied, Unavailable
from services.scaler.cluster.kubernetes import cluster, mirror
from services.scaler.cluster.kubernetes.api import Api, open_api
from services.scaler.cluster.kubernetes.cluster import KubernetesCluster
from services.scaler.domain.deployed import Deployed
from services.scaler.leadership import not_leading
from tests.support.kube_api import DEPLOYMENTS, EVENTS, PODS, REPLICA_SETS, KubeApi, serving

LABEL = "heyjarvis.dev/agent-type"
COST = "controller.kubernetes.io/pod-deletion-cost"
SETTLED = {"observedGeneration": 1, "replicas": 1}


class World:
    """A cluster with one agent, and the door to it."""

    def __init__(self, kube: KubeApi, api: Api) -> None:
        self.kube = kube
        self.changes = 0
        self.leads = True
        self.now = 0.0
        self.cluster = KubernetesCluster(
            api, label=LABEL, instance="scaler-0", fence=self._fence, changed=self._changed, longest_pause=0.1
        )
        made = kube.put(
            DEPLOYMENTS,
            "branding",
            metadata={"labels": {LABEL: "branding"}, "generation": 1},
            spec={"replicas": 1},
            status=SETTLED,
        )
        self.deployment_uid = made["metadata"]["uid"]
        self.set_uid = self.owned(REPLICA_SETS, "branding-1", self.deployment_uid, status={"replicas": 1})
        self.pod_uid = self.pod("branding-1-a", self.set_uid)

    def owned(self, collection: str, name: str, owner: str, *, metadata: Any = None, **fields: Any) -> str:
        owners = [{"kind": "Owner", "uid": owner, "controller": True}]
        made = self.kube.put(collection, name, metadata={"ownerReferences": owners, **(metadata or {})}, **fields)
        return str(made["metadata"]["uid"])

    def pod(self, name: str, owner: str, *, ready: bool = True, phase: str = "Running", **metadata: Any) -> str:
        conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
        return self.owned(PODS, name, owner, metadata=metadata, status={"phase": phase, "conditions": conditions})

    async def branding(self) -> Deployed:
        return ((await self.cluster.deployed()) or {})["branding"]

    async def until(self, condition: Any) -> Deployed:
        """Waits until the agent's Deployment is so."""
        async with asyncio.timeout(20):
            while True:
                try:
                    if condition(found := await self.branding()):
                        return found
                except (Unavailable, PermissionDenied, KeyError):
                    pass
                await asyncio.sleep(0.01)

    async def until_raises(self, error: type[Exception], match: str) -> None:
        async with asyncio.timeout(20):
            while True:
                try:
                    await self.cluster.deployed()
                except error as raised:
                    if match in str(raised):
                        return
                await asyncio.sleep(0.01)

    def _fence(self) -> None:
        if not self.leads:
            raise not_leading("scaler-0")

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(mirror, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(cluster, "SEEN_WITHIN", 30.0)
    async with (
        serving(tmp_path) as (kube, kubeconfig),
        open_api(kubeconfig=kubeconfig, namespace="test", agent="heyjarvis-scaler/scaler-0") as api,
    ):
        world = World(kube, api)
        running = asyncio.create_task(world.cluster.run())
        try:
            yield world
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_nothing_is_known_before_the_first_list(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as (kube, kubeconfig),
        open_api(kubeconfig=kubeconfig, namespace="test", agent="x") as api,
    ):
        with pytest.raises(Unavailable, match="not known yet"):
            await World(kube, api).cluster.deployed()


async def test_a_deployment_is_told_with_its_pods_and_a_change_is_noticed(world: World) -> None:
    found = await world.until(lambda found: found.replicas == 1)
    assert (found.name, found.agent_type, found.newest_replica_set) == ("branding", "branding", "branding-1")
    (pod,) = found.pods
    assert (pod.name, pod.uid, pod.replica_set, pod.ready) == ("branding-1-a", world.pod_uid, "branding-1", True)
    assert (found.rollout, found.rivals, found.create_failed) == ("", (), "")
    assert found.age < 20
    before = world.changes
    world.pod("branding-1-b", world.set_uid, ready=False, phase="Pending")
    later = await world.until(lambda found: len(found.pods) == 2)
    assert [pod.pending_for is None for pod in later.pods] == [True, False]
    assert world.changes > before
    world.kube.delete(PODS, "branding-1-b")
    await world.until(lambda found: len(found.pods) == 1)


async def test_what_is_not_owned_does_not_count_whatever_its_labels(world: World) -> None:
    world.owned(PODS, "foreign", "another-owner", metadata={"labels": {LABEL: "branding"}}, status={"phase": "Running"})
    world.kube.put(PODS, "bare", metadata={"labels": {LABEL: "branding"}}, status={"phase": "Running"})
    world.pod("over", world.set_uid, ready=False, phase="Failed")
    going = world.pod("going", world.set_uid, deletionTimestamp="2026-01-01T00:00:00Z")
    found = await world.until(lambda found: found.terminating)
    assert [pod.name for pod in found.pods] == ["branding-1-a"]
    assert found.terminating == (going,)


async def test_scale_writes_onto_what_was_read(world: World) -> None:
    found = await world.until(lambda found: found.replicas == 1)
    after = await world.cluster.scale(found, 3)
    ((query, body),) = world.kube.asked("PUT", "/branding/scale")
    assert query == {"fieldManager": "heyjarvis-scaler"}
    assert body["metadata"]["resourceVersion"] == found.resource_version
    assert (after.replicas, after.ours) == (3, True)
    # Our own watch has shown it, so the next decision rests on it.
    assert (await world.branding()).replicas == 3
    with pytest.raises(Aborted, match="read it again"):
        await world.cluster.scale(found, 5)
    assert (await world.branding()).replicas == 3
    await world.cluster.scale(after, 4)


async def test_a_dry_run_is_asked_and_changes_nothing_and_needs_no_term(world: World) -> None:
    found = await world.until(lambda found: found.replicas == 1)
    world.leads = False
    assert await world.cluster.scale(found, 9, dry_run=True) == found
    assert world.kube.asked("PUT", "/scale")[0][0]["dryRun"] == "All"
    assert world.kube.objects[DEPLOYMENTS]["branding"]["spec"]["replicas"] == 1


async def test_who_does_not_lead_writes_nothing(world: World) -> None:
    found = await world.until(lambda found: found.pods)
    world.leads = False
    with pytest.raises(Aborted, match="does not lead"):
        await world.cluster.scale(found, 3)
    with pytest.raises(Aborted, match="does not lead"):
        await world.cluster.price(found.pods[0], -1000)
    assert world.kube.asked("PUT", "") == world.kube.asked("PATCH", "") == []


async def test_price_patches_the_one_annotation_and_takes_it_away(world: World) -> None:
    found = await world.until(lambda found: found.pods)
    await world.cluster.price(found.pods[0], -1000)
    priced = await world.until(lambda found: found.pods[0].deletion_cost)
    assert priced.pods[0].deletion_cost == -1000
    await world.cluster.price(found.pods[0], None)
    await world.until(lambda found: found.pods[0].deletion_cost == 0)
    bodies = [body for _, body in world.kube.asked("PATCH", "/branding-1-a")]
    assert bodies == [{"metadata": {"annotations": {COST: cost}}} for cost in ("-1000", None)]
    world.kube.delete(PODS, "branding-1-a")
    await world.cluster.price(found.pods[0], -1000)


async def test_a_refused_right_is_named_and_heals(world: World) -> None:
    found = await world.until(lambda found: found.replicas == 1)
    world.kube.refusals["PUT", "scale"] = (403, "not in your dreams")
    with pytest.raises(PermissionDenied, match="may not update deployments/scale") as refused:
        await world.cluster.scale(found, 2)
    assert refused.value.metadata == {"verb": "update", "resource": "deployments/scale"}
    world.kube.refusals["GET", "horizontalpodautoscalers"] = (403, "no")
    world.kube.drop_watches()
    await world.until_raises(PermissionDenied, "may not list horizontalpodautoscalers")
    world.kube.refusals.clear()
    await world.until(lambda found: found.replicas == 1)


async def test_an_admission_that_refuses_is_told(world: World) -> None:
    found = await world.until(lambda found: found.pods)
    world.kube.refusals["PATCH", "branding-1-a"] = (422, "denied by policy")
    with pytest.raises(PermissionDenied, match="denied by policy"):
        await world.cluster.price(found.pods[0], -1)


@pytest.mark.parametrize("code", [401, 429, 500, 503])
async def test_a_server_in_trouble_is_away(world: World, code: int) -> None:
    found = await world.until(lambda found: found.replicas == 1)
    world.kube.refusals["PUT", "scale"] = (code, "later")
    with pytest.raises(Unavailable, match="later"):
        await world.cluster.scale(found, 2)


async def test_a_server_that_is_gone_is_away_and_everything_is_listed_when_it_is_back(world: World) -> None:
    found = await world.until(lambda found: found.replicas == 1)
    world.kube.down = True
    world.kube.drop_watches()
    with pytest.raises(Unavailable, match="does not answer"):
        await world.cluster.scale(found, 2)
    # Missed by every watch.
    world.kube.history.clear()
    world.kube.put(DEPLOYMENTS, "branding", **world.kube.objects[DEPLOYMENTS]["branding"] | {"spec": {"replicas": 7}})
    world.kube.history.clear()
    world.kube.down = False
    await world.until(lambda found: found.replicas == 7)


async def test_what_is_too_old_is_an_error_and_never_an_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.until(lambda found: found.replicas == 1)
    monkeypatch.setattr(mirror, "MAX_AGE", 0.2)
    world.kube.down = True
    world.kube.drop_watches()
    await world.until_raises(Unavailable, "s old: The API server does not answer")
    world.kube.down = False
    monkeypatch.setattr(mirror, "MAX_AGE", 30.0)
    await world.until(lambda found: found.replicas == 1)


async def test_a_forgotten_version_is_listed_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "WATCH_FOR", 1.0)
    await world.until(lambda found: found.replicas == 1)
    lists = len(world.kube.asked("GET", "/deployments"))
    world.kube.forgotten = world.kube.version + 1000
    await world.until(lambda _: len(world.kube.asked("GET", "/deployments")) > lists + 1)
    world.kube.forgotten = 0
    world.pod("branding-1-b", world.set_uid)
    await world.until(lambda found: len(found.pods) == 2)


async def test_half_an_event_is_no_event_and_no_end(world: World) -> None:
    await world.until(lambda found: found.replicas == 1)
    world.kube.half_a_line = 4
    world.kube.drop_watches()
    async with asyncio.timeout(20):
        while world.kube.half_a_line:
            await asyncio.sleep(0.01)
    world.pod("branding-1-b", world.set_uid)
    await world.until(lambda found: len(found.pods) == 2)


async def test_the_first_look_waits_for_the_first_lists_but_not_for_ever(world: World) -> None:
    await world.cluster.settled(within=30)
    assert (await world.branding()).replicas == 1


async def test_an_api_server_that_hangs_holds_up_no_start(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as (kube, kubeconfig),
        open_api(kubeconfig=kubeconfig, namespace="test", agent="x") as api,
    ):
        world = World(kube, api)
        kube.hangs.clear()
        running = asyncio.create_task(world.cluster.run())
        await world.cluster.settled(within=0.2)
        with pytest.raises(Unavailable, match="not known yet"):
            await world.cluster.deployed()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_events_are_told_once_and_never_raise(world: World) -> None:
    found = await world.until(lambda found: found.replicas == 1)
    for _ in range(3):
        await world.cluster.tell(found, "Scaled", "Grow from 1 to 2", warning=False)
    await world.cluster.tell(found, "ScalerConflict", "é" * 2000, warning=True)
    async with asyncio.timeout(20):
        while len(world.kube.objects[EVENTS]) < 2:
            await asyncio.sleep(0.01)
    scaled, conflict = world.kube.objects[EVENTS].values()
    assert (scaled["reason"], scaled["note"], scaled["type"]) == ("Scaled", "Grow from 1 to 2", "Normal")
    assert scaled["regarding"]["uid"] == world.deployment_uid
    assert conflict["type"] == "Warning"
    assert len(conflict["note"].encode()) == 1024
    world.kube.refusals["POST", "events"] = (403, "no")
    await world.cluster.tell(found, "Scaled", "Shrink from 2 to 1")
    async with asyncio.timeout(20):
        while len(world.kube.asked("POST", "/events")) < 3:
            await asyncio.sleep(0.01)
    assert (await world.branding()).replicas == 1


async def test_the_token_goes_with_every_request_and_the_agent_is_named(world: World) -> None:
    await world.until(lambda found: found.replicas == 1)
    assert world.kube.callers == {("bearer secret", "heyjarvis-scaler/scaler-0")}


async def test_a_way_that_leads_nowhere_ends_the_start_and_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing' does not lead to an API server.*HEYJARVIS_KUBECONFIG"):
        async with open_api(kubeconfig=tmp_path / "missing", namespace="", agent="x"):
            pass
    with pytest.raises(ConfigurationError, match="this pod's service account"):
        async with open_api(kubeconfig=None, namespace="", agent="x"):
            pass
