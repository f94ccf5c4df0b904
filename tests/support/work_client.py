"""A raw client of `AgentService.Work`: what an orchestrator says, and a patient ear for what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as rpc

PATIENCE = 30.0
"""Seconds a test waits for a message before it fails."""


def ref(task: str = "t1", attempt: int = 1, workflow: str = "w1") -> pb.AttemptRef:
    """Names an attempt."""
    return pb.AttemptRef(task=f"workflows/{workflow}/tasks/{task}", attempt=attempt)


def assignment(
    request: str = "", task: str = "t1", attempt: int = 1, *, workflow: str = "w1", seconds: float = 60, **fields: Any
) -> pb.Assignment:
    """Asks for work with a deadline `seconds` from now."""
    known: dict[str, Any] = {"epoch": 1, "tenant": "acme"}
    return pb.Assignment(
        ref=ref(task, attempt, workflow),
        request=request,
        deadline_time=datetime.now(UTC) + timedelta(seconds=seconds),
        **(known | fields),
    )


class WorkClient:
    """One Work stream."""

    def __init__(self, call: grpc.aio.StreamStreamCall[pb.WorkRequest, pb.WorkResponse]) -> None:
        self.call = call
        self.heard: list[tuple[str, Any, float]] = []
        """Everything that came: kind, message, when."""
        self.error: grpc.aio.AioRpcError | None = None
        self._seen = 0
        self._voice = asyncio.Lock()
        self._news = asyncio.Condition()
        self._ear = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        try:
            async for response in self.call:
                kind = response.WhichOneof("kind")
                async with self._news:
                    now = asyncio.get_running_loop().time()
                    self.heard.append((kind or "", getattr(response, kind or ""), now))
                    self._news.notify_all()
        except grpc.aio.AioRpcError as error:
            self.error = error
        except asyncio.CancelledError:
            pass

    async def say(self, **message: Any) -> None:
        """Send one message, such as `assign=assignment(...)`."""
        # grpc.aio takes one write at a time.
        async with self._voice:
            await self.call.write(pb.WorkRequest(**message))

    async def hello(self, name: str = "test") -> pb.Welcome:
        """Open the stream."""
        await self.say(hello=pb.Hello(orchestrator=name))
        welcome: pb.Welcome = await self.next("welcome")
        return welcome

    async def assign(self, *args: Any, **fields: Any) -> pb.Accepted:
        """Assign, and expect that it is taken."""
        await self.say(assign=assignment(*args, **fields))
        accepted: pb.Accepted = await self.next("accepted")
        return accepted

    async def next(self, *kinds: str, patience: float = PATIENCE) -> Any:
        """The next message of one of these kinds; others are passed over, and kept in `heard`."""
        try:
            async with asyncio.timeout(patience), self._news:
                while True:
                    while self._seen < len(self.heard):
                        kind, message, _ = self.heard[self._seen]
                        self._seen += 1
                        if kind in kinds:
                            return message
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(
                f"no {' or '.join(kinds)} within {patience} s; heard {[kind for kind, *_ in self.heard]}, {self.error}"
            ) from None

    def count(self, kind: str) -> int:
        """How many messages of a kind came so far."""
        return sum(1 for heard, *_ in self.heard if heard == kind)

    async def ended(self, patience: float = PATIENCE) -> None:
        """Wait until the agent ends the stream."""
        async with asyncio.timeout(patience):
            await asyncio.shield(self._ear)

    async def cut(self) -> None:
        """Break the stream off, as a crash would."""
        self.call.cancel()
        await asyncio.wait({self._ear})


@asynccontextmanager
async def work_client(address: str, *, hello: bool = True, token: str = "") -> AsyncIterator[WorkClient]:
    """A stream to the agent at an address, opened with `hello`."""
    metadata = (("authorization", f"Bearer {token}"),) if token else None
    async with grpc.aio.insecure_channel(address) as channel:
        client = WorkClient(rpc.AgentServiceStub(channel).Work(metadata=metadata))
        try:
            if hello:
                await client.hello()
            yield client
        finally:
            await client.cut()
