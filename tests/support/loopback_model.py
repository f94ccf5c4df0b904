"""A model server of real sockets, for what only sockets can show: cuts, resets, who hung up when."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Behaviour = Callable[["Exchange"], Awaitable[None]]


@dataclass
class Exchange:
    """One request and the way to answer it."""

    headers: dict[str, str]
    body: dict[str, Any]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    at: float
    """When it came, on the loop's clock."""
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the client closed its side."""

    async def head(self, status: int = 200, **headers: str) -> None:
        """Status line and headers of a chunked answer; a header's `_` stands for `-`."""
        lines = [f"HTTP/1.1 {status} X", "content-type: text/event-stream", "transfer-encoding: chunked"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode())
        await self.writer.drain()

    async def chunk(self, data: bytes) -> None:
        """A piece of the body."""
        self.writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        await self.writer.drain()

    async def finish(self) -> None:
        """The proper end of the body; the connection stays open."""
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()

    async def refuse(self, status: int, body: dict[str, Any], **headers: str) -> None:
        """An error answer."""
        data = json.dumps(body).encode()
        lines = [f"HTTP/1.1 {status} X", "content-type: application/json", f"content-length: {len(data)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + data)
        await self.writer.drain()

    def reset(self) -> None:
        """Tears the connection down as a crash would."""
        self.writer.transport.abort()

    async def wait_for_hang_up(self) -> None:
        """Until the client closes its side."""
        with suppress(ConnectionError):
            await self.reader.read()
        self.hung_up.set()


class LoopbackModel:
    """Behaves as told, request by request, the last way for ever."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self._behaviours = list(behaviours)
        self._servings: set[asyncio.Task[None]] = set()
        self.exchanges: list[Exchange] = []
        self.connections = 0
        self.url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[LoopbackModel]:
        """Listens on a free port."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for serving in self._servings:
                serving.cancel()
            await asyncio.gather(*self._servings, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.current_task()
        assert serving is not None
        self._servings.add(serving)
        self.connections += 1
        try:
            while (exchange := await self._next(reader, writer)) is not None:
                behaviour = self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]
                self.exchanges.append(exchange)
                await behaviour(exchange)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._servings.discard(serving)
            writer.close()

    async def _next(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange | None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        except asyncio.IncompleteReadError:
            return None
        pairs = (line.split(":", 1) for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, value in pairs}
        body = json.loads(await reader.readexactly(int(headers.get("content-length", "0"))))
        return Exchange(headers, body, reader, writer, asyncio.get_running_loop().time())
