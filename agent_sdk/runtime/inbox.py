"""What an attempt follows of what other agents say: bounded, in order, resumed where it broke off.

A slow reader costs no memory: beyond `MAX_UNREAD` the oldest is dropped, counted and told. When the attempt is joined
anew, by a stream or an owner of the workflow that knows nothing of it, the wish goes out again with the place heard
last; what comes twice is dropped.
"""

from __future__ import annotations

import asyncio
from collections import deque

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.context import Message
from agent_sdk.names import parse_task

log = structlog.get_logger(__name__)

MAX_UNREAD = 64
"""Most messages of a subscription that wait to be read."""


class Inbox:
    """A subscription, as the runtime fills it and as an agent reads it (`agent_sdk.context.Subscription`)."""

    def __init__(self, ref: pb.AttemptRef, subscription: str, topic: str, quiet: float) -> None:
        """Reading ends when nothing came for `quiet` seconds."""
        self.missed = 0
        self._ref = ref
        self._subscription = subscription
        self._topic = topic
        self._quiet = quiet
        self._unread: deque[Message] = deque()
        self._heard = 0
        self._over = False
        self._news = asyncio.Event()

    def wish(self) -> pb.Subscribe:
        """What the orchestrator is asked for."""
        return pb.Subscribe(ref=self._ref, subscription=self._subscription, topic=self._topic, after=self._heard)

    def take(self, delivery: pb.Delivery) -> None:
        """Something came."""
        self._over |= delivery.over
        if delivery.sequence > self._heard:
            self._heard = delivery.sequence
            self._unread.append(
                Message(
                    sender=parse_task(delivery.sender)[1],
                    agent_type=delivery.agent_type,
                    topic=delivery.topic,
                    body=delivery.body,
                )
            )
            self._count(delivery.gap)
        self._news.set()

    def _count(self, gap: bool) -> None:
        before = self.missed
        self.missed += gap
        while len(self._unread) > MAX_UNREAD:
            self._unread.popleft()
            self.missed += 1
        if self.missed and not before:
            log.warning("messages missed: they are read too slowly, or were said too long ago", topic=self._topic)

    def __aiter__(self) -> Inbox:
        return self

    async def __anext__(self) -> Message:
        try:
            async with asyncio.timeout(self._quiet):
                while not self._unread:
                    if self._over:
                        raise StopAsyncIteration
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise StopAsyncIteration from None
        return self._unread.popleft()
