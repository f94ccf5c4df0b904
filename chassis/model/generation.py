"""One `generate`, from the question to a validated answer: rounds of asking and judging.

    round 1 ── reply (`turn.py`) ── judge ──▶ right: done
                │        ▲            └─────▶ wrong: round 2 says what is wrong (bounded by `repair_rounds`)
                └─ tools ┘ called, results sent back (`tools.py`, bounded)

What a schema says decides: an answer that breaks it after the last round is an error. What the request's own
`check` says is asked for as often, and then handed over with the answer.
"""

from typing import Generic, TypeVar

import structlog
from pydantic import BaseModel

from chassis.model.errors import ErrorClass, ModelError
from chassis.model.judge import Messages, Right, Wrong, complaint, judge, repair, sendable
from chassis.model.request import ModelAnswer, ModelRequest
from chassis.model.schema import MAX_PROBLEMS
from chassis.model.settings import ModelSettings
from chassis.model.stream import Reply
from chassis.model.tools import ToolUse
from chassis.model.turn import Turn

log = structlog.get_logger(__name__)

T = TypeVar("T", bound=BaseModel)


class Generation(Generic[T]):
    """One `generate` while it runs; used once."""

    def __init__(self, turn: Turn, request: ModelRequest[T], settings: ModelSettings) -> None:
        self._turn = turn
        self._request = request
        self._settings = settings
        self._use = ToolUse(request.tools, request.tool_bounds, turn.instruments)

    async def run(self) -> ModelAnswer[T]:
        """The answer. Raises ModelError."""
        settings, request, turn = self._settings, self._request, self._turn
        messages, max_tokens = turn.opening, turn.max_tokens
        while True:
            reply, messages = await self._reply(messages, max_tokens)
            verdict = judge(request.output, reply)
            last = turn.round > settings.repair_rounds
            if isinstance(verdict, Right):
                complaints = self._complaints(verdict.output)
                if last or not complaints:
                    return self._answer(verdict.output, reply, complaints)
                verdict = complaint(complaints)
            elif last:
                raise self._invalid(verdict)
            log.info(
                "model answer sent back", purpose=request.purpose, model=turn.model, round=turn.round, cut=verdict.cut
            )
            if verdict.cut:
                max_tokens = max(max_tokens, min(2 * max_tokens, settings.max_tokens_limit))
            messages = repair(messages, reply, verdict)
            turn.round += 1
            await turn.restart()

    async def _reply(self, messages: Messages, max_tokens: int) -> tuple[Reply, Messages]:
        """A reply that asks for no tool, and the conversation it ends."""
        turn, use = self._turn, self._use
        turn.tools = use.offers
        while True:
            turn.tools_closed = not use.open
            reply = await turn.reply(messages, max_tokens)
            calls = use.asked(reply)
            if not calls:
                return reply, messages
            # What the model said before it asked is no part of the answer.
            await turn.restart()
            results = await use.results(calls)
            said = {"role": "assistant", "content": sendable(reply)}
            messages = [*messages, said, {"role": "user", "content": results}]

    def _complaints(self, output: T) -> tuple[str, ...]:
        check = self._request.check
        return tuple(check(output))[:MAX_PROBLEMS] if check is not None else ()

    def _answer(self, output: T, reply: Reply, complaints: tuple[str, ...]) -> ModelAnswer[T]:
        return ModelAnswer(
            output=output,
            usage=self._turn.spent,
            model=reply.model,
            simulated=self._turn.simulated,
            rounds=self._turn.round,
            stop_reason=reply.stop_reason or "",
            complaints=complaints,
        )

    def _invalid(self, wrong: Wrong) -> ModelError:
        turn, output = self._turn, self._request.output.__name__
        return ModelError(
            f"The model gave no valid {output} in {turn.round} round(s). The last complaint was: {wrong.complaint}",
            kind=ErrorClass.INVALID_OUTPUT,
            reason="MODEL_OUTPUT_CUT" if wrong.cut else "MODEL_OUTPUT_INVALID",
            problems=wrong.problems,
            metadata={"model": turn.model, "output": output, "rounds": str(turn.round)},
        )
