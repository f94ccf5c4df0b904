"""What is asked of the model, and what comes back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel

from chassis.model.schema import output_schema
from chassis.model.tools import Tool, ToolBounds
from chassis.model.usage import Usage

if TYPE_CHECKING:
    from chassis.model.settings import Effort

T = TypeVar("T", bound=BaseModel)

SMALL = "small"
"""As a request's `model`: the configured small one."""

MOST_SEARCHES = 50
"""Searches of one request at most, whatever is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What every request to the model says, whatever kind of answer it wants."""

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
        if not self.prompt.strip():
            raise ValueError("prompt must not be empty")
        if self.max_tokens is not None and self.max_tokens < 1:
            raise ValueError(f"max_tokens must be at least 1, not {self.max_tokens}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest(Question, Generic[T]):
    """One question with a typed answer. Building one with an impossible output model fails at once."""

    output: type[T]
    """The pydantic model of the answer. No `dict[str, X]` in it: use a list of key and value models."""
    check: Callable[[T], Sequence[str]] | None = None
    """What no schema can say, such as that cited ids exist: the complaints about a valid answer, empty when there is
    none. They go back to the model like schema errors; an answer that keeps them after `repair_rounds` is handed
    over with its complaints, for the caller to deal with."""
    tools: Sequence[Tool] = ()
    """What the model may use before it answers."""
    tool_bounds: ToolBounds = field(default_factory=ToolBounds)
    """How much of that."""

    def __post_init__(self) -> None:
        output_schema(self.output)
        Question.__post_init__(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest(Question):
    """A question whose answer is read on the web by the model's own search tool. The answer is text with citations:
    the server cannot cite and keep to a schema at once, so what was read is typed by a second call."""

    max_searches: int = 5
    """Most searches, 1 to 50; each has a price."""

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        if not 1 <= self.max_searches <= MOST_SEARCHES:
            raise ValueError(f"max_searches must be from 1 to {MOST_SEARCHES}, not {self.max_searches}")


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
    complaints: tuple[str, ...] = ()
    """What the request's `check` still says of the answer after the last round; empty when it is content."""
