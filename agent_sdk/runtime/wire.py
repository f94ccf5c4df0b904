"""Our values as messages of the contract, and back. No rule lives here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import artifact_pb2, usage_pb2

from agent_sdk.agent import AgentCard
from agent_sdk.context import HandOff
from agent_sdk.errors import FailureClass, InputError
from agent_sdk.names import AttemptKey, attempt_key, file_of
from agent_sdk.task_input import InputArtifact, TaskOutput
from chassis.model.usage import Usage

MAX_MESSAGE = 4000
"""Characters of a failure's message; the rest is cut."""


def ref_of(source: AttemptKey | pb.AttemptRef) -> pb.AttemptRef:
    """A reference of its own to an attempt."""
    if isinstance(source, AttemptKey):
        return pb.AttemptRef(task=source.task_name, attempt=source.attempt)
    return pb.AttemptRef(task=source.task, attempt=source.attempt)


def key_of(ref: pb.AttemptRef) -> AttemptKey:
    """The attempt a reference names; ValueError when it names none."""
    return attempt_key(ref.task, ref.attempt)


def timestamp(moment: datetime) -> Timestamp:
    """A moment."""
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def moment(stamp: Timestamp) -> datetime:
    """A moment, aware, UTC."""
    return stamp.ToDatetime(tzinfo=UTC)


def duration(seconds: float) -> Duration:
    """A span of time."""
    span = Duration()
    span.FromNanoseconds(round(seconds * 1e9))
    return span


def card_message(card: AgentCard, capacity: int) -> pb.AgentCard:
    """What an agent says of itself, with the capacity this instance really has."""
    return pb.AgentCard(
        type=card.type,
        title=card.title,
        description=card.description,
        version=card.version,
        capabilities=card.capabilities,
        consumes=card.consumes,
        output_schema=json.dumps(card.output.model_json_schema(mode="serialization"), separators=(",", ":")),
        capacity=capacity,
        uses_model=card.uses_model,
        inline_content=card.inline_content,
        split_by=card.split_by,
        max_parts=card.max_parts,
    )


def usage_message(usage: Usage) -> usage_pb2.Usage:
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


def failure_message(failure_class: FailureClass, message: str, reason: str) -> usage_pb2.Failure:
    """Why something failed."""
    return usage_pb2.Failure(
        failure_class=f"FAILURE_CLASS_{failure_class}",
        message=message if len(message) <= MAX_MESSAGE else message[: MAX_MESSAGE - 1] + "…",
        reason=reason,
    )


def failure_class(message: usage_pb2.Failure) -> FailureClass:
    """The class of a failure; one we do not know is treated as permanent."""
    try:
        name = usage_pb2.FailureClass.Name(message.failure_class).removeprefix("FAILURE_CLASS_")
        return FailureClass(name)
    except ValueError:
        return FailureClass.PERMANENT


def hand_off_message(hand_off: HandOff) -> pb.HandOff:
    """Who goes on."""
    return pb.HandOff(
        agent_type=hand_off.agent_type,
        title=hand_off.title,
        instructions=hand_off.instructions,
        optional=hand_off.optional,
    )


def is_inline(artifact: artifact_pb2.Artifact) -> bool:
    """Whether an artifact brings its content along."""
    return bool(artifact.content) or artifact.size_bytes == 0


def task_output(
    *,
    task: str,
    agent_type: str,
    title: str,
    simulated: bool,
    artifacts: Iterable[artifact_pb2.Artifact],
    stored: Mapping[str, bytes],
) -> TaskOutput:
    """A result with the contents found in the store, by hash. InputError when one is missing."""
    found: dict[str, InputArtifact] = {}
    for artifact in artifacts:
        content = artifact.content if is_inline(artifact) else stored.get(artifact.sha256)
        name = file_of(artifact.name)
        if content is None:
            raise InputError(
                f"The content of {artifact.name!r} (SHA-256 {artifact.sha256}) is not in the artifact store any more. "
                "Run the task that made it again.",
                reason="INPUT_MISSING",
            )
        found[name] = InputArtifact(
            name=name, title=artifact.title, media_type=artifact.media_type, content=content, sha256=artifact.sha256
        )
    return TaskOutput(task=task, agent_type=agent_type, title=title, artifacts=found, simulated=simulated)


Sink = Callable[[pb.WorkResponse], None]
"""Takes a message that goes up a stream."""
