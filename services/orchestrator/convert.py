"""Names, small values and enums as contract messages and back: the border where messages stop."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.agents.v1 import artifact_pb2, usage_pb2
from heyjarvis.approvals.v1 import approval_pb2 as approvals
from heyjarvis.orchestrator.v1 import event_pb2 as ev
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from services.orchestrator.domain.outcomes import (
    MOST_MODELS,
    Artifact,
    Failure,
    FailureClass,
    HandOff,
    LastWord,
    Result,
    Revision,
    Usage,
)
from services.orchestrator.domain.plan import Gate, GateKind, Risk
from services.orchestrator.domain.selection import Circuit
from services.orchestrator.domain.workflow import Autopilot, Outcome, TaskState, WorkflowState

MAX_SAID = 16 * 1024
"""Most bytes of UTF-8 in a message to agents, and in what an agent says is left to do or sends a result back with."""
MAX_REVISIONS = 40
"""Most results that are sent back at a time."""

# -- names ----------------------------------------------------------------------------------------


def workflow_name(id_: str) -> str:
    """`workflows/{workflow}`."""
    return f"workflows/{id_}"


def task_name(workflow: str, task: str) -> str:
    """`workflows/{workflow}/tasks/{task}`."""
    return f"workflows/{workflow}/tasks/{task}"


def cursor(workflow: str, sequence: int) -> str:
    """Names one event: `{workflow}:{sequence}`."""
    return f"{workflow}:{sequence}"


def ids(name: str) -> tuple[str, ...]:
    """The ids in a name: `workflows/a/tasks/b` gives `("a", "b")`."""
    return tuple(name.split("/")[1::2])


# -- small values ---------------------------------------------------------------------------------


def timestamp(moment: datetime | None) -> Timestamp | None:
    """A moment, or nothing."""
    if moment is None:
        return None
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def duration(span: timedelta | None) -> Duration | None:
    """A span, or nothing."""
    if span is None:
        return None
    message = Duration()
    message.FromTimedelta(span)
    return message


def span_or_none(message: Duration) -> timedelta | None:
    """A span; None for zero, which means 'not given' wherever it is used."""
    return message.ToTimedelta() or None


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def usage_to_pb(usage: Usage) -> usage_pb2.Usage:
    """What was consumed."""
    return usage_pb2.Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        calls=usage.calls,
        cost_usd=usage.cost_usd,
        priced_usd=usage.priced_usd,
        price_date=usage.price_date,
        unpriced_models=usage.unpriced_models,
    )


def usage_from_pb(message: usage_pb2.Usage) -> Usage:
    """What was consumed; an absent cost of calls that were made is an unknown one."""
    unknown = not message.HasField("cost_usd") and message.calls > 0
    return Usage(
        input_tokens=message.input_tokens,
        output_tokens=message.output_tokens,
        cache_read_tokens=message.cache_read_tokens,
        cache_write_tokens=message.cache_write_tokens,
        calls=message.calls,
        cost_usd=None if unknown else _dollars(message.cost_usd),
        beside_usd=_dollars(message.priced_usd) if unknown else 0.0,
        price_date=message.price_date if _DAY.fullmatch(message.price_date) else "",
        unpriced_models=tuple(sorted(message.unpriced_models)[:MOST_MODELS]),
    )


def _dollars(amount: float) -> float:
    """What an agent says it spent: never negative, never endless, lest it make room in a budget."""
    return max(0.0, amount) if math.isfinite(amount) else 0.0


_FAILURE_CLASSES = {
    usage_pb2.FAILURE_CLASS_RETRYABLE: FailureClass.RETRYABLE,
    usage_pb2.FAILURE_CLASS_RATE_LIMITED: FailureClass.RATE_LIMITED,
    usage_pb2.FAILURE_CLASS_INVALID_OUTPUT: FailureClass.INVALID_OUTPUT,
    usage_pb2.FAILURE_CLASS_PERMANENT: FailureClass.PERMANENT,
    usage_pb2.FAILURE_CLASS_LOST: FailureClass.LOST,
    usage_pb2.FAILURE_CLASS_DEADLINE: FailureClass.DEADLINE,
    usage_pb2.FAILURE_CLASS_BUDGET: FailureClass.BUDGET,
}
_FAILURE_NUMBERS = {ours: number for number, ours in _FAILURE_CLASSES.items()}


def failure_to_pb(failure: Failure | None) -> usage_pb2.Failure | None:
    """Why something failed."""
    if failure is None:
        return None
    number = _FAILURE_NUMBERS[failure.failure_class]
    return usage_pb2.Failure(failure_class=number, message=failure.message, reason=failure.reason)


def failure_from_pb(message: usage_pb2.Failure) -> Failure:
    """Why something failed; a class we do not know is worth another try."""
    known = _FAILURE_CLASSES.get(message.failure_class, FailureClass.RETRYABLE)
    return Failure(failure_class=known, message=message.message, reason=message.reason or "UNKNOWN")


def stop_from_pb(receipt: agents.Cancelled) -> tuple[datetime | None, Usage | None]:
    """When an attempt stopped, and what it consumed after somebody wanted that; None for what its agent cannot tell."""
    stopped = receipt.stop_time.ToDatetime(UTC) if receipt.HasField("stop_time") else None
    after = usage_from_pb(receipt.usage_after_request) if receipt.HasField("usage_after_request") else None
    return stopped, after


def artifact_to_pb(workflow: str, task: str, artifact: Artifact) -> artifact_pb2.Artifact:
    """Something an agent made, without its content."""
    return artifact_pb2.Artifact(
        name=f"{task_name(workflow, task)}/artifacts/{artifact.name}",
        title=artifact.title,
        media_type=artifact.media_type,
        size_bytes=artifact.size,
        sha256=artifact.sha256,
    )


def artifact_from_pb(message: artifact_pb2.Artifact) -> Artifact:
    """Something an agent made, without its content."""
    return Artifact(
        name=message.name.rpartition("/")[2],
        title=message.title,
        media_type=message.media_type,
        size=message.size_bytes,
        sha256=message.sha256,
    )


def result_from_pb(message: agents.Result) -> Result:
    """What an attempt made."""
    return Result(
        artifacts=tuple(artifact_from_pb(artifact) for artifact in message.artifacts),
        summary=message.summary,
        confidence=min(1.0, max(0.0, message.confidence)),
        usage=usage_from_pb(message.usage),
        simulated=message.simulated,
        models=tuple(message.models),
        hand_off=_hand_off_from_pb(message.hand_off) if message.HasField("hand_off") else None,
        revisions=tuple(
            Revision(task=each.task, feedback=bounded(each.feedback)) for each in message.revisions[:MAX_REVISIONS]
        ),
    )


def _hand_off_from_pb(message: agents.HandOff) -> HandOff:
    return HandOff(
        agent_type=message.agent_type,
        title=message.title[:120],
        instructions=bounded(message.instructions),
        optional=message.optional,
    )


def bounded(text: str) -> str:
    """What an agent says, as much as is taken of it."""
    return text.encode()[:MAX_SAID].decode("utf-8", "ignore")


# -- enums: ours are the contract's names in lower case -------------------------------------------


def _number(enum: Any, prefix: str, ours: str) -> Any:
    return enum.Value(f"{prefix}_{ours.upper()}")


def workflow_state(state: WorkflowState) -> wf.WorkflowState:
    """Where a workflow stands."""
    number: wf.WorkflowState = _number(wf.WorkflowState, "WORKFLOW_STATE", state)
    return number


def task_state(state: TaskState) -> wf.TaskState:
    """Where a task stands."""
    number: wf.TaskState = _number(wf.TaskState, "TASK_STATE", state)
    return number


def circuit_state(circuit: Circuit) -> pb.CircuitState:
    """What an instance gets after failures in a row."""
    number: pb.CircuitState = _number(pb.CircuitState, "CIRCUIT_STATE", circuit)
    return number


def gate_kind(kind: GateKind) -> approvals.GateKind:
    """What waits behind a gate."""
    number: approvals.GateKind = _number(approvals.GateKind, "GATE_KIND", kind)
    return number


def gate_kind_from_pb(number: approvals.GateKind) -> GateKind:
    """What waits behind a gate."""
    return GateKind(approvals.GateKind.Name(number).removeprefix("GATE_KIND_").lower())


def autopilot_to_pb(autopilot: Autopilot) -> approvals.AutopilotMode:
    """How much goes on without a person."""
    number: approvals.AutopilotMode = _number(approvals.AutopilotMode, "AUTOPILOT_MODE", autopilot)
    return number


def autopilot_from_pb(number: approvals.AutopilotMode) -> Autopilot:
    """How much goes on without a person; unspecified means assisted."""
    name = approvals.AutopilotMode.Name(number).removeprefix("AUTOPILOT_MODE_").lower()
    return Autopilot.ASSISTED if name == "unspecified" else Autopilot(name)


def last_word(heard: LastWord) -> ev.LastWord:
    """What is heard of an attempt that nobody waits for any more."""
    number: ev.LastWord = _number(ev.LastWord, "LAST_WORD", heard)
    return number


def thinking_from_pb(number: wf.PlanningMode) -> bool | None:
    """Whether a model drafts the plan; None leaves it to the installation."""
    return {wf.PLANNING_MODE_AUTO: True, wf.PLANNING_MODE_TEMPLATE: False}.get(number)


def outcome_from_pb(number: approvals.ApprovalState) -> Outcome | None:
    """How an approval ended; None while it waits or when it was withdrawn."""
    name = approvals.ApprovalState.Name(number).removeprefix("APPROVAL_STATE_").lower()
    return Outcome(name) if name in {outcome.value for outcome in Outcome} else None


def outcome_to_pb(outcome: Outcome) -> approvals.ApprovalState:
    """How an approval ended."""
    number: approvals.ApprovalState = _number(approvals.ApprovalState, "APPROVAL_STATE", outcome)
    return number


def gate_to_pb(gate: Gate | None) -> approvals.Gate | None:
    """A gate."""
    if gate is None:
        return None
    risk = _number(approvals.Risk, "RISK", gate.risk)
    return approvals.Gate(kind=gate_kind(gate.kind), risk=risk, human_only=gate.human_only, question=gate.question)


def gate_from_pb(message: approvals.Gate) -> Gate:
    """A gate; a risk that is not given counts as medium."""
    risk = approvals.Risk.Name(message.risk).removeprefix("RISK_").lower()
    return Gate(
        kind=gate_kind_from_pb(message.kind),
        risk=Risk.MEDIUM if risk == "unspecified" else Risk(risk),
        human_only=message.human_only,
        question=message.question,
    )
