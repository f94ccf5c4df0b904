"""The session with one server: opened when first needed, shared by all attempts, opened anew when it broke.

A session lives in a task of its own, because it has to be closed where it was opened. Whatever goes wrong with it is
`ServerAwayError`; the next call opens another one, at most every few seconds.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import Context
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import ValidationError

from agent_sdk.mcp.settings import McpServer
from chassis.errors import ConfigurationError
from chassis.model import ToolError
from chassis.tasks import end_tasks

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import CallToolResult, Tool

CONNECT_TIMEOUT = 30.0
"""Seconds to start a server, greet it and read what it offers; programs that are fetched first take their time."""
END_TIMEOUT = 6.0
"""Seconds a session may take to end in good order."""
REST = 5.0
"""Seconds after a failed start before another one is tried."""
MAX_PAGES = 20
"""Pages of a server's list of tools that are read."""
MAX_SAID = 300
"""Characters of an error that are told."""
MAX_AT_ONCE = 8
"""Calls of one server that run at the same time; more wait."""

log = structlog.get_logger(__name__)


class ServerAwayError(Exception):
    """The server cannot be reached, or broke off."""


class Connection:
    """See the head of this module."""

    def __init__(self, server: McpServer) -> None:
        self._server = server
        self._opening = asyncio.Lock()
        self._room = asyncio.Semaphore(MAX_AT_ONCE)
        self._keeper: asyncio.Task[None] | None = None
        self._client: Client | None = None
        self._broken = asyncio.Event()
        self._tools: list[Tool] = []
        self._not_before = float("-inf")
        self._away = ""

    async def tools(self) -> list[Tool]:
        """What the server said it offers when the session began."""
        await self.open()
        return self._tools

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> CallToolResult:
        """Let the server do it. Whoever calls sets the time it may take. Raises ToolError when the server refuses."""
        from mcp import MCPError
        from mcp_types import INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND

        async with self._room:
            client = await self.open()
            try:
                return await client.call_tool(tool, dict(arguments))
            except MCPError as error:
                # The server's answer to this one call; the session of all others goes on.
                if error.code in (INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND):
                    raise ToolError(error.message) from error
                raise self._broke(error.message) from error
            except (RuntimeError, ValidationError) as error:
                if self._broken.is_set():
                    raise self._broke(_said(error)) from error
                # It answered, in a form it never promised: that, too, is of this one call.
                raise ToolError(f"The answer cannot be read: {_said(error)}") from error
            except Exception as error:
                raise self._broke(_said(error)) from error

    async def open(self) -> Client:
        """The session, opened when there is none."""
        async with self._opening:
            if self._broken.is_set():
                await self._end()
            if self._client is None:
                await self._begin()
            assert self._client is not None
            return self._client

    def _broke(self, why: str) -> ServerAwayError:
        self._broken.set()
        return ServerAwayError(f"'{self._server.name}' broke off: {why[:MAX_SAID]}")

    async def aclose(self) -> None:
        """End the session, and the program when it is one."""
        await self._end()

    async def _end(self) -> None:
        """In good order where that works: the library ends the server's program in steps of its own."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            self._broken.set()
            await asyncio.wait({keeper}, timeout=END_TIMEOUT)
            await end_tasks([keeper])

    async def _begin(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._not_before:
            raise ServerAwayError(self._away)
        # The first time that is more than a second of work; on a thread, so that signs of life go on meanwhile.
        await asyncio.to_thread(importlib.import_module, "mcp")
        self._broken = asyncio.Event()
        began: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        began.add_done_callback(lambda future: future.cancelled() or future.exception())
        # A context of its own: the session serves many workflows and belongs to the trace of none.
        self._keeper = asyncio.create_task(self._keep(began), name=f"mcp-{self._server.name}", context=Context())
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await asyncio.shield(began)
        except asyncio.CancelledError:
            self._broken.set()  # nobody waits for it: who comes next ends it first
            raise
        except Exception as error:
            await self._end()
            self._not_before = asyncio.get_running_loop().time() + REST
            self._away = f"'{self._server.name}' cannot be reached: {_said(error)}"
            log.warning("tool server away", server=self._server.name, error=_said(error))
            raise ServerAwayError(self._away) from error

    async def _keep(self, began: asyncio.Future[None]) -> None:
        from mcp import Client

        broken = self._broken
        try:
            async with self._transport() as transport, Client(transport) as client:
                self._tools = await _offered(client)
                self._client = client
                began.set_result(None)
                log.info("tool server connected", server=self._server.name, tools=len(self._tools))
                await broken.wait()
        except Exception as error:
            if began.done():
                log.warning("tool server broke off", server=self._server.name, error=_said(error))
            else:
                began.set_exception(error)
        finally:
            self._client = None
            broken.set()
            if not began.done():
                began.set_exception(ServerAwayError("it was given up"))

    @asynccontextmanager
    async def _transport(self) -> AsyncIterator[Any]:
        """What the client talks over. Secrets are uncovered here and nowhere else."""
        import httpx2
        from mcp import StdioServerParameters, stdio_client
        from mcp.client.streamable_http import streamable_http_client

        server = self._server
        if server.command:
            program, *arguments = server.command
            environment = {name: value.get_secret_value() for name, value in server.environment.items()}
            yield stdio_client(StdioServerParameters(command=program, args=arguments, env=environment))
            return
        headers = {name: value.get_secret_value() for name, value in server.headers.items()}
        patience = httpx2.Timeout(CONNECT_TIMEOUT, read=None)  # whoever calls a tool says how long it may take
        async with httpx2.AsyncClient(headers=headers, timeout=patience) as http:
            yield streamable_http_client(server.url, http_client=http)


def check_installed() -> None:
    """Raises ConfigurationError where the library is missing."""
    if importlib.util.find_spec("mcp") is None:
        raise ConfigurationError(
            "HEYJARVIS_AGENT_MCP_SERVERS names servers, and the package `mcp` is not installed. `make install` has it; "
            "an image has it when the agent's code asks for `context.tools()`; docs/images.md.",
            reason="MCP_NOT_INSTALLED",
        )


async def _offered(client: Client) -> list[Tool]:
    found: list[Tool] = []
    cursor = None
    for _ in range(MAX_PAGES):
        page = await client.list_tools(cursor=cursor)
        found += page.tools
        cursor = page.next_cursor
        if not cursor:
            break
    return found


def _said(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return (str(error) or type(error).__name__)[:MAX_SAID]
