"""The image of an agent that asks for tools: its code alone says that it carries their library, and it works there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tree_copy import copied_tree
from tools.images.build import build, release_of
from tools.images.catalogue import ROOT, images
from tools.images.engine import Engine

pytestmark = pytest.mark.timeout(900)

AGENT = '''"""The shopper agent: asks what things cost."""

async def execute(context):
    return await context.tools()
'''
OFFERED = """
import asyncio, json
from agent_sdk.mcp.servers import tool_servers
from agent_sdk.mcp.settings import McpServer

async def main():
    shop = McpServer(
        name="shop",
        command=("python", "/shop.py"),
        environment={"PYTHONPATH": "/opt/common:/opt/own"},
        tools=("search_prices",),
    )
    async with tool_servers([shop], "shopper") as servers:
        offers, missing = await servers.offers()
        print(json.dumps([[offer.name for offer in offers], missing]))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def shopper(engine: Engine, base: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of its image, built from a tree in which it is one more folder."""
    tree = copied_tree(tmp_path_factory.mktemp("tree"))
    folder = tree.root / "services" / "agents" / "shopper"
    folder.mkdir()
    (folder / "agent.py").write_text(AGENT, "utf-8")
    (folder / "__main__.py").write_text("", "utf-8")
    (image,) = [image for image in images(tree.root) if image.name == "agent-shopper"]
    release = release_of(ROOT, prefix="heyjarvis-test/", version="", python_image=base, source="")
    (tag,) = build(engine, tree.root, release, [image], dev=False, tell=print)
    yield tag
    engine.ask("image", "rm", "--force", "--no-prune", tag)


def test_it_reaches_a_tool_server_from_a_root_it_cannot_write_to(engine: Engine, shopper: str, tmp_path: Path) -> None:
    server = tmp_path / "shop.py"
    server.write_bytes((ROOT / "tests" / "support" / "mcp_server.py").read_bytes())
    server.chmod(0o644)
    bounds = ("--network=none", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL")
    program = (f"--volume={server}:/shop.py:ro", "--entrypoint=python", shopper, "-c", OFFERED)
    said = engine.ask("run", "--rm", *bounds, *program, timeout=120)
    assert json.loads(said.splitlines()[-1]) == [["shop__search_prices"], []]
