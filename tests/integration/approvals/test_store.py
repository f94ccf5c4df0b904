"""Approvals on a real Redis: one winner, exact bookkeeping, retention."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import FailedPrecondition, NotFound
from chassis.redis import RedisAccess, open_redis
from services.approvals.domain.decisions import after_deadline, ask, decide
from services.approvals.domain.model import (
    Approval,
    Autopilot,
    Change,
    Decision,
    ExpiryOutcome,
    Gate,
    GateKind,
    Policy,
    Question,
    State,
)
from services.approvals.store.approvals import RedisApprovalStore
from services.approvals.store.codec import Ticket
from services.approvals.store.limits import Limits
from services.approvals.store.log import START, ChangeLog
from services.approvals.store.policies import RedisPolicyStore
from services.approvals.sweep import Sweep

pytestmark = pytest.mark.redis_cluster

NOW = datetime(2026, 11, 22, 10, 31, tzinfo=UTC)
LIMITS = Limits(retention=timedelta(days=1))


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


@pytest.fixture
def store(redis: RedisAccess) -> RedisApprovalStore:
    return RedisApprovalStore(redis, LIMITS)


def question(id: str, **changes: object) -> Question:
    fields = Question(
        id=id,
        tenant="acme",
        workflow="workflows/w1",
        task="",
        gate=Gate(kind=GateKind.PLAN),
        title="Go on?",
        summary="",
        content_sha256="a" * 64,
        artifacts=(),
        confidence=None,
        estimated_cost_usd=0,
        autopilot=Autopilot.MANUAL,
        policy="policies/default@1",
        quorum=1,
        not_the_requester=False,
        requested_by="ana",
        create_time=NOW,
        deadline_time=None,
        expiry_outcome=ExpiryOutcome.EXPIRE,
    )
    return replace(fields, **changes)  # type: ignore[arg-type]


async def create(store: RedisApprovalStore, id: str, **changes: object) -> Approval:
    change = ask(question(id, **changes), Policy(), asked_by="orchestrator")
    return await store.create(change, request_id=id, fingerprint="f")


def deciding(by: str, decision: Decision = Decision.APPROVE) -> "Step":
    return Step(by, decision)


class Step:
    """A decision that counts how often it was considered."""

    def __init__(self, by: str, decision: Decision) -> None:
        self.by, self.decision, self.considered = by, decision, 0

    def __call__(self, approval: Approval) -> Change:
        self.considered += 1
        feedback = "no" if self.decision is Decision.REJECT else ""
        return decide(approval, self.decision, by=self.by, feedback=feedback, looked_at="", edited_content=b"", now=NOW)


async def test_of_fifty_who_decide_at_once_exactly_one_wins(redis_url: str, redis: RedisAccess) -> None:
    first = RedisApprovalStore(redis, LIMITS)
    await create(first, "a1")
    async with open_redis(redis_url) as other:
        stores = (first, RedisApprovalStore(other, LIMITS))
        outcomes = await asyncio.gather(
            *(
                stores[at % 2].change("acme", "a1", deciding(f"p{at}", Decision.REJECT if at % 3 else Decision.APPROVE))
                for at in range(50)
            ),
            return_exceptions=True,
        )
    (winner,) = (outcome for outcome in outcomes if isinstance(outcome, Approval))
    losers = [outcome for outcome in outcomes if isinstance(outcome, FailedPrecondition)]
    assert len(losers) == 49
    who = winner.standing.decisions[0].decided_by
    assert all(error.metadata["decided_by"] == who for error in losers)
    assert await first.get("acme", "a1") == winner
    changes, _ = await ChangeLog(redis).after(START, 100)
    assert [change.approval.standing.version for change in changes] == [1, 2]


async def test_a_quorum_of_ten_is_reached_by_the_first_ten_of_fifty(redis: RedisAccess) -> None:
    store = RedisApprovalStore(redis, LIMITS)
    await create(store, "a1", quorum=10)
    steps = [deciding(f"p{at}") for at in range(50)]
    outcomes = await asyncio.gather(*(store.change("acme", "a1", step) for step in steps), return_exceptions=True)
    assert sum(isinstance(outcome, Approval) for outcome in outcomes) == 10
    assert sum(isinstance(outcome, FailedPrecondition) for outcome in outcomes) == 40
    assert max(step.considered for step in steps) <= 11
    approval = await store.get("acme", "a1")
    assert approval.standing.state is State.APPROVED
    assert len({record.decided_by for record in approval.standing.decisions}) == 10


async def test_fifty_repeats_of_one_question_make_one_approval(redis: RedisAccess) -> None:
    store = RedisApprovalStore(redis, LIMITS)
    asked = await asyncio.gather(
        *(
            store.create(ask(question(f"a{at}"), Policy(), asked_by="orchestrator"), request_id="same", fingerprint="f")
            for at in range(50)
        )
    )
    assert len({approval.question.id for approval in asked}) == 1
    found, _ = await store.page("acme", workflow="", state=None, before="", size=100)
    assert len(found) == 1


async def test_fifty_repeats_of_one_decision_get_one_answer(redis: RedisAccess) -> None:
    store = RedisApprovalStore(redis, LIMITS)
    await create(store, "a1")
    ticket = Ticket(key="k", fingerprint="f")
    answers = await asyncio.gather(*(store.change("acme", "a1", deciding("ana"), ticket) for _ in range(50)))
    assert len({answer.standing for answer in answers}) == 1
    changes, _ = await ChangeLog(redis).after(START, 100)
    assert len(changes) == 2


async def test_an_approval_whose_time_is_over_leaves_with_everything_that_names_it(
    redis: RedisAccess, store: RedisApprovalStore
) -> None:
    await create(store, "a1")
    await create(store, "a2")
    await store.change("acme", "a1", deciding("ana"))
    assert await store.purge(NOW + timedelta(hours=23), 10) == 0
    assert await store.purge(NOW + timedelta(hours=25), 10) == 1
    with pytest.raises(NotFound):
        await store.get("acme", "a1")
    found, _ = await store.page("acme", workflow="workflows/w1", state=None, before="", size=10)
    assert [approval.question.id for approval in found] == ["a2"]
    left = [key async for key in redis.commands.scan_iter("*a1*")]
    assert left == []
    assert await store.repeated("acme", "a1", "f") is None
    changes, gap = await ChangeLog(redis).after(START, 10)
    assert (changes, gap) == ([], True)
    await store.change("acme", "a2", deciding("ana"))
    changes, _ = await ChangeLog(redis).after(START, 10)
    assert [change.approval.question.id for change in changes] == ["a2"]


async def test_two_sweeps_at_once_expire_each_approval_once(redis: RedisAccess, store: RedisApprovalStore) -> None:
    for at in range(120):
        await create(store, f"a{at}", deadline_time=NOW + timedelta(seconds=at))
    draining = asyncio.Event()
    late = NOW + timedelta(seconds=99.5)
    sweeps = [Sweep(store, now=lambda: late, interval=1, draining=draining) for _ in range(2)]
    await asyncio.gather(*(sweep.once() for sweep in sweeps))
    expired, _ = await store.page("acme", workflow="", state=State.EXPIRED, before="", size=200)
    waiting, _ = await store.page("acme", workflow="", state=State.PENDING, before="", size=200)
    assert (len(expired), len(waiting)) == (100, 20)
    assert all(approval.standing.version == 2 for approval in expired)
    assert await store.due(late, 10) == []


async def test_a_deadline_that_passed_is_noted_once(redis: RedisAccess, store: RedisApprovalStore) -> None:
    await create(store, "a1", deadline_time=NOW, expiry_outcome=ExpiryOutcome.KEEP_WAITING)
    sweep = Sweep(store, now=lambda: NOW + timedelta(seconds=1), interval=1, draining=asyncio.Event())
    await sweep.once()
    await sweep.once()
    approval = await store.get("acme", "a1")
    assert approval.standing.overdue
    assert approval.standing.version == 2
    assert after_deadline(approval, NOW + timedelta(days=9)) is None


async def test_a_decision_ends_the_deadline(redis: RedisAccess, store: RedisApprovalStore) -> None:
    await create(store, "a1", deadline_time=NOW + timedelta(hours=1))
    await store.change("acme", "a1", deciding("ana"))
    assert await store.due(NOW + timedelta(hours=2), 10) == []


async def test_the_default_policy_is_seeded_once_by_many(redis: RedisAccess) -> None:
    stores = [RedisPolicyStore(redis, LIMITS, Policy(quorum=at)) for at in (1, 2, 3)]
    policies = await asyncio.gather(*(store.newest("acme", "default") for store in stores * 5))
    assert len(set(policies)) == 1
    assert policies[0].version == 1


async def test_everything_is_under_one_hash_tag(redis: RedisAccess, store: RedisApprovalStore) -> None:
    await create(store, "a1", deadline_time=NOW)
    await store.change("acme", "a1", deciding("ana"), Ticket(key="k", fingerprint="f"))
    await RedisPolicyStore(redis, LIMITS, Policy()).newest("acme", "default")
    keys = [key.decode() async for key in redis.commands.scan_iter("*")]
    assert keys
    assert all(key.startswith("hj:{approvals}:") for key in keys)
