"""Whose count it is: what scalers wrote is known to all of them, and a person's count is a person's."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import Aborted
from chassis.redis import RedisAccess, open_redis
from services.scaler.cluster.authorship import SHOWS_WITHIN, Authored
from services.scaler.cluster.observe import Unclustered
from services.scaler.domain.deployed import Deployed
from services.scaler.store.counts import WrittenCounts


class Told(Unclustered):
    """A cluster that says what it is told."""

    def __init__(self) -> None:
        self.replicas = 1
        self.written_by = ""
        self.ours = False
        self.fails = False

    async def deployed(self) -> Mapping[str, Deployed] | None:
        return {"branding": self.one}

    @property
    def one(self) -> Deployed:
        return Deployed(
            name="hj-branding",
            agent_type="branding",
            replicas=self.replicas,
            resource_version="1",
            written_by=self.written_by,
            ours=self.ours,
        )

    async def scale(self, deployed: Deployed, replicas: int, *, dry_run: bool = False) -> Deployed:
        if self.fails:
            raise Aborted("somebody was faster")
        if not dry_run:
            self.replicas = replicas
        return self.one


class World:
    """A cluster, and two replicas of the scaler that share what they wrote."""

    def __init__(self, redis: RedisAccess) -> None:
        self.cluster = Told()
        self.now = datetime(2026, 11, 27, tzinfo=UTC)
        self.first, self.second = (
            Authored(self.cluster, WrittenCounts(redis), manager="us", now=lambda: self.now) for _ in range(2)
        )

    async def ours(self) -> tuple[bool, bool]:
        """As both see it."""
        seen = [(await one.deployed() or {})["branding"].ours for one in (self.first, self.second)]
        return seen[0], seen[1]


@pytest.fixture
async def world(redis_url: str) -> AsyncIterator[World]:
    async with open_redis(redis_url) as redis:
        yield World(redis)


async def test_a_zero_of_ours_is_ours_for_every_replica(world: World) -> None:
    assert await world.ours() == (False, False)
    await world.first.scale(world.cluster.one, 0)
    world.now += timedelta(hours=5)
    assert await world.ours() == (True, True)


async def test_a_zero_of_a_person_is_not_ours_also_after_we_wrote_one(world: World) -> None:
    await world.first.scale(world.cluster.one, 0)
    world.cluster.replicas = 2
    world.now += timedelta(seconds=SHOWS_WITHIN + 1)
    assert await world.ours() == (False, False)
    world.cluster.replicas = 0
    assert await world.ours() == (False, False)


async def test_whoever_sees_a_write_late_does_not_forget_it(world: World) -> None:
    await world.first.scale(world.cluster.one, 0)
    world.cluster.replicas = 1
    assert await world.ours() == (False, False)
    world.cluster.replicas = 0
    assert await world.ours() == (True, True)


async def test_who_the_cluster_names_is_the_author(world: World) -> None:
    await world.first.scale(world.cluster.one, 3)
    world.cluster.written_by = "kubectl"
    assert await world.ours() == (False, False)
    world.cluster.written_by, world.cluster.ours = "us", True
    assert await world.ours() == (True, True)


async def test_a_write_that_failed_claims_nothing_and_a_dry_run_neither(world: World) -> None:
    world.cluster.fails = True
    with pytest.raises(Aborted):
        await world.first.scale(world.cluster.one, 0)
    assert await world.ours() == (False, False)
    world.now += timedelta(seconds=SHOWS_WITHIN + 1)
    assert await world.ours() == (False, False)
    world.cluster.fails, world.cluster.replicas = False, 0
    assert await world.ours() == (False, False)
    await world.first.scale(world.cluster.one, 0, dry_run=True)
    assert await world.ours() == (False, False)
