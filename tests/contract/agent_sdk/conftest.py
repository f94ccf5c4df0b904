"""An agent in this process, on port 0, with a real Redis: `async with agent() as served`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from agent_sdk import Agent, AgentSettings
from agent_sdk.runtime import attempts
from agent_sdk.serving import agent_service
from chassis.host import Host
from chassis.redis import RedisAccess, open_redis
from chassis.server import running
from tests.support.agents import EchoAgent


@dataclass
class Served:
    """A running agent."""

    agent: Any
    host: Host
    address: str


Serve = Callable[..., AbstractAsyncContextManager[Served]]


@pytest.fixture
def serve(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Starts an agent: `async with serve(agent, setting=value, ...) as served`."""
    # A Redis that stands still for a moment is no reason to refuse, or not to know.
    monkeypatch.setattr(attempts, "LOOKUP_PATIENCE", 30.0)
    monkeypatch.setattr(attempts, "CANCEL_PATIENCE", 30.0)

    @asynccontextmanager
    async def start(agent: Agent[Any] | None = None, *, client: Any = None, **settings: Any) -> AsyncIterator[Served]:
        made: Agent[Any] = agent or EchoAgent()
        known: dict[str, Any] = {"redis_url": redis_url, "drain_grace": 2.0}
        async with running(
            agent_service(made, client=client), AgentSettings(**(known | settings)), name=made.card.type
        ) as host:
            yield Served(made, host, host.address)

    return start


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    """The Redis the agent uses."""
    async with open_redis(redis_url) as access:
        yield access
