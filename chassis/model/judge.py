"""Is this answer right, and if not, what does the model need to hear? Rules, no I/O.

All stop reasons meet here. What the model wrote counts when it validates, whatever it says about why it
stopped; `refusal` and `model_context_window_exceeded` never do. `pause_turn` and a cut stream are dealt
with before, in `turn.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from chassis.model.errors import ErrorClass, ModelError
from chassis.model.schema import problems
from chassis.model.stream import Reply

T = TypeVar("T", bound=BaseModel)

Messages = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Right(Generic[T]):
    """The answer validates."""

    output: T


@dataclass(frozen=True, slots=True)
class Wrong:
    """The answer does not validate; the model may mend it."""

    complaint: str
    """What the model is told."""
    cut: bool = False
    """Whether it ran out of room: the next round gets more."""
    quote: bool = True
    """Whether the wrong answer itself is sent back with the complaint."""
    problems: tuple[str, ...] = ()
    """What is wrong with it, one line each, where it is JSON or should be."""


def refuse_dead_ends(reply: Reply) -> None:
    """Raises ModelError where no other answer will come."""
    if reply.stop_reason == "refusal":
        why = f" ({reply.refusal})" if reply.refusal else ""
        raise ModelError(
            f"The model refused to answer{why}. Word the request differently, or choose another model.",
            kind=ErrorClass.PERMANENT,
            reason="MODEL_REFUSED",
            metadata={"model": reply.model, "refusal": reply.refusal},
        )
    if reply.stop_reason == "model_context_window_exceeded":
        raise ModelError(
            "Prompt and answer together are larger than the model's context window. Shorten the prompt.",
            kind=ErrorClass.PERMANENT,
            reason="MODEL_CONTEXT_EXCEEDED",
            metadata={"model": reply.model},
        )


def judge(output: type[T], reply: Reply) -> Right[T] | Wrong:
    """The verdict on a complete reply. Raises ModelError where no other answer will come."""
    refuse_dead_ends(reply)
    if reply.too_long:
        return Wrong(
            "Your answer was far too long and was cut off. Answer again, complete and much shorter.", quote=False
        )
    try:
        # Strict: the schema was promised, so a "3" for a 3 is a mistake, and so is prose around the JSON.
        return Right(output.model_validate_json(reply.text, strict=True))
    except ValidationError as error:
        return _wrong(reply, error)


def _wrong(reply: Reply, error: ValidationError) -> Wrong:
    if reply.stop_reason == "max_tokens":
        return Wrong(
            "Your answer was cut off because it reached the token limit. "
            "Answer again, complete, and say the same in fewer words.",
            cut=True,
            quote=False,
        )
    if any(block.get("type") == "tool_use" for block in reply.content):
        return Wrong("There are no tools here. Answer with the JSON object itself.", quote=False)
    if not reply.text.strip():
        return Wrong("Your answer had no text. Answer with the JSON object the schema asks for.", quote=False)
    return complaint(problems(error))


def complaint(problems: Sequence[str]) -> Wrong:
    """What the model is told of an answer that is JSON but wrong."""
    found = "\n".join(f"- {line}" for line in problems)
    return Wrong(
        f"Your answer does not pass validation:\n{found}\n\n"
        "Answer again with the whole JSON object, corrected. Write the JSON only, nothing before or after it.",
        problems=tuple(problems),
    )


def repair(messages: Messages, reply: Reply, wrong: Wrong) -> Messages:
    """The conversation that asks for a corrected answer. What was said before stays as it was, word for word:
    the prompt cache and the model's own thinking blocks depend on it."""
    note = {"type": "text", "text": wrong.complaint}
    quoted = sendable(reply) if wrong.quote else []
    if not quoted:
        *before, last = messages
        return [*before, {**last, "content": [*last["content"], note]}]
    return [*messages, {"role": "assistant", "content": quoted}, {"role": "user", "content": [note]}]


def sendable(reply: Reply) -> list[dict[str, Any]]:
    """The blocks of a reply as the next request carries them; the API refuses empty text blocks."""
    if reply.joined:
        return []
    return [block for block in reply.content if block.get("type") != "text" or block.get("text")]
