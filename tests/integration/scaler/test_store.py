"""What is written: by the leader alone, onto what was read, and not without bound."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from chassis.errors import Aborted, HeyJarvisError
from chassis.redis import RedisAccess, open_redis
from services.scaler.domain.model import Decision, Hold, Mode
from services.scaler.domain.policy import Policy
from services.scaler.leadership import Term
from services.scaler.leadership.redis import RedisLeadership
from services.scaler.store.decisions import DecisionLog
from services.scaler.store.keys import Keys
from services.scaler.store.policies import PolicyStore
from tests.unit.scaler.situations import decided, snapshot

pytestmark = pytest.mark.redis_cluster


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


def decision(agent_type: str = "branding", **changes: Any) -> Decision:
    return replace(decided(snapshot(2, 8, 12)), agent_type=agent_type, **changes)


async def test_a_decision_reads_back_as_it_was_made(redis: RedisAccess) -> None:
    log, leadership = DecisionLog(redis), RedisLeadership(redis, "one", lasts=600)
    assert await leadership.claim()
    recorded = await log.record(decision(), leadership.fence())
    assert recorded == decision(sequence=1)
    assert await log.newest() == {"branding": recorded}
    assert (await log.page("", before="", size=10))[0] == [recorded]


async def test_only_the_newest_term_records(redis: RedisAccess) -> None:
    log = DecisionLog(redis)
    # It was frozen all the while, so by its own clock it leads.
    first = RedisLeadership(redis, "first", lasts=600, clock=lambda: 0.0)
    second = RedisLeadership(redis, "second", lasts=600)
    assert first.term is None, "nobody leads"
    assert await first.claim()
    assert not await second.claim()
    of_first = first.fence()
    assert await log.record(decision(), of_first) is not None
    await redis.commands.delete(Keys(redis).leader)
    # Its time is over, and a write of its is still under way when the next one leads.
    assert await second.claim()
    assert await log.record(decision(), of_first) is None
    assert second.fence().number == of_first.number + 1
    assert await log.record(decision(), second.fence()) is not None
    assert not await first.claim()
    assert await second.leader() == "second"
    await first.resign()
    assert await second.leader() == "second", "who does not lead cannot resign for another"
    await second.resign()
    assert await first.claim()
    assert first.fence().number == of_first.number + 2


async def test_who_could_not_renew_in_time_writes_nothing(redis: RedisAccess) -> None:
    now = 100.0
    leadership = RedisLeadership(redis, "one", lasts=15, clock=lambda: now)
    with pytest.raises(Aborted, match="'one' does not lead"):
        leadership.fence()
    assert await leadership.claim()
    now += 9.9
    term = leadership.fence()
    now += 0.2
    # Its key still has 4.9 s: nobody else leads, and still it does not rest on that.
    with pytest.raises(Aborted):
        leadership.fence()
    assert leadership.term is None
    assert await leadership.claim()
    assert leadership.fence() == term


async def test_terms_of_another_election_do_not_stand_in_the_way(redis: RedisAccess) -> None:
    log = DecisionLog(redis)
    assert await log.record(decision(), Term("lease of yesterday", 40)) is not None
    assert await log.record(decision(), Term("lease of today", 1)) is not None
    assert await log.record(decision(), Term("lease of today", 2)) is not None
    assert await log.record(decision(), Term("lease of today", 1)) is None


async def test_the_record_is_capped_and_types_that_are_gone_leave(redis: RedisAccess) -> None:
    log = DecisionLog(redis, kept=5)
    for number in range(8):
        await log.record(decision(f"type{number % 2}"), Term("e", 1))
    found, place = await log.page("", before="", size=10)
    assert ([one.sequence for one in found], place) == ([8, 7, 6, 5, 4], "")
    found, place = await log.page("type1", before="", size=1)
    assert [one.sequence for one in found] == [8]
    found, place = await log.page("type1", before=place, size=5)
    assert ([one.sequence for one in found], place) == ([6, 4], "")
    await log.forget(["type0"])
    assert set(await log.newest()) == {"type1"}


async def test_of_updates_at_the_same_time_none_is_lost(redis: RedisAccess) -> None:
    store = PolicyStore(redis, Policy(agent_type="default"))

    def more(policy: Policy) -> Policy:
        return replace(policy, max_replicas=policy.max_replicas + 1, version=policy.version + 1)

    answers = await asyncio.gather(*(store.update("branding", more) for _ in range(8)), return_exceptions=True)
    done = [answer for answer in answers if isinstance(answer, Policy)]
    assert all(isinstance(answer, Policy | HeyJarvisError) for answer in answers)
    policy = await store.get("branding")
    assert policy is not None
    assert (policy.max_replicas, policy.version) == (10 + len(done), 1 + len(done))
    assert policy.agent_type == "branding"
    assert await store.get("dossier") is None


async def test_holds_end_by_themselves_and_leave(redis: RedisAccess) -> None:
    store = PolicyStore(redis, Policy(agent_type="default"))
    await store.hold("a", Hold(mode=Mode.PINNED, by="ana", replicas=3, until=100.0))
    await store.hold("b", Hold(mode=Mode.PAUSED, by="ana"))
    assert set(await store.holds(99.0)) == {"a", "b"}
    assert set(await store.holds(100.0)) == {"b"}
    assert await redis.commands.hlen("hj:{scaler}:holds") == 1
    await store.resume("b")
    assert await store.holds(0.0) == {}
