"""The model, bound to one attempt: its deadline, its name, its usage, its partial text, its cancellation."""

from __future__ import annotations

from collections.abc import Callable

from agent_sdk.context import ModelT
from agent_sdk.errors import TaskError
from agent_sdk.runtime.attempt import Attempt
from chassis.model import SMALL, Effort, ModelAnswer, ModelClient, ModelRequest, Usage


class AttemptModel:
    """What `context.model` is."""

    def __init__(
        self, attempt: Attempt, client: ModelClient | None, remaining: Callable[[], float], *, tenant: str = ""
    ) -> None:
        """`remaining` tells the seconds until the attempt's deadline; `tenant` is whose work it is."""
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
    ) -> ModelAnswer[ModelT]:
        """Ask; see `agent_sdk.context.BoundModel`. What it consumes is booked on the attempt however it ends."""
        if self._client is None:
            raise TaskError(
                "This agent asks a model, but its card says uses_model=False. Set it to True.",
                reason="MODEL_NOT_DECLARED",
            )
        attempt = self._attempt
        if model != SMALL and attempt.model:
            model = attempt.model
        attempt.asking += 1
        try:
            answer = await self._client.generate(
                ModelRequest(
                    output=output,
                    system=system,
                    prompt=prompt,
                    purpose=purpose,
                    model=model,
                    max_tokens=max_tokens,
                    effort=effort,
                    origin=self._origin(),
                ),
                deadline=self._remaining(),
                on_text=self._text if stream else None,
                on_restart=self._restart if stream else None,
                on_usage=attempt.book,
                on_wait=self._waits,
            )
        finally:
            attempt.asking -= 1
        attempt.models[answer.model] = None
        attempt.simulated |= answer.simulated
        return answer

    def _origin(self) -> dict[str, str]:
        key = self._attempt.key
        origin = {"workflow": key.workflow, "task": key.task, "attempt": str(key.attempt)}
        return {"tenant": self._tenant, **origin} if self._tenant else origin

    @property
    def usage(self) -> Usage:
        """What all calls of this attempt consumed so far."""
        return self._attempt.usage

    def _waits(self, waiting: bool) -> None:
        self._attempt.waiting += 1 if waiting else -1

    async def _text(self, piece: str) -> None:
        self._attempt.outbox.text(piece)
        self._attempt.changed()

    async def _restart(self) -> None:
        self._attempt.outbox.void_text()
        self._attempt.changed()
