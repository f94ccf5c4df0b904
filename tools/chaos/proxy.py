"""A TCP proxy that can be cut and slowed: the network between two parts of a system, in the hands of the suite."""

from __future__ import annotations

import asyncio
from contextlib import suppress

CHUNK = 64 * 1024


class Proxy:
    """Passes connections on to a port of this machine. While it is cut, there are none."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self.delay = 0.0
        """Seconds that every piece of data takes longer."""
        self.cut_off = False
        """Whether new connections are dropped."""

    async def start(self) -> int:
        """The port it listens on."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def cut(self) -> None:
        """Drops every connection, and new ones until `heal`."""
        self.cut_off = True
        for writer in list(self._open):
            writer.transport.abort()

    def heal(self) -> None:
        """Lets everything through again, at full speed."""
        self.cut_off, self.delay = False, 0.0

    async def aclose(self) -> None:
        """Ends every connection."""
        self.cut()
        if self._server is not None:
            self._server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if self.cut_off:
                return
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        finally:
            if self.cut_off:
                writer.transport.abort()
        self._open.add(back)
        for source, sink in ((reader, back), (there, writer)):
            pump = asyncio.create_task(self._pump(source, sink))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError, ConnectionError):
            while data := await source.read(CHUNK):
                if self.delay:
                    await asyncio.sleep(self.delay)
                sink.write(data)
                await sink.drain()
        self._open.discard(sink)
        sink.transport.abort()
