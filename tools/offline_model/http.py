"""HTTP/1.1 on asyncio: h11 parses, this module keeps time with the socket.

One `_Connection` per client socket. A request is read whole (bounded), then a task runs the handler,
which answers through an `Exchange`. While it runs the socket is still read, so a client that goes
away cancels the handler at once: that is how the ledger learns who hung up. Nothing here knows the
Messages API; see `service.py` for the next step.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import h11

MAX_PIPELINED = 64 * 1024
"""Bytes a client may send ahead while its last request is answered; more closes the connection."""
LINGER = 2.0
"""Seconds in which the rest of a refused body is read and dropped, so that the answer arrives."""
MAX_CONNECTIONS = 10_000
"""Open sockets at most; the next one is closed as soon as it is opened."""

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request read to its end."""

    method: str
    path: str
    """Without the query."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case; of a repeated header the last one."""
    body: bytes
    too_large: bool = False
    """True when the body was over the limit; `body` is empty then."""


Handler = Callable[[Request, "Exchange"], Awaitable[None]]


@dataclass(slots=True)
class SocketCount:
    """How many client sockets there are."""

    open: int = 0
    """Now."""
    max: int = 0
    """Most at the same time since start or reset."""
    total: int = 0
    """Ever accepted since start or reset."""


class Exchange:
    """The answer to one request: `respond` in one piece, or `start`, `send`…, `finish`."""

    def __init__(self, connection: "_Connection", http: h11.Connection) -> None:
        self._connection = connection
        self._http = http
        self.started = False
        """True once a status line is on its way: too late for an error response."""
        self.peer_gone = False
        """True when the client closed the connection before the answer was complete."""

    async def respond(self, status: int, headers: Headers, body: bytes) -> None:
        """Sends a whole response."""
        self._write_head(status, [*headers, ("content-length", str(len(body)))])
        self._write(h11.Data(data=body))
        await self.finish()

    async def start(self, status: int, headers: Headers) -> None:
        """Sends the head of a response whose body follows in pieces."""
        self._write_head(status, headers)
        await self._connection.drained()

    async def send(self, data: bytes) -> None:
        """Sends a piece of the body; waits while the client reads slower than we write."""
        self._write(h11.Data(data=data))
        await self._connection.drained()

    async def finish(self) -> None:
        """Ends the body properly."""
        self._write(h11.EndOfMessage())
        await self._connection.drained()

    def disconnect(self) -> None:
        """Drops the socket without a word: the client sees a reset."""
        self._connection.abort()

    def _write_head(self, status: int, headers: Headers) -> None:
        self.started = True
        self._write(h11.Response(status_code=status, headers=list(headers)))

    def _write(self, event: h11.Response | h11.Data | h11.EndOfMessage) -> None:
        data = self._http.send(event)
        if data:
            self._connection.write(data)


class _Connection(asyncio.Protocol):
    # A client that sends no more is gone: the base class closes at its end of file, which cancels the handler.
    def __init__(self, server: "HttpServer") -> None:
        self._server = server
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=64 * 1024)
        self._transport: asyncio.Transport | None = None
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._too_large = False
        self._ahead = 0
        self._task: asyncio.Task[None] | None = None
        self._exchange: Exchange | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if not self._server.admit(self):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.forget(self)
        self._writable.set()
        if self._exchange is not None:
            self._exchange.peer_gone = True
        self.stop()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        if self._task is not None:
            self._ahead += len(data)
            if self._ahead > MAX_PIPELINED and not self._too_large:
                self.abort()
                return
            if self._too_large:
                return
        self._http.receive_data(data)
        if self._task is None:
            self._advance()

    # -- for Exchange and HttpServer

    def write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    async def drained(self) -> None:
        await self._writable.wait()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    # -- reading

    def _advance(self) -> None:
        try:
            while self._step(self._http.next_event()):
                pass
        except h11.RemoteProtocolError as error:
            self._refuse(error)

    def _step(self, event: object) -> bool:
        """Takes one parsed event; False when nothing more can be read for now."""
        if isinstance(event, h11.Request):
            self._head = event
            self._body.clear()
            if self._http.they_are_waiting_for_100_continue:
                self.write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            length = dict(event.headers).get(b"content-length", b"0")
            return self._within_limit(int(length) if length.isdigit() else 0)
        if isinstance(event, h11.Data):
            self._body += event.data
            return self._within_limit(len(self._body))
        if isinstance(event, h11.EndOfMessage):
            self._begin()
            return False
        if isinstance(event, h11.ConnectionClosed):
            self._close()
        return False

    def _within_limit(self, size: int) -> bool:
        if size <= self._server.max_body:
            return True
        self._too_large = True
        self._body.clear()
        self._begin()
        return False

    def _begin(self) -> None:
        assert self._head is not None
        url = urlsplit(self._head.target.decode("ascii", "replace"))
        request = Request(
            method=self._head.method.decode("ascii"),
            path=url.path,
            query=dict(parse_qsl(url.query)),
            headers={name.decode("ascii"): value.decode("latin-1") for name, value in self._head.headers},
            body=bytes(self._body),
            too_large=self._too_large,
        )
        self._body.clear()
        self._ahead = 0
        self._exchange = Exchange(self, self._http)
        self._task = asyncio.get_running_loop().create_task(self._run(request, self._exchange), name="exchange")

    async def _run(self, request: Request, exchange: Exchange) -> None:
        try:
            await self._server.handler(request, exchange)
        except BaseException:  # cancelled, or a bug: either way nothing more can be said on this socket
            self.abort()
            raise
        if self._too_large:
            await asyncio.sleep(LINGER)
        self._next()

    def _next(self) -> None:
        """After an answer: the next request of this connection, or the end of it."""
        self._task = self._exchange = None
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            self._advance()
        else:
            self._close()

    def _refuse(self, error: h11.RemoteProtocolError) -> None:
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = f"Bad HTTP request: {error}".encode()
            head = h11.Response(
                status_code=error.error_status_hint,
                headers=[("content-length", str(len(body))), ("connection", "close")],
            )
            self.write(
                b"".join(self._http.send(part) or b"" for part in (head, h11.Data(data=body), h11.EndOfMessage()))
            )
        self._close()

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()


@dataclass(slots=True)
class HttpServer:
    """Listens, and runs the handler for each request."""

    handler: Handler
    max_body: int
    sockets: SocketCount = field(default_factory=SocketCount)
    _connections: set[_Connection] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Opens the port; the address it got."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), host, port, backlog=1024)
        name = self._server.sockets[0].getsockname()
        return str(name[0]), int(name[1])

    async def stop(self) -> None:
        """Closes the port and drops every connection, now."""
        if self._server is None:
            return
        self._server.close()
        tasks = [task for connection in self._connections if (task := connection._task) is not None]
        for connection in list(self._connections):
            connection.stop()
            connection.abort()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    def admit(self, connection: _Connection) -> bool:
        """Counts a new socket in; False when there are too many."""
        if len(self._connections) >= MAX_CONNECTIONS:
            return False
        self._connections.add(connection)
        count = self.sockets
        count.open, count.total = count.open + 1, count.total + 1
        count.max = max(count.max, count.open)
        return True

    def forget(self, connection: _Connection) -> None:
        """Counts a closed socket out."""
        if connection in self._connections:
            self._connections.remove(connection)
            self.sockets.open -= 1
