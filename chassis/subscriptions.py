"""Pub/sub for many readers over one connection.

One task reads; every reader has a queue of its own. What a reader is promised: after the hint (a payload of None) each
message of its channels, in order, until the next hint. A lost connection is made again with rests that grow, and what
was published meanwhile is lost, as pub/sub is: the hint says so. A server that answers no ping is a lost connection: it
may be frozen, with its successor long in office elsewhere. A reader whose queue is full loses what it holds and gets a
hint instead, so a slow reader neither grows without bound nor slows the others.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from chassis.tasks import end_tasks

QUEUE_LENGTH = 1000
"""Messages a reader may be behind."""
PING_EVERY = 2.0
"""Seconds between two pings."""
SILENCE = 3 * PING_EVERY
"""Seconds without a word of the server after which it is gone."""
_FIRST_REST, _LONGEST_REST = 0.05, 1.0

_log = structlog.get_logger(__name__)


class _Reader:
    def __init__(self, channels: Sequence[str]) -> None:
        self.channels = tuple(dict.fromkeys(channels))
        self._items: deque[tuple[str, bytes | None]] = deque()
        self._filled = asyncio.Event()

    def put(self, channel: str, payload: bytes | None) -> None:
        if len(self._items) >= QUEUE_LENGTH:
            self._items.clear()
            self._items.extend((name, None) for name in self.channels)
        else:
            self._items.append((channel, payload))
        self._filled.set()

    async def get(self) -> tuple[str, bytes | None]:
        while not self._items:
            self._filled.clear()
            await self._filled.wait()
        return self._items.popleft()


class Subscriptions:
    """All subscriptions of one process."""

    def __init__(self, connect: Callable[[], AbstractAsyncContextManager[PubSub]]) -> None:
        self._connect = connect
        self._readers: dict[str, set[_Reader]] = {}
        self._asked: set[str] = set()
        """Channels asked for on the present connection."""
        self._held: set[str] = set()
        """Of these, the channels the server has confirmed."""
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def listen(self, channels: Sequence[str]) -> AsyncGenerator[tuple[str, bytes | None]]:
        """Yields (channel, payload) for ever; a payload of None says that something may have been missed."""
        reader = _Reader(channels)
        self._add(reader)
        try:
            while True:
                yield await reader.get()
        finally:
            self._remove(reader)

    async def aclose(self) -> None:
        """Stops reading. Who still listens waits for ever, until its own task is cancelled."""
        if self._task is not None:
            await end_tasks({self._task})
            self._task = None

    def _add(self, reader: _Reader) -> None:
        for channel in reader.channels:
            self._readers.setdefault(channel, set()).add(reader)
            if channel in self._held:
                reader.put(channel, None)
        self._changed.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="redis-subscriptions")

    def _remove(self, reader: _Reader) -> None:
        for channel in reader.channels:
            readers = self._readers[channel]
            readers.discard(reader)
            if not readers:
                del self._readers[channel]
        self._changed.set()

    async def _run(self) -> None:
        rest = _FIRST_REST
        while True:
            try:
                while not self._readers:
                    self._changed.clear()
                    await self._changed.wait()
                async with self._connect() as pubsub:
                    async with asyncio.timeout(SILENCE):
                        await self._ask(pubsub)
                    rest = _FIRST_REST
                    async with asyncio.TaskGroup() as tasks:
                        tasks.create_task(self._keep_asking(pubsub), name="redis-subscriptions-ask")
                        tasks.create_task(self._read(pubsub), name="redis-subscriptions-read")
            except* (RedisError, OSError) as errors:
                _log.warning("Subscriptions lost their connection", error=str(errors.exceptions[0]))
            self._asked = set()
            self._held = set()
            await asyncio.sleep(rest)
            rest = min(rest * 2, _LONGEST_REST)

    async def _keep_asking(self, pubsub: PubSub) -> None:
        task = asyncio.current_task()
        # A cancellation may be lost in sending, see `chassis.tasks`: it is asked for once, and has to be looked for.
        while task is not None and not task.cancelling():
            try:
                async with asyncio.timeout(PING_EVERY):
                    await self._changed.wait()
            except TimeoutError:
                await pubsub.ping()
            else:
                await self._ask(pubsub)

    async def _ask(self, pubsub: PubSub) -> None:
        """Makes what the server was asked for equal to what readers want; nothing else sends on the connection."""
        self._changed.clear()
        wanted = set(self._readers)
        gone, new = self._asked - wanted, wanted - self._asked
        self._asked = wanted
        self._held -= gone
        if gone:
            await pubsub.unsubscribe(*gone)
        if new:
            await pubsub.subscribe(*new)

    async def _read(self, pubsub: PubSub) -> None:
        while True:
            message: dict[str, Any] | None = await pubsub.get_message(timeout=SILENCE)
            if message is None:
                raise RedisTimeoutError(f"The server said nothing for {SILENCE:g} s")
            if message["type"] == "pong":
                continue
            channel = message["channel"].decode()
            if message["type"] == "subscribe":
                self._held.add(channel)
                self._hand_out(channel, None)
            elif message["type"] == "unsubscribe" and channel not in self._asked:
                self._held.discard(channel)
            elif message["type"] == "message":
                self._hand_out(channel, message["data"])

    def _hand_out(self, channel: str, payload: bytes | None) -> None:
        for reader in self._readers.get(channel, ()):
            reader.put(channel, payload)
