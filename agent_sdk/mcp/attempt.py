"""The tools as one attempt may use them: told to watchers, kept in the effect ledger, handed on as data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import JsonValue

from agent_sdk.context import Effects
from agent_sdk.mcp.connection import ServerAwayError
from agent_sdk.mcp.servers import Offer, ToolServers, text_of, tools_missing
from agent_sdk.prompting import block
from chassis.model import Tool, ToolError

TOPIC = "tools"
"""What the messages are about that tell of calls."""
MAX_TOLD = 300
"""Characters of a call's input that stand in the run log."""
MAX_KEPT = 100
"""Calls of an attempt whose results are kept beside what it made."""
MAX_KEPT_TEXT = 2000
"""Characters of each that are kept, of input and result."""


class AttemptTools:
    """Makes the tools of one attempt."""

    def __init__(
        self,
        servers: ToolServers,
        effects: Effects,
        *,
        chars: int,
        begins: Callable[[str], None],
        tell: Callable[[str], None],
    ) -> None:
        """`chars` bounds a result; `begins` shows watchers what is being done, `tell` puts what was done on record."""
        self._servers = servers
        self._effects = effects
        self._chars = chars
        self._begins = begins
        self._tell = tell
        self.brought: list[JsonValue] = []
        """What the calls that went well brought, in their order, as `TOOLS_FILE` holds it."""

    async def all(self) -> list[Tool]:
        """Every tool that may be used now; what is missing is told."""
        offers, missing = await self._servers.offers()
        for line in missing:
            self._tell(line)
        return [self._tool(offer) for offer in offers]

    def _tool(self, offer: Offer) -> Tool:
        async def call(given: Mapping[str, Any]) -> str:
            written = json.dumps(given, ensure_ascii=False, sort_keys=True)
            said = f"{offer.server}.{offer.tool}({_short(written)})"
            self._begins(f"Uses {said}")
            try:
                text = await (self._once(offer, given, written) if offer.changing else _ask(offer, given))
            except (ToolError, ServerAwayError) as error:
                self._tell(f"{said} failed: {_short(str(error))}")
                if offer.required and isinstance(error, ServerAwayError):
                    raise tools_missing(str(error)) from error
                raise ToolError(block("tool_error", str(error), limit=self._chars)) from error
            self._tell(f"{said}: {len(text)} characters")
            if len(self.brought) < MAX_KEPT:
                tool = f"{offer.server}.{offer.tool}"
                self.brought.append({"tool": tool, "input": written[:MAX_KEPT_TEXT], "text": text[:MAX_KEPT_TEXT]})
            return block("tool_result", text, limit=self._chars)

        return Tool(name=offer.name, description=offer.description, input_schema=offer.input_schema, call=call)

    async def _once(self, offer: Offer, given: Mapping[str, Any], written: str) -> str:
        """At most once over all attempts of the task, for the same input. What the server answers, a failure too, is
        the end of it; when it does not answer, nobody knows, and the ledger lets nobody repeat it."""
        await offer.connection.open()

        async def act() -> JsonValue:
            try:
                return {"text": (await _ask(offer, given))[: self._chars]}
            except ToolError as error:
                return {"failed": str(error)[: self._chars]}

        digest = hashlib.sha256(written.encode()).hexdigest()[:32]
        ended = await self._effects.once(f"mcp/{offer.server}/{offer.tool}/{digest}"[:200], act)
        assert isinstance(ended, dict)
        if "failed" in ended:
            raise ToolError(str(ended["failed"]))
        return str(ended["text"])


async def _ask(offer: Offer, given: Mapping[str, Any]) -> str:
    return text_of(await offer.call(given))


def _short(text: str) -> str:
    return text if len(text) <= MAX_TOLD else text[: MAX_TOLD - 1] + "…"
