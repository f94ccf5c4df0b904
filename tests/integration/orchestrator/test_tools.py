"""A tool that a model used stands in the run log of the workflow, with what it was asked."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import SecretStr

from agent_sdk import AgentSettings
from agent_sdk.mcp.settings import McpServer
from agent_sdk.serving import agent_service
from chassis.model import ModelClient, ModelSettings
from chassis.server import running
from tests.integration.orchestrator.conftest import Worlds, task
from tests.support.agents import ShopperAgent
from tools.offline_model.options import Options
from tools.offline_model.service import OfflineModel

ROOT = Path(__file__).resolve().parents[3]


async def test_every_call_of_a_tool_is_an_event_of_the_workflow(world: Worlds, redis_url: str) -> None:
    shop = McpServer(
        name="shop",
        command=(sys.executable, "-m", "tests.support.mcp_server"),
        environment={"PYTHONPATH": SecretStr(f"{ROOT}:{ROOT}/gen")},
        tools=("search_prices",),
    )
    settings = AgentSettings(redis_url=SecretStr(redis_url), drain_grace=2.0, agent_mcp_servers=(shop,))
    async with (
        OfflineModel(Options()).running() as model,
        ModelClient(ModelSettings(base_url=model.url)) as client,
        world() as jarvis,
        running(agent_service(ShopperAgent(), client=client), settings, name="shopper"),
    ):
        name = await jarvis.submit(task("a", agent="shopper"), request="What does bread cost?")
        seen = await jarvis.watch(name, from_start=True)
        said = [message.event.messaged for message in seen if message.event.HasField("messaged")]
        assert [each.topic for each in said] == ["tools"]
        assert said[0].body.startswith('shop.search_prices({"product": ')
        assert any("Uses shop.search_prices" in message.event.progressed.message for message in seen)
