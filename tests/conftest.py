"""What every test may rely on: a clean environment, a real Redis, a fixed random seed.

Each worker of a parallel run starts its own Redis on a free loopback port and ends it with the
run. A `REDIS_URL` of the person who runs the tests is never touched: the tests empty databases.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module

import hypothesis
import pytest
import redis
import structlog

from tests.support.redis_cluster import RedisCluster
from tools.local.redis_server import RedisServer

_FOREIGN_PREFIXES = ("HEYJARVIS_", "ANTHROPIC_", "OTEL_")
_FOREIGN_NAMES = ("REDIS_URL", "LOG_LEVEL", "MAX_CONCURRENT_INVOCATIONS")
# Meant for the tests themselves: where the built tools are, which cluster to use.
_OURS = ("HEYJARVIS_TOOLS_CACHE", "HEYJARVIS_K8S_TESTS")

# The same examples on every machine, and no deadline: a busy machine is not a bug.
hypothesis.settings.register_profile("heyjarvis", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("heyjarvis")


def pytest_configure() -> None:
    """Forgets the settings of the person at the keyboard: a real key must never be used here.

    And keeps tracebacks plain. Where Rich is installed structlog draws every local variable of every frame, which takes
    seconds, and has ended a worker when one was an object of grpc's that was gone.
    """
    for name in list(os.environ):
        if name not in _OURS and (name.startswith(_FOREIGN_PREFIXES) or name in _FOREIGN_NAMES):
            del os.environ[name]
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """This worker's Redis. Do not stop it; tests that kill one use `tests.support.redis_server`."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def anthropic_library() -> None:
    """Imported beforehand: on a busy machine that takes many seconds, beside an event loop that has better to do."""
    import_module("anthropic")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Lets tests marked with `redis_cluster` run twice: on one server, and on a cluster of three nodes."""
    if "redis_url" in metafunc.fixturenames and metafunc.definition.get_closest_marker("redis_cluster"):
        metafunc.parametrize("redis_url", ["server", "cluster"], indirect=True)


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisCluster]:
    """This worker's Redis Cluster. Do not stop it."""
    with RedisCluster(tmp_path_factory.mktemp("redis-cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def _redis_eraser(redis_server: RedisServer) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_server.url) as client:
        yield client


@pytest.fixture
def redis_url(request: pytest.FixtureRequest, redis_server: RedisServer, _redis_eraser: redis.Redis) -> str:
    """The address of a real, empty Redis."""
    if getattr(request, "param", "server") == "cluster":
        cluster: RedisCluster = request.getfixturevalue("redis_cluster")
        cluster.flush()
        return cluster.url
    _redis_eraser.flushall()
    return redis_server.url
