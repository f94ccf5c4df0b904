"""From an assignment to what an agent reads: every input with its content, complete before the work begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import artifact_pb2

from agent_sdk.artifacts import ArtifactStore
from agent_sdk.errors import InputError
from agent_sdk.names import AttemptKey, parse_task
from agent_sdk.runtime.wire import is_inline, task_output
from agent_sdk.task_input import TaskInput, TaskOutput
from chassis.border import until_it_answers


class InputReader:
    """Reads what earlier tasks made."""

    def __init__(self, store: ArtifactStore, *, most_bytes: int) -> None:
        """`most_bytes` is for all inputs of an attempt together."""
        self._store = store
        self._most_bytes = most_bytes

    async def task_input(
        self, key: AttemptKey, assignment: pb.Assignment, *, capability: str, deadline: datetime, patience: float
    ) -> TaskInput:
        """The task as its agent sees it. Waits up to `patience` seconds for a Redis that is away."""
        earlier = assignment.earlier if assignment.HasField("earlier") else None
        given = [*assignment.inputs, *([earlier] if earlier else ())]
        stored = await self._contents(
            key.workflow, [artifact for each in given for artifact in each.artifacts], patience
        )
        by_task = {output.task: output for output in (_output(each, stored) for each in assignment.inputs)}
        return TaskInput(
            workflow=key.workflow,
            task=key.task,
            attempt=key.attempt,
            title=assignment.title,
            request=assignment.request,
            instructions=assignment.instructions,
            feedback=list(assignment.feedback),
            inputs={output.agent_type: output for output in by_task.values()},
            inputs_by_task=by_task,
            deadline=deadline,
            capability=capability,
            tenant=assignment.tenant,
            earlier=_output(earlier, stored) if earlier else None,
            plan_simulated=assignment.plan_simulated,
            asked_by=tuple(assignment.asked_by),
        )

    async def answer(self, workflow: str, agent_type: str, answer: pb.Answer, *, patience: float) -> TaskOutput:
        """What another agent answered."""
        return task_output(
            task="",
            agent_type=agent_type,
            title="",
            simulated=answer.simulated,
            artifacts=answer.artifacts,
            stored=await self._contents(workflow, answer.artifacts, patience),
        )

    async def _contents(
        self, workflow: str, artifacts: Sequence[artifact_pb2.Artifact], patience: float
    ) -> dict[str, bytes]:
        size = sum(max(artifact.size_bytes, len(artifact.content)) for artifact in artifacts)
        if size > self._most_bytes:
            raise InputError(
                f"The inputs of this task have {size} bytes together; at most {self._most_bytes} are read "
                "(HEYJARVIS_AGENT_INPUT_TOTAL).",
                reason="INPUT_TOO_LARGE",
            )
        addresses = [artifact.sha256 for artifact in artifacts if not is_inline(artifact)]
        if not addresses:
            return {}
        try:
            return await until_it_answers(
                lambda: self._store.get_many(workflow, addresses), seconds=patience, what="inputs of a task"
            )
        except ValueError as error:
            raise InputError(f"An input cannot be found: {error}") from error


def _output(given: pb.TaskInput, stored: Mapping[str, bytes]) -> TaskOutput:
    return task_output(
        task=_task_id(given.task),
        agent_type=given.agent_type,
        title=given.title,
        simulated=given.simulated,
        artifacts=given.artifacts,
        stored=stored,
    )


def _task_id(name: str) -> str:
    try:
        return parse_task(name)[1]
    except ValueError as error:
        raise InputError(f"An input cannot be used: {error}") from error
