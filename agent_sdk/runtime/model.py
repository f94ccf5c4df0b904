"""The model, bound to one attempt: its deadline, its name, its usage, its partial text, its cancellation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from agent_sdk.errors import FailureClass, TaskError
from agent_sdk.prompting import TOOL_RULE
from agent_sdk.runtime.attempt import Attempt
from agent_sdk.task_input import ModelT
from chassis.model import (
    SMALL,
    Effort,
    ModelAnswer,
    ModelClient,
    ModelReading,
    ModelRequest,
    SearchRequest,
    Tool,
    ToolBounds,
    Usage,
)

GRACE = 0.1
"""Seconds the model client has beyond the attempt's deadline: the attempt ends its calls itself, and tells so."""


class AttemptModel:
    """What `context.model` is."""

    def __init__(
        self,
        attempt: Attempt,
        client: ModelClient | None,
        remaining: Callable[[], float],
        *,
        tenant: str = "",
        tool_bounds: ToolBounds | None = None,
    ) -> None:
        """`remaining` tells the seconds until the attempt's deadline; `tenant` is whose work it is; `tool_bounds` how
        much the model may use tools for one answer."""
        self._tool_bounds = tool_bounds or ToolBounds()
        self._tenant = tenant
        self._attempt = attempt
        self._client = client
        self._remaining = remaining

    async def generate(
        self,
        output: type[ModelT],
        *,
        system: str,
        prompt: str,
        purpose: str = "",
        model: str | None = None,
        max_tokens: int | None = None,
        effort: Effort | None = None,
        stream: bool = True,
        check: Callable[[ModelT], Sequence[str]] | None = None,
        tools: Sequence[Tool] = (),
    ) -> ModelAnswer[ModelT]:
        """Ask; see `agent_sdk.context.BoundModel`. What it consumes is booked on the attempt however it ends."""
        request = ModelRequest(
            output=output,
            system=f"{system}\n\n{TOOL_RULE}" if tools else system,
            prompt=prompt,
            purpose=purpose,
            model=self._model(model),
            max_tokens=max_tokens,
            effort=effort,
            origin=self._origin(),
            check=check,
            tools=tools,
            tool_bounds=self._tool_bounds,
        )
        client = self._declared()
        with self._asking() as question:
            answer = await client.generate(
                request,
                deadline=self._remaining() + GRACE,
                on_text=self._text if stream else None,
                on_restart=self._restart if stream else None,
                on_usage=partial(self._attempt.book, question),
                on_wait=self._waits,
                before_call=self._mind_budget,
                on_call=partial(self._attempt.consumption.begin, question),
            )
        self._note(answer.model, answer.simulated)
        return answer

    async def search(
        self, *, system: str, prompt: str, purpose: str = "", model: str | None = None, max_searches: int = 5
    ) -> ModelReading:
        """Search the web; see `agent_sdk.context.BoundModel`. What it reads is not shown to watchers as it comes."""
        request = SearchRequest(
            system=system,
            prompt=prompt,
            purpose=purpose,
            model=self._model(model),
            max_searches=max_searches,
            origin=self._origin(),
        )
        client = self._declared()
        with self._asking() as question:
            reading = await client.search(
                request,
                deadline=self._remaining() + GRACE,
                on_usage=partial(self._attempt.book, question),
                on_wait=self._waits,
                before_call=self._mind_budget,
                on_call=partial(self._attempt.consumption.begin, question),
            )
        if reading.offered:
            self._note(reading.model, reading.simulated)
        return reading

    def _declared(self) -> ModelClient:
        if self._client is None:
            raise TaskError(
                "This agent asks a model, but its card says uses_model=False. Set it to True.",
                reason="MODEL_NOT_DECLARED",
            )
        return self._client

    def _model(self, asked: str | None) -> str | None:
        """What the plan chose wins over the agent's choice, but small work stays small."""
        return self._attempt.model if asked != SMALL and self._attempt.model else asked

    @contextmanager
    def _asking(self) -> Iterator[object]:
        self._attempt.asking += 1
        try:
            yield object()
        finally:
            self._attempt.asking -= 1

    def _note(self, model: str, simulated: bool) -> None:
        self._attempt.models[model] = None
        self._attempt.simulated |= simulated

    def _origin(self) -> dict[str, str]:
        key = self._attempt.key
        origin = {"workflow": key.workflow, "task": key.task, "attempt": str(key.attempt)}
        return {"tenant": self._tenant, **origin} if self._tenant else origin

    @property
    def usage(self) -> Usage:
        """What all calls of this attempt consumed so far."""
        return self._attempt.usage

    def _mind_budget(self, model: str, priced: bool) -> None:
        """Refuses a call that there is no money for, or that nobody could count."""
        attempt = self._attempt
        if attempt.budget_usd is None:
            return
        if not priced and not attempt.accepts_unpriced:
            attempt.book(None, Usage(unpriced_models=(model,)))
            raise TaskError(
                f"Nobody knows the price of '{model}', and this attempt has a budget. Add the price to the price list "
                "(HEYJARVIS_MODEL_PRICES), or accept calls that cannot be counted.",
                reason="PRICE_UNKNOWN",
                failure_class=FailureClass.BUDGET,
            )
        if attempt.usage.priced_usd >= attempt.budget_usd:
            raise TaskError(
                f"The ${attempt.budget_usd:.6f} that were left for this attempt are used up: its model calls cost "
                f"${attempt.usage.priced_usd:.6f} so far.",
                reason="BUDGET_SPENT",
                failure_class=FailureClass.BUDGET,
            )

    def _waits(self, waiting: bool) -> None:
        self._attempt.waiting += 1 if waiting else -1

    async def _text(self, piece: str) -> None:
        self._attempt.outbox.text(piece)
        self._attempt.changed()

    async def _restart(self) -> None:
        self._attempt.outbox.void_text()
        self._attempt.changed()
