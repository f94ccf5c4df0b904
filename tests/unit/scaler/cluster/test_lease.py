"""A Lease is held by one at a time, by clocks that are never compared, and whoever cannot renew stops by itself."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chassis.errors import Aborted, PermissionDenied, Unavailable
from services.scaler.cluster.kubernetes.api import Api, open_api
from services.scaler.leadership.lease import LeaseLeadership
from tests.support.kube_api import LEASES, KubeApi, serving

LABELS = {"app.kubernetes.io/managed-by": "Helm"}


class Election:
    """Replicas of a scaler with a clock each, and the Lease between them."""

    def __init__(self, kube: KubeApi, api: Api) -> None:
        self.kube = kube
        self._api = api
        self.now: dict[str, float] = {}
        self.changes = 0

    def replica(self, name: str, *, starts_at: float) -> LeaseLeadership:
        self.now[name] = starts_at
        return LeaseLeadership(
            self._api, "scaler", name, duration=15, changed=self._changed, clock=lambda: self.now[name]
        )

    def passes(self, seconds: float) -> None:
        for name in self.now:
            self.now[name] += seconds

    @property
    def spec(self) -> dict[str, Any]:
        return self.kube.objects[LEASES]["scaler"]["spec"]  # type: ignore[no-any-return]

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
async def election(tmp_path: Path) -> AsyncIterator[Election]:
    async with (
        serving(tmp_path) as (kube, kubeconfig),
        open_api(kubeconfig=kubeconfig, namespace="test", agent="x") as api,
    ):
        # As the chart makes it: empty.
        kube.put(LEASES, "scaler", metadata={"labels": LABELS}, spec={})
        yield Election(kube, api)


async def test_one_leads_and_the_other_takes_over_when_it_falls_silent(election: Election) -> None:
    first, second = election.replica("first", starts_at=0), election.replica("second", starts_at=5000)
    await first.step()
    await second.step()
    assert (await first.claim(), await second.claim()) == (True, False)
    assert (election.spec["holderIdentity"], election.spec["leaseTransitions"]) == ("first", 1)
    assert election.spec["leaseDurationSeconds"] == 15
    assert await second.leader() == "first"
    for _ in range(10):
        election.passes(2)
        await first.step()
        await second.step()
    assert first.fence() == first.fence()
    assert not await second.claim()
    # From here on the first is frozen.
    before = first.fence()
    election.passes(14.9)
    await second.step()
    assert not await second.claim()
    election.passes(0.2)
    await second.step()
    after = second.fence()
    assert (after.election, after.number) == (before.election, before.number + 1)
    with pytest.raises(Aborted, match="'first' does not lead"):
        first.fence()
    await first.step()
    assert not await first.claim()
    assert await first.leader() == "second"


async def test_who_cannot_renew_stops_before_anybody_else_may_begin(election: Election) -> None:
    first, second = election.replica("first", starts_at=0), election.replica("second", starts_at=0)
    await first.step()
    await second.step()
    election.kube.refusals["PUT", "scaler"] = (503, "later")
    stopped = None
    for second_ in range(1, 16):
        election.passes(1)
        with pytest.raises(Unavailable):
            await first.step()
        if stopped is None and first.term is None:
            stopped = second_
        if second_ < 15:
            await second.step()
            assert second.term is None
    assert stopped == 10
    election.kube.refusals.clear()
    await second.step()
    assert await second.claim()


async def test_a_term_is_new_also_for_one_that_comes_back(election: Election) -> None:
    first = election.replica("first", starts_at=0)
    await first.step()
    election.passes(12)
    assert first.term is None
    await first.step()
    assert first.fence().number == 2
    # The process ended without a word, and its container started again in the same pod.
    again = election.replica("first", starts_at=0)
    await again.step()
    assert again.fence().number == 3


async def test_a_lease_that_somebody_else_wrote_is_lost_at_once(election: Election) -> None:
    first = election.replica("first", starts_at=0)
    await first.step()
    election.kube.put(
        LEASES,
        "scaler",
        spec={"holderIdentity": "a person", "leaseDurationSeconds": 60, "leaseTransitions": 8},
    )
    await first.step()
    assert first.term is None
    assert await first.leader() == "a person"
    election.passes(59)
    await first.step()
    assert first.term is None
    election.passes(1.1)
    await first.step()
    assert first.fence().number == 9


async def test_two_that_grab_at_once_do_not_both_get_it(election: Election) -> None:
    first, second = election.replica("first", starts_at=0), election.replica("second", starts_at=0)
    election.kube.race = lambda: election.kube.put(
        LEASES, "scaler", spec={"holderIdentity": "second", "leaseDurationSeconds": 15, "leaseTransitions": 1}
    )
    with pytest.raises(Aborted):
        await first.step()
    assert first.term is None
    await second.step()
    assert second.fence().number == 2


async def test_resigning_makes_room_at_once_and_for_good(election: Election) -> None:
    first, second = election.replica("first", starts_at=0), election.replica("second", starts_at=0)
    await first.step()
    await second.step()
    await second.resign()
    assert election.spec["holderIdentity"] == "first", "who does not lead cannot resign for another"
    await first.resign()
    assert election.spec["holderIdentity"] == ""
    await first.step()
    assert first.term is None
    third = election.replica("third", starts_at=0)
    await third.step()
    assert third.fence().number == 2


async def test_what_else_is_on_the_lease_stays(election: Election) -> None:
    first = election.replica("first", starts_at=0)
    await first.step()
    await first.resign()
    assert election.kube.objects[LEASES]["scaler"]["metadata"]["labels"] == LABELS


async def test_a_missing_lease_is_made_where_that_is_allowed(election: Election) -> None:
    election.kube.delete(LEASES, "scaler")
    first = election.replica("first", starts_at=0)
    election.kube.refusals["POST", "leases"] = (403, "no")
    with pytest.raises(PermissionDenied, match="may not create leases"):
        await first.step()
    assert first.term is None
    election.kube.refusals.clear()
    await first.step()
    before = first.fence()
    assert before.number == 1
    # Deleted and made anew it is another election: its numbers begin again.
    election.kube.delete(LEASES, "scaler")
    await first.step()
    assert first.fence().number == 1
    assert first.fence().election != before.election
