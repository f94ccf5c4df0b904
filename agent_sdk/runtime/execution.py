"""From an assignment to a result: read the inputs, let the agent work, check what it made.

Runs inside the attempt's own task and trace. What it raises says why there is no result; `lifecycle.py` reports it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.agent import Agent, Outcome
from agent_sdk.artifacts import ArtifactStore
from agent_sdk.effects import EffectLedgers
from agent_sdk.errors import TaskError
from agent_sdk.mcp.servers import ToolServers
from agent_sdk.memory import Blackboards
from agent_sdk.runtime.attempt import Attempt
from agent_sdk.runtime.attempt_context import AttemptContext
from agent_sdk.runtime.inputs import InputReader
from agent_sdk.runtime.model import AttemptModel
from agent_sdk.runtime.outcomes import succeeded
from agent_sdk.runtime.products import ArtifactBounds, Products
from agent_sdk.task_input import TaskInput
from chassis import telemetry
from chassis.clock import Clock, utc_now
from chassis.identity import Identity, acting_as
from chassis.model import ModelClient, ToolBounds

TAGS = 200
"""Characters of a tool's result kept for the tags around it."""

tracer = telemetry.tracer("heyjarvis.agent_sdk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Where an agent's things are kept."""

    artifacts: ArtifactStore
    memory: Blackboards
    effects: EffectLedgers


class Execution:
    """Lets one agent work on attempts."""

    def __init__(
        self,
        agent: Agent[Any],
        stores: Stores,
        *,
        client: ModelClient | None,
        bounds: ArtifactBounds,
        input_total: int,
        tools: ToolServers,
        tool_bounds: ToolBounds,
        now: Clock,
    ) -> None:
        """`now` is the clock deadlines are on."""
        self._tools = tools
        self._tool_bounds = tool_bounds
        self._agent = agent
        self._stores = stores
        self._client = client
        self._bounds = bounds
        self._reader = InputReader(stores.artifacts, most_bytes=input_total)
        self._now = now
        self._log = structlog.get_logger(f"agent.{agent.card.type}")

    async def __call__(self, attempt: Attempt) -> pb.WorkResponse:
        """Do an attempt's work and return its result."""
        assignment = attempt.assignment
        if assignment is None:
            raise RuntimeError(f"{attempt!r} was not assigned")
        with self._surroundings(attempt, assignment):
            task = await self._reader.task_input(
                attempt.key,
                assignment,
                capability=assignment.capability or self._agent.card.capabilities[0],
                deadline=utc_now() + timedelta(seconds=self._remaining(attempt)),
                patience=self._remaining(attempt),
            )
            read = [*task.inputs_by_task.values(), *filter(None, [task.earlier])]
            attempt.simulated |= any(output.simulated for output in read)
            products = Products(self._bounds)
            context = self._context(attempt, task, products)
            work = self._agent.answer if task.asked_by else self._agent.execute
            outcome: object = await work(context, task)
            return self._result(attempt, outcome, products, context, promised=not task.asked_by)

    @contextmanager
    def _surroundings(self, attempt: Attempt, assignment: pb.Assignment) -> Iterator[None]:
        """The trace of the workflow, and its tenant."""
        card, key = self._agent.card, attempt.key
        attributes: dict[str, str | int] = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": card.type,
            "heyjarvis.workflow": key.workflow,
            "heyjarvis.task": key.task,
            "heyjarvis.attempt": key.attempt,
        }
        parent = telemetry.extract(assignment.traceparent) if assignment.traceparent else telemetry.unrecorded_root()
        with tracer.start_as_current_span(f"invoke_agent {card.type}", context=parent, attributes=attributes):
            if not assignment.tenant:
                yield
                return
            with acting_as(Identity(tenant=assignment.tenant, subject=f"agent:{card.type}")):
                yield

    def _context(self, attempt: Attempt, task: TaskInput, products: Products) -> AttemptContext:
        stores = self._stores

        def remaining() -> float:
            return self._remaining(attempt)

        return AttemptContext(
            attempt,
            model=AttemptModel(attempt, self._client, remaining, tenant=task.tenant, tool_bounds=self._tool_bounds),
            memory=lambda said: stores.memory.of(attempt.key.workflow, said=said),
            effects=stores.effects.of(attempt.key),
            tools=self._tools,
            tool_chars=self._tool_bounds.chars - TAGS,
            products=products,
            reader=self._reader,
            deadline=task.deadline,
            remaining=remaining,
            log=self._log,
        )

    def _result(
        self, attempt: Attempt, outcome: object, products: Products, context: AttemptContext, *, promised: bool
    ) -> pb.WorkResponse:
        """The outcome as a message; `promised` when it has to be of the model the card names."""
        card = self._agent.card
        if not isinstance(outcome, Outcome):
            raise TaskError(
                f"{card.title} returned {type(outcome).__name__} instead of an Outcome: a mistake in the agent.",
                reason="OUTCOME_INVALID",
            )
        # As JSON and back: what others will read has to be what was promised, whatever class the agent used.
        model = card.output if promised else type(outcome.output)
        model.model_validate_json(outcome.output.model_dump_json(by_alias=True, round_trip=True))
        products.add_result(outcome.output.model_dump_json(by_alias=True, indent=2))
        if context.brought:
            products.add_from_tools(context.brought)
        artifacts = products.messages(attempt.key, inline=card.inline_content)
        if not card.inline_content:
            attempt.contents = products.contents()
        return succeeded(
            attempt,
            artifacts=artifacts,
            summary=outcome.summary,
            confidence=outcome.confidence,
            simulated=outcome.simulated or attempt.simulated,
            hand_off=context.handed_off,
            sent_back=context.sent_back,
        )

    def _remaining(self, attempt: Attempt) -> float:
        return max(0.0, (attempt.deadline - self._now()).total_seconds())
