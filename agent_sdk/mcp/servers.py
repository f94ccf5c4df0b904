"""What all servers of an agent offer, as far as it may use it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent_sdk.errors import FailureClass, TaskError
from agent_sdk.mcp.connection import Connection, ServerAwayError, check_installed
from agent_sdk.mcp.settings import McpServer
from chassis.model import ToolError

if TYPE_CHECKING:
    from mcp_types import CallToolResult, Tool

MAX_DESCRIPTION = 2000
"""Characters of a tool's description that reach the model."""
MAX_SCHEMA = 20_000
"""Characters of a tool's input schema as JSON; a tool with a larger one is refused."""
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A tool that may be used."""

    connection: Connection
    server: str
    tool: str
    """Its name at the server."""
    description: str
    input_schema: Mapping[str, Any]
    changing: bool
    """Whether it may change something outside."""
    required: bool
    """Whether an attempt fails without its server."""

    @property
    def name(self) -> str:
        """What the model calls it."""
        return _NOT_IN_NAMES.sub("_", f"{self.server}__{self.tool}")[:128]

    async def call(self, arguments: Mapping[str, Any]) -> CallToolResult:
        """Let the server do it. Raises ServerAwayError.

        A session may have grown old, its server may have been started anew: reading is tried again, once.
        """
        try:
            return await self.connection.call(self.tool, arguments)
        except ServerAwayError:
            if self.changing:
                raise
            return await self.connection.call(self.tool, arguments)


class ToolServers:
    """The servers one agent is given."""

    def __init__(self, servers: Sequence[McpServer]) -> None:
        self._servers = [(server, Connection(server)) for server in servers]

    async def offers(self) -> tuple[list[Offer], list[str]]:
        """What may be used now, and what is in the way of more: for people.

        Raises TaskError when something of a server is in the way that is required.
        """
        found: dict[str, Offer] = {}
        missing: list[str] = []
        # Side by side: one that is slow to be away holds up nobody but itself.
        answers = await asyncio.gather(*(_offers_of(server, connection) for server, connection in self._servers))
        for (server, _), (offers, refused) in zip(self._servers, answers, strict=True):
            lines = [f"Tools are missing: {why}" for why in refused]
            if server.required and lines:
                raise tools_missing(lines[0])
            missing += lines
            for offer in offers:
                found.setdefault(offer.name, offer)
        return list(found.values()), missing

    async def aclose(self) -> None:
        """Ends every session."""
        await asyncio.gather(*(connection.aclose() for _, connection in self._servers))


@asynccontextmanager
async def tool_servers(servers: Sequence[McpServer], agent_type: str) -> AsyncIterator[ToolServers]:
    """Those of the servers that are for this kind of agent, until the block ends.

    Raises ConfigurationError when there are some and the library is missing.
    """
    own = [server for server in servers if not server.agents or agent_type in server.agents]
    if own:
        check_installed()
    made = ToolServers(own)
    try:
        yield made
    finally:
        await made.aclose()


def allowed(server: McpServer, offered: Sequence[Tool], connection: Connection) -> tuple[list[Offer], list[str]]:
    """What of a server's tools may be used, and why the other named ones may not.

    A tool may be used that is named in the settings, and is read-only or named as changing.
    """
    known = {tool.name: tool for tool in offered}
    offers: list[Offer] = []
    refused: list[str] = []
    for name in server.tools:
        tool = known.get(name)
        if tool is None:
            refused.append(f"'{server.name}' does not offer '{name}'")
            continue
        changing = name in server.changing
        reads = tool.annotations is not None and tool.annotations.read_only_hint is True
        if not (changing or reads):
            refused.append(f"'{server.name}' does not call '{name}' read-only, and `changing` does not name it")
        elif len(json.dumps(tool.input_schema)) > MAX_SCHEMA:
            refused.append(f"the input schema of '{name}' at '{server.name}' is too large")
        else:
            offers.append(
                Offer(
                    connection=connection,
                    server=server.name,
                    tool=name,
                    description=(tool.description or tool.title or name)[:MAX_DESCRIPTION],
                    input_schema=tool.input_schema,
                    changing=changing,
                    required=server.required,
                )
            )
    return offers, refused


def tools_missing(why: str) -> TaskError:
    """An attempt that has not what its servers are required for."""
    return TaskError(why, reason="TOOLS_MISSING", failure_class=FailureClass.RETRYABLE)


def text_of(result: CallToolResult) -> str:
    """What a tool brought, as text. Raises ToolError when it says that it failed."""
    pieces = []
    for block in result.content:
        if block.type == "text":
            pieces.append(block.text)
        else:
            pieces.append(f"[{block.type} left out]")
    if not pieces and result.structured_content is not None:
        pieces.append(json.dumps(result.structured_content, ensure_ascii=False))
    text = "\n".join(pieces)
    if result.is_error:
        raise ToolError(text or "The tool failed and did not say why.")
    return text


async def _offers_of(server: McpServer, connection: Connection) -> tuple[list[Offer], list[str]]:
    try:
        return allowed(server, await connection.tools(), connection)
    except ServerAwayError as error:
        return [], [str(error)]
