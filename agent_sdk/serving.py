"""Starts an agent: `agent_sdk.serve(YourAgent)` is the whole of its `__main__.py`.

register as STARTING ── serve ──▶ READY ── warm the model client in the background
SIGTERM ──▶ DRAINING: no new work, finish what is in hand ──▶ leave the registry, exit 0
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import structlog

import chassis
from agent_sdk.agent import Agent
from agent_sdk.mcp.servers import tool_servers
from agent_sdk.runtime.instance import AgentInstance
from agent_sdk.runtime.service import AgentService
from agent_sdk.settings import AgentSettings
from chassis.host import Host, Servicer
from chassis.model import ModelClient, ModelSettings
from chassis.server import Factory

log = structlog.get_logger(__name__)

REGISTER_TIMEOUT = 2.0
"""Seconds that the first entry in the registry may hold up the start."""


def serve(agent: Callable[[], Agent[Any]], settings: AgentSettings | None = None) -> None:
    """Serve an agent until SIGTERM or SIGINT. `agent` is its class, or anything that makes one."""
    made = agent()
    chassis.serve(agent_service(made), settings or AgentSettings(), name=made.card.type)


def agent_service(agent: Agent[Any], *, client: ModelClient | None = None) -> Factory[AgentSettings]:
    """What `chassis.serve` runs. A test may hand in a model client; otherwise it is made from `ModelSettings`."""

    @asynccontextmanager
    async def factory(settings: AgentSettings, host: Host) -> AsyncIterator[Sequence[Servicer]]:
        async with AsyncExitStack() as stack:
            model = client
            if model is None and agent.card.uses_model:
                model = await stack.enter_async_context(ModelClient(ModelSettings(), host.redis))
            tools = await stack.enter_async_context(tool_servers(settings.agent_mcp_servers, agent.card.type))
            instance = AgentInstance(
                agent,
                settings,
                host.redis,
                endpoint=host.address,
                client=model,
                tools=tools,
                now=host.now,
                set_ready=host.set_ready,
            )
            # The last thing before Redis closes: everything that may still change the entry has ended by then.
            stack.push_async_callback(instance.leave)
            if not await instance.tell(REGISTER_TIMEOUT):
                log.warning("not in the registry yet; trying on", instance=instance.name)
            host.on_drain(lambda: instance.drain(settings.drain_grace))
            _ = host.spawn(instance.live(), name="presence")
            if model is not None:
                _ = host.spawn(model.warm(), name="warm-model")
            log.info("agent registered", instance=instance.name, capacity=instance.capacity)
            yield [AgentService(instance, services_only=settings.tokens_file is not None)]

    return factory
