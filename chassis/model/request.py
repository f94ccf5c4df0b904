"""What is asked of the model, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel

from chassis.model.schema import output_schema
from chassis.model.usage import Usage

if TYPE_CHECKING:
    from chassis.model.settings import Effort

T = TypeVar("T", bound=BaseModel)

SMALL = "small"
"""As a request's `model`: the configured small one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest(Generic[T]):
    """One question with a typed answer. Building one with an impossible output model fails at once."""

    output: type[T]
    """The pydantic model of the answer. No `dict[str, X]` in it: use a list of key and value models."""
    prompt: str
    """What is asked, with everything the model needs to know. Must not be empty."""
    system: str = ""
    """Who the model is and how it works; kept apart so that it can be cached. Empty sends none."""
    model: str | None = None
    """A model id, `"small"` for the configured small model, None for the configured default."""
    max_tokens: int | None = None
    """Most output tokens, thinking included; None takes the setting."""
    effort: "Effort | None" = None
    """Thinking effort; None takes the setting."""
    purpose: str = ""
    """A few words for logs and traces, such as `brand strategy`. Not sent to the model."""
    origin: Mapping[str, str] = field(default_factory=dict)
    """Who asks, such as `{"tenant": "acme", "workflow": "w1", "task": "t2", "attempt": "1"}`: span attributes
    `heyjarvis.<key>` and, to servers other than Anthropic's, headers `heyjarvis-<key>`. Turns at
    the model go round over `tenant`, then `workflow`."""

    def __post_init__(self) -> None:
        output_schema(self.output)
        if not self.prompt.strip():
            raise ValueError("prompt must not be empty")
        if self.max_tokens is not None and self.max_tokens < 1:
            raise ValueError(f"max_tokens must be at least 1, not {self.max_tokens}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer(Generic[T]):
    """A validated answer."""

    output: T
    """The answer itself."""
    usage: Usage
    """What it took, over all calls: retries and repairs included."""
    model: str
    """The model that answered, as the server names it."""
    simulated: bool
    """Whether a server that only pretends to be a model wrote any of it (header `heyjarvis-simulated`)."""
    rounds: int
    """1 when the first answer was right; one more for each repair."""
    stop_reason: str
    """Why the model stopped, as the server says: normally `end_turn`."""
