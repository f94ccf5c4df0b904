"""The real model client as an agent's `context.model`, keeping what was asked, for tests against the offline model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent_sdk.task_input import ModelT
from chassis.model import ModelAnswer, ModelClient, ModelReading, ModelRequest, SearchRequest, Tool, Usage

if TYPE_CHECKING:
    from chassis.model import Effort


@dataclass
class ClientModel:
    """What `InMemoryContext.model` may be besides a scripted one."""

    client: ModelClient
    usage: Usage = field(default_factory=Usage)
    systems: list[str] = field(default_factory=list)
    """The system prompt of every call."""
    prompts: list[str] = field(default_factory=list)
    """The prompt of every call."""
    answers: list[ModelAnswer[Any]] = field(default_factory=list)

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
        self._keep(system, prompt)
        request = ModelRequest(
            output=output,
            system=system,
            prompt=prompt,
            purpose=purpose,
            model=model,
            max_tokens=max_tokens,
            effort=effort,
            check=check,
            tools=tools,
        )
        answer = await self.client.generate(request, deadline=60.0)
        self.usage += answer.usage
        self.answers.append(answer)
        return answer

    async def search(
        self, *, system: str, prompt: str, purpose: str = "", model: str | None = None, max_searches: int = 5
    ) -> ModelReading:
        self._keep(system, prompt)
        request = SearchRequest(system=system, prompt=prompt, purpose=purpose, model=model, max_searches=max_searches)
        reading = await self.client.search(request, deadline=60.0)
        self.usage += reading.usage
        return reading

    def _keep(self, system: str, prompt: str) -> None:
        self.systems.append(system)
        self.prompts.append(prompt)
