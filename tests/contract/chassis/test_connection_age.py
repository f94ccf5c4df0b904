"""Connections grow old so that clients find new servers; what is under way on them goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from chassis import connect
from tests.contract.chassis.conftest import Start
from tests.support.echo_service import contract


class Relay:
    """Passes bytes on to a server, and counts the connections."""

    def __init__(self, target: str) -> None:
        self._host, _, self._port = target.rpartition(":")
        self.connections = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        async with server:
            yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        far_reader, far_writer = await asyncio.open_connection(self._host, int(self._port))
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


async def test_clients_connect_anew_and_no_call_is_cut(start: Start, pb: Any) -> None:
    async with start(connection_age=0.5) as host:
        relay = Relay(host.address)
        async with relay.running() as address, connect(address) as channel:
            stub = contract()[1].EchoServiceStub(channel)
            stream = stub.Both()
            said = 0
            while relay.connections < 4 or said <= 10:
                await stream.write(pb.EchoRequest(text=str(said)))
                assert (await stream.read()).text == str(said)
                # `Change` is not safe to repeat, so a client would not hide that one was lost.
                assert (await stub.Change(pb.EchoRequest(text="x"))).text == "x"
                said += 1
                await asyncio.sleep(0.01)
            await stream.done_writing()


async def test_connections_stay_where_there_is_no_age(start: Start, pb: Any) -> None:
    async with start(connection_age=0) as host:
        relay = Relay(host.address)
        async with relay.running() as address, connect(address) as channel:
            stub = contract()[1].EchoServiceStub(channel)
            for _ in range(20):
                await stub.Change(pb.EchoRequest(text="x"))
                await asyncio.sleep(0.05)
            assert relay.connections == 1
