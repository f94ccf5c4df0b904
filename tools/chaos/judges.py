"""The judges. They believe nobody inside: they read the run logs through the public door, what each watcher got, the
model server's own ledger, and the approvals.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from heyjarvis.approvals.v1 import approval_pb2, approval_service_pb2
from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from tools.chaos.crowd import APPROVE, Crowd, Order, state_name

LONGEST_SILENCE = 90.0
"""Seconds in which nothing may happen in a workflow: people decide at once, so it is the system's turn all the time.

A few leases, freezes and outages in a row stay below it; a wake-up that got lost, and is made good by the look every
five minutes, does not."""
_AFTER_THE_END = {"approval_withdrawn", "plan_drafted", "came_back"}
"""What may come then: questions are taken back, a draft arrives late, agents come back whose work was given up."""
_ATTEMPT_ENDS = ("retry_scheduled", "failed", "refused", "succeeded", "delivered", "cancelled")


@dataclass(slots=True)
class Verdict:
    """What came out."""

    states: Counter[str] = field(default_factory=Counter)
    faults_paid: Counter[str] = field(default_factory=Counter)
    """What the faults cost: attempts, calls, refused tries."""
    silence: float = 0.0
    """The longest time in seconds in which nothing happened in a workflow that had not ended."""
    violations: list[str] = field(default_factory=list)


async def judge(
    crowd: Crowd, ledger: list[dict[str, Any]] | None, *, longest_silence: float | None = LONGEST_SILENCE
) -> Verdict:
    """Looks at every workflow. None: the model server keeps no ledger; any silence is right."""
    verdict = Verdict()
    calls: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for call in ledger or ():
        calls[call["workflow"]].append(call)
    for order in crowd.orders:
        if order.trouble or not order.name:
            verdict.violations.append(f"order {order.number} {order.name}: {order.trouble or 'was never taken'}")
            continue
        log = await _log(crowd, order)
        events = [message.event for message in log]
        told = [*_stream(order, log), *_history(events), *silence(events, verdict, longest_silence)]
        if ledger is not None:
            told += _model(events, calls[order.name.partition("/")[2]], verdict)
        told += [line async for line in _approvals(crowd, order, events)]
        told += [line async for line in _results(crowd, order, events)]
        told += _failure(events)
        verdict.states[_ending(events)] += 1
        verdict.violations += [f"{order.name}: {line}" for line in told]
    return verdict


def _ending(events: list[event_pb2.WorkflowEvent]) -> str:
    ended = _end(events)
    reason = f" {ended.failure.reason}" if ended.HasField("failure") else ""
    return f"{state_name(ended.state)}{reason}"


def _failure(events: list[event_pb2.WorkflowEvent]) -> Iterator[str]:
    """Faults of Redis and of processes fail no workflow; what people or a model that babbles on may, does."""
    failure = _end(events).failure
    if failure.reason == "AGENT_ERROR" or failure.reason.startswith("REDIS_"):
        yield f"it failed with {failure.reason}: {failure.message}"


def _end(events: list[event_pb2.WorkflowEvent]) -> event_pb2.WorkflowEnded:
    """The end on record; an empty one when there is none."""
    found = [event.ended for event in events if event.WhichOneof("kind") == "ended"]
    return found[0] if found else event_pb2.WorkflowEnded()


async def _log(crowd: Crowd, order: Order) -> list[pb.WatchWorkflowResponse]:
    async def read() -> list[pb.WatchWorkflowResponse]:
        call = crowd.orchestrator.WatchWorkflow(
            pb.WatchWorkflowRequest(name=order.name, from_start=True), timeout=30, wait_for_ready=True
        )
        return [message async for message in call]

    return await crowd.persistently(read)


def _stream(order: Order, log: list[pb.WatchWorkflowResponse]) -> Iterator[str]:
    """The watcher saw a snapshot, then every event after it, in order, whatever happened to the connection."""
    id_ = order.name.partition("/")[2]
    if [message.cursor for message in log] != [f"{id_}:{number}" for number in range(1, len(log) + 1)]:
        yield "the run log has a gap"
    if not order.seen or order.seen[0].WhichOneof("kind") != "snapshot":
        yield "the watcher got no snapshot first"
        return
    first = int(order.seen[0].cursor.rpartition(":")[2])
    # It looked until the end; what is taken back afterwards came after it had gone.
    until = next((n for n, message in enumerate(log, 1) if message.event.WhichOneof("kind") == "ended"), len(log))
    if order.seen[1:] != log[first:until]:
        yield f"the watcher saw {len(order.seen) - 1} events after {first}, the log has {until - first}"


def _history(events: list[event_pb2.WorkflowEvent]) -> Iterator[str]:
    """Tasks begin one attempt after the other, none after it has succeeded; the end comes once.

    After it only questions are taken back that nobody has to answer any more: the approvals service may be away then.
    """
    kinds = [event.WhichOneof("kind") for event in events]
    after = set(kinds[kinds.index("ended") + 1 :]) if "ended" in kinds else set()
    if kinds.count("ended") != 1 or after - _AFTER_THE_END:
        yield f"it ended {kinds.count('ended')} times, and after that came {sorted(map(str, after))}"
    attempts: Counter[str] = Counter()
    running: set[str] = set()
    succeeded: set[str] = set()
    for event, kind in zip(events, kinds, strict=True):
        if kind == "started":
            if event.task in succeeded:
                yield f"task {event.task} began again after it had succeeded"
            if event.task in running:
                yield f"task {event.task} began while it ran"
            attempts[event.task] += 1
            if event.attempt != attempts[event.task]:
                yield f"task {event.task} began attempt {event.attempt} as its number {attempts[event.task]}"
            running.add(event.task)
        elif kind in _ATTEMPT_ENDS:
            running.discard(event.task)
            if kind == "succeeded":
                if event.task in succeeded:
                    yield f"task {event.task} succeeded twice"
                succeeded.add(event.task)


def silence(
    events: list[event_pb2.WorkflowEvent], verdict: Verdict, most: float | None = LONGEST_SILENCE
) -> Iterator[str]:
    """Work goes on as soon as it can."""
    times = []
    for event in events:
        times.append(event.time.ToMicroseconds() / 1e6)
        if event.WhichOneof("kind") == "ended":
            break
    longest, number = max(((b - a, number) for number, (a, b) in enumerate(pairwise(times), 1)), default=(0.0, 0))
    verdict.silence = max(verdict.silence, longest)
    if most is not None and longest > most:
        kinds = [event.WhichOneof("kind") for event in events[number - 1 : number + 1]]
        yield f"nothing happened for {longest:.0f} s between event {number} ({kinds[0]}) and the next ({kinds[1]})"


def _model(events: list[event_pb2.WorkflowEvent], calls: list[dict[str, Any]], verdict: Verdict) -> Iterator[str]:
    """No call that was answered well is made again within its attempt; other attempts are on record.

    A call for no task is the planner's, which drafts anew when a plan was sent back: those are only counted.
    """
    begun = {(event.task, str(event.attempt)) for event in events if event.WhichOneof("kind") == "started"}
    well: Counter[tuple[str, str, str]] = Counter()
    for call in (call for call in calls if call["task"]):
        if (call["task"], call["attempt"]) not in begun:
            yield f"the model was asked for attempt {call['attempt']} of {call['task']}, which never began"
        if call["outcome"] == "completed" and not call["fault"]:
            well[call["task"], call["attempt"], call["purpose"]] += 1
    yield from (f"the model answered {key} {count} times" for key, count in well.items() if count > 1)
    verdict.faults_paid["attempts begun"] += len(begun)
    verdict.faults_paid["attempts beyond the first"] += len(begun) - len({task for task, _ in begun})
    verdict.faults_paid["model calls"] += len(calls)
    verdict.faults_paid["model calls that failed or were hung up on"] += sum(
        call["outcome"] != "completed" for call in calls
    )


async def _approvals(crowd: Crowd, order: Order, events: list[event_pb2.WorkflowEvent]) -> Any:
    """Each question is decided at most once, and a decision that was answered with yes is the one on record."""
    outcomes: dict[str, list[int]] = defaultdict(list)
    withdrawn = set()
    for event in events:
        match event.WhichOneof("kind"):
            case "approval_decided":
                outcomes[event.approval_decided.approval].append(event.approval_decided.outcome)
            case "approval_withdrawn":
                withdrawn.add(event.approval_withdrawn.approval)
    for approval, found in outcomes.items():
        if len(found) > 1:
            yield f"{approval} was decided {len(found)} times"
    for approval, decision in order.decided.items():
        wanted = approval_pb2.APPROVAL_STATE_APPROVED if decision == APPROVE else approval_pb2.APPROVAL_STATE_REJECTED
        request = approval_service_pb2.GetApprovalRequest(name=approval)
        kept = (await crowd.persistently(lambda: crowd.approvals.GetApproval(request, timeout=5))).approval  # noqa: B023 - awaited at once
        if kept.state != wanted or len(kept.decisions) != 1:
            yield f"{approval} was decided, and is {approval_pb2.ApprovalState.Name(kept.state)} now"
        if outcomes.get(approval, [wanted]) != [wanted]:
            yield f"{approval} was decided, and the run log says otherwise"
        if approval not in outcomes and approval not in withdrawn and not order.cancelled:
            yield f"{approval} was decided, and the workflow never heard of it"


async def _results(crowd: Crowd, order: Order, events: list[event_pb2.WorkflowEvent]) -> Any:
    """Whatever succeeded can be read, to the byte."""
    if _end(events).state != wf.WORKFLOW_STATE_SUCCEEDED:
        return
    listed = await crowd.persistently(
        lambda: crowd.orchestrator.ListArtifacts(pb.ListArtifactsRequest(parent=order.name), timeout=10)
    )
    names = {artifact.name.rpartition("/")[2]: artifact for artifact in listed.artifacts}
    if "dossier.html" not in names:
        yield "there is no dossier"
    for artifact in listed.artifacts:

        async def content(name: str = artifact.name) -> bytes:
            call = crowd.orchestrator.GetArtifact(pb.GetArtifactRequest(name=name), timeout=10)
            return b"".join([part.chunk async for part in call])

        if hashlib.sha256(await crowd.persistently(content)).hexdigest() != artifact.sha256:
            yield f"{artifact.name} is not what was stored"
