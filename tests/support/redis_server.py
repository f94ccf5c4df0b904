"""Redis servers for tests that need one of their own: to kill it, to restart it, to fill it.

Most tests take the `redis_url` fixture instead. This one is for durability:

    with durable_redis(tmp_path) as server:
        ...                     # write through server.url
        server.kill()           # as a crash would
        server.start()          # same port, every key back
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.local.redis_server import RedisServer, free_port

__all__ = ["RedisServer", "durable_redis", "free_port"]


@contextmanager
def durable_redis(folder: Path) -> Iterator[RedisServer]:
    """A running server that keeps every write on disk; gone at the end, however the test ends."""
    server = RedisServer(folder / "redis", append_only=True)
    server.start()
    try:
        yield server
    finally:
        server.kill()
