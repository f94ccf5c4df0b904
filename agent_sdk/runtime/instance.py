"""One running agent: all the parts of the runtime, put together.

starts announced as STARTING ──▶ READY ⇄ BUSY ──▶ DRAINING ──▶ leaves the registry
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.agent import Agent
from agent_sdk.artifacts import ArtifactStore
from agent_sdk.effects import EffectLedgers
from agent_sdk.mcp.servers import ToolServers
from agent_sdk.memory import Blackboards
from agent_sdk.registry import AgentRegistry
from agent_sdk.results import ResultStore
from agent_sdk.runtime.attempts import AttemptDesk, DeskRules
from agent_sdk.runtime.drains import Drains
from agent_sdk.runtime.execution import Execution, Stores
from agent_sdk.runtime.keeper import Keeper
from agent_sdk.runtime.lifecycle import Lifecycle
from agent_sdk.runtime.presence import Presence
from agent_sdk.runtime.products import ArtifactBounds
from agent_sdk.runtime.stream import WorkStream
from agent_sdk.runtime.wire import card_message, timestamp
from agent_sdk.settings import AgentSettings
from chassis.clock import Clock, new_id
from chassis.model import ModelClient
from chassis.redis import RedisAccess

log = structlog.get_logger(__name__)

LAST_WORDS = 2.0
"""Most seconds of the drain grace kept for stopping what is left and telling its outcome."""


class AgentInstance:
    """An agent at work in this process."""

    def __init__(
        self,
        agent: Agent[Any],
        settings: AgentSettings,
        redis: RedisAccess,
        *,
        endpoint: str,
        client: ModelClient | None,
        tools: ToolServers,
        now: Clock,
        set_ready: Callable[[bool], None],
    ) -> None:
        """`endpoint` is `host:port` where others reach this process; `client` is None for an agent without model;
        `tools` are the servers it is given; `now` is the clock of the installation; `set_ready` says whether health is
        SERVING."""
        card = agent.card
        self.name = new_id(f"{card.type.replace('_', '-')}-")
        self.capacity = settings.max_concurrent_invocations or card.capacity
        self._card = card
        self._settings = settings
        self._endpoint = endpoint
        self._set_ready = set_ready
        self._ready = True
        self._now = now
        self._started = now()
        self._serving = False
        self._ending = False
        self._over = False
        self._streams: set[WorkStream] = set()
        self.drains = Drains(self.changed)
        self.presence = Presence(AgentRegistry(redis), self.describe, interval=settings.agent_heartbeat)
        memory_ttl = timedelta(seconds=settings.agent_memory_ttl)
        artifacts = ArtifactStore(redis, ttl=timedelta(seconds=settings.agent_artifact_ttl))
        results = ResultStore(redis, ttl=timedelta(seconds=settings.agent_result_ttl))
        keeper = Keeper(results, artifacts, patience=settings.agent_store_patience, now=now)
        execution = Execution(
            agent,
            Stores(
                artifacts=artifacts,
                memory=Blackboards(redis, ttl=memory_ttl, patience=settings.agent_store_patience),
                effects=EffectLedgers(redis, ttl=memory_ttl),
            ),
            client=client,
            bounds=ArtifactBounds(
                bytes_each=settings.agent_artifact_bytes,
                count=settings.agent_artifact_count,
                bytes_total=settings.agent_artifact_total,
            ),
            input_total=settings.agent_input_total,
            tools=tools,
            tool_bounds=settings.tool_bounds,
            now=now,
        )
        self.desk = AttemptDesk(
            DeskRules(
                capacity=self.capacity,
                capabilities=card.capabilities,
                finished_kept=settings.agent_finished_kept,
                finished_age=settings.agent_finished_age,
            ),
            Lifecycle(
                execution,
                keeper,
                title=card.title,
                stop_grace=settings.agent_stop_grace,
                now=now,
            ),
            keeper,
            accepting=lambda: self.accepting,
            changed=self.changed,
            now=now,
        )

    # --- what it is

    @property
    def accepting(self) -> bool:
        """Whether it takes new work."""
        return not self._ending and not self.drains.active

    @property
    def state(self) -> pb.AgentState:
        """What it is doing."""
        if not self.accepting:
            return pb.AGENT_STATE_DRAINING
        if not self._serving:
            return pb.AGENT_STATE_STARTING
        return pb.AGENT_STATE_BUSY if self.desk.in_hand else pb.AGENT_STATE_READY

    def describe(self) -> pb.AgentInstance:
        """The instance as of now."""
        return pb.AgentInstance(
            instance=self.name,
            type=self._card.type,
            endpoint=self._endpoint,
            state=self.state,
            capacity=self.capacity,
            in_hand=self.desk.in_hand,
            capabilities=self._card.capabilities,
            version=self._card.version,
            start_time=timestamp(self._started),
            heartbeat_time=timestamp(self._now()),
            pod_uid=self._settings.pod_uid,
            throttled=self.desk.throttled,
            node=self._settings.node,
            zone=self._settings.zone,
        )

    def card(self) -> pb.AgentCard:
        """What the agent says of itself."""
        return card_message(self._card, self.capacity)

    def load(self) -> pb.Load:
        """What it has in hand."""
        return pb.Load(in_hand=self.desk.in_hand, capacity=self.capacity, state=self.state)

    def welcome(self) -> pb.Welcome:
        """What an orchestrator is told that opens a stream."""
        return pb.Welcome(card=self.card(), instance=self.describe(), attempts=self.desk.known)

    # --- its streams

    def open_stream(self) -> WorkStream:
        """A new Work stream."""
        stream = WorkStream(self.load)
        self._streams.add(stream)
        if self._over:
            stream.end()
        return stream

    def close_stream(self, stream: WorkStream) -> None:
        """The stream ended; its attempts go on."""
        self._streams.discard(stream)
        stream.close()
        self.desk.detach(stream)

    def changed(self) -> None:
        """State or load is another one: tell everybody."""
        self._tell_ready()
        self.presence.changed()
        for stream in self._streams:
            stream.load_changed()

    def _tell_ready(self) -> None:
        """Drained and empty, it may be the next to go; with anything in hand it is never made to look so."""
        spare = self._settings.unready_when_drained and self.drains.active and not self.desk.in_hand
        if self._ready == spare:
            self._ready = not spare
            self._set_ready(self._ready)

    # --- its life

    async def live(self) -> None:
        """Serve from now on: ready for work, with a sign of life every few seconds."""
        self._serving = True
        self.changed()
        await self.presence.run()

    async def drain(self, grace: float) -> None:
        """Take no new work, finish what is in hand within `grace` seconds, and let the streams end."""
        ends_at = asyncio.get_running_loop().time() + grace
        self._ending = True
        self.changed()
        await self.tell(LAST_WORDS / 2)
        if self.desk.in_hand:
            log.info("finishing what is in hand", in_hand=self.desk.in_hand, seconds=grace)
        last_words = min(LAST_WORDS, grace / 2)
        await self.desk.finish(ends_at - asyncio.get_running_loop().time() - last_words)
        await self.desk.ended(last_words * 0.75)
        self._over = True
        for stream in self._streams:
            stream.end()

    async def leave(self) -> None:
        """Gone in good order: nothing running any more, out of the registry."""
        self.drains.close()
        await self.desk.ended(0)
        await self.presence.leave(self.name)

    async def tell(self, timeout: float) -> bool:
        """Give a sign of life right now; whether that worked in time."""
        try:
            async with asyncio.timeout(timeout):
                return await self.presence.tell()
        except TimeoutError:
            return False
