"""Content for agents that cannot reach the artifact store: it travels inside the messages that name it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import artifact_pb2

from agent_sdk.artifacts import ArtifactStore
from chassis.border import until_it_answers
from services.orchestrator.work_stream import attempt_of

MAX_INLINE = 1024 * 1024
"""Most bytes of content in one message, in either direction."""
PATIENCE = 30.0
"""Seconds to wait for a store that is away."""
RESULT_FILE = "result.json"

log = structlog.get_logger(__name__)


class InlineContent:
    """Fills messages with what they name."""

    def __init__(self, artifacts: ArtifactStore) -> None:
        self._artifacts = artifacts

    async def filled(self, message: pb.WorkRequest) -> pb.WorkRequest:
        """The message with content, as much as it may carry; typed results come before everything else.

        Raises:
            Unavailable: the artifact store is away.
        """
        kind = message.WhichOneof("kind")
        if kind not in ("assign", "answer"):
            return message
        copy = pb.WorkRequest()
        copy.CopyFrom(message)
        if kind == "assign":
            given = (*copy.assign.inputs, copy.assign.earlier)
            named = [artifact for each in given for artifact in each.artifacts]
            key = attempt_of(copy.assign.ref)
        else:
            named = list(copy.answer.artifacts)
            key = attempt_of(copy.answer.ref)
        if key is not None and named:
            await self._fill(key.workflow, named)
        return copy

    async def _fill(self, workflow: str, named: Sequence[artifact_pb2.Artifact]) -> None:
        room, wanted = MAX_INLINE, list[artifact_pb2.Artifact]()
        for artifact in sorted(named, key=lambda artifact: not artifact.name.endswith(f"/{RESULT_FILE}")):
            if artifact.size_bytes <= room:
                room -= artifact.size_bytes
                wanted.append(artifact)
        found = await until_it_answers(
            lambda: self._artifacts.get_many(workflow, [artifact.sha256 for artifact in wanted]),
            seconds=PATIENCE,
            what="content for an agent without a store",
        )
        for artifact in wanted:
            artifact.content = found.get(artifact.sha256, b"")
        if len(wanted) < len(named):
            log.info("content left out of a message", workflow=workflow, artifacts=len(named) - len(wanted))
