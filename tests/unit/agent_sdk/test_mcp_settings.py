"""Which servers and tools an agent may use: what is refused, secrets that stay secret, and none waits for another."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from pathlib import Path
from typing import Any, cast

import pytest
from mcp_types import Tool, ToolAnnotations

from agent_sdk import AgentSettings
from agent_sdk.errors import FailureClass, TaskError
from agent_sdk.mcp.connection import Connection, ServerAwayError
from agent_sdk.mcp.servers import MAX_SCHEMA, ToolServers, allowed, tool_servers
from agent_sdk.mcp.settings import McpServer
from chassis.errors import ConfigurationError

NOBODY = cast("Connection", None)
"""Nothing is called here."""


def server(**fields: Any) -> McpServer:
    return McpServer.model_validate({"name": "shop", "command": ["shop"], "tools": ["find", "order"], **fields})


def offered(name: str, *, reads: bool | None = None, schema: dict[str, Any] | None = None) -> Tool:
    annotations = None if reads is None else ToolAnnotations(read_only_hint=reads)
    return Tool(name=name, input_schema=schema or {"type": "object"}, annotations=annotations, description="d" * 9000)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"url": "http://shop/mcp"}, "either a command or a url"),
        ({"command": []}, "either a command or a url"),
        ({"command": [], "url": "shop"}, "must be like http"),
        ({"changing": ["pay"]}, "which tools does not"),
        ({"tools": []}, "at least 1 item"),
        ({"name": "The Shop"}, "String should match"),
        ({"allow": "everything"}, "Extra inputs"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        server(**fields)


def test_secrets_are_in_no_message(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {
        "name": "shop",
        "command": ["shop"],
        "url": "http://shop",
        "headers": {"a": "swordfish"},
        "tools": ["find"],
    }
    monkeypatch.setenv("HEYJARVIS_AGENT_MCP_SERVERS", json.dumps([wrong]))
    with pytest.raises(SystemExit) as stopped:
        AgentSettings()
    said = f"{stopped.value} {capsys.readouterr().err}"
    assert "either a command or a url" in said
    assert "swordfish" not in said
    monkeypatch.setenv("HEYJARVIS_AGENT_MCP_SERVERS", json.dumps([{**wrong, "url": ""}]))
    settings = AgentSettings()
    assert "swordfish" not in repr(settings) + repr(settings.agent_mcp_servers)


def test_a_secret_in_a_file_is_read_when_it_is_used(tmp_path: Path) -> None:
    token = tmp_path / "token"
    reached = server(command=[], url="http://shop/mcp", headers={"authorization": {"file": str(token)}})
    for said in ("Bearer old", "Bearer new"):
        token.write_text(f"{said}\n")
        assert reached.headers["authorization"].get_secret_value() == said
    assert "Bearer" not in repr(reached)


def test_a_tool_is_allowed_when_it_is_named_and_reads_or_is_named_again() -> None:
    shop = [offered("find", reads=True), offered("order"), offered("other", reads=True)]
    offers, refused = allowed(server(), shop, NOBODY)
    assert [offer.name for offer in offers] == ["shop__find"]
    assert refused == ["'shop' does not call 'order' read-only, and `changing` does not name it"]
    both, refused = allowed(server(changing=["order"]), shop, NOBODY)
    assert [(offer.tool, offer.changing) for offer in both] == [("find", False), ("order", True)]
    assert not refused


def test_a_tool_that_says_it_changes_something_is_refused() -> None:
    offers, refused = allowed(server(), [offered("find", reads=False)], NOBODY)
    assert not offers
    assert "'find' read-only" in refused[0]
    assert refused[1] == "'shop' does not offer 'order'"


def test_what_a_server_says_of_its_tools_is_bounded() -> None:
    huge = offered("order", reads=True, schema={"type": "object", "description": "x" * MAX_SCHEMA})
    (offer,), refused = allowed(server(), [offered("find", reads=True), huge], NOBODY)
    assert len(offer.description) == 2000
    assert refused == ["the input schema of 'order' at 'shop' is too large"]


def test_names_are_such_as_the_model_takes() -> None:
    (offer,), _ = allowed(server(tools=["a.b/c d"]), [offered("a.b/c d", reads=True)], NOBODY)
    assert offer.name == "shop__a_b_c_d"


async def test_an_agent_with_servers_does_not_start_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r"asks for `context\.tools"):
        async with tool_servers([server()], "slogan"):
            pass
    for nothing in ([], [server(agents=["poet"])]):
        async with tool_servers(nothing, "slogan") as servers:
            assert await servers.offers() == ([], [])


async def test_servers_are_asked_and_closed_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, closed = asyncio.Barrier(2), asyncio.Barrier(2)

    async def tools(_: Connection) -> list[Tool]:
        await asked.wait()
        return [offered("find", reads=True)]

    async def aclose(_: Connection) -> None:
        await closed.wait()

    monkeypatch.setattr(Connection, "tools", tools)
    monkeypatch.setattr(Connection, "aclose", aclose)
    servers = ToolServers([server(tools=["find"]), server(name="market", tools=["find"])])
    async with asyncio.timeout(20):
        offers, missing = await servers.offers()
        await servers.aclose()
    assert [offer.name for offer in offers] == ["shop__find", "market__find"]
    assert missing == []


@pytest.mark.parametrize("trouble", [None, ServerAwayError("'shop' cannot be reached: nobody is there")])
async def test_a_required_server_that_has_not_all_its_tools_fails_the_attempt(
    monkeypatch: pytest.MonkeyPatch, trouble: ServerAwayError | None
) -> None:
    async def tools(_: Connection) -> list[Tool]:
        if trouble:
            raise trouble
        return [offered("find", reads=True)]

    monkeypatch.setattr(Connection, "tools", tools)
    _, missing = await ToolServers([server()]).offers()
    why = trouble or "'shop' does not offer 'order'"
    assert missing == [f"Tools are missing: {why}"]
    with pytest.raises(TaskError) as failed:
        await ToolServers([server(required=True)]).offers()
    assert [failed.value.message] == missing
    assert (failed.value.reason, failed.value.failure_class) == ("TOOLS_MISSING", FailureClass.RETRYABLE)
