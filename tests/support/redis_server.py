"""Redis servers for tests that need one of their own: to kill it, to restart it, to fill it.

Most tests take the `redis_url` fixture instead. This one is for durability:

    with durable_redis(tmp_path) as server:
        ...                     # write through server.url
        server.kill()           # as a crash would
        server.start()          # same port, every key back
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tools.local.redis_server import RedisServer

__all__ = ["RedisServer", "SeveralServers", "durable_redis", "in_step"]


@contextmanager
def durable_redis(folder: Path) -> Iterator[RedisServer]:
    """A running server that keeps every write on disk; gone at the end, however the test ends."""
    server = RedisServer(folder / "redis", append_only=True, start_limit=30.0)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def in_step(client: Any) -> bool:
    """Whether a replica has what its primary has."""
    return bool(client.info("replication").get("master_link_status") == "up")


class SeveralServers:
    """Servers that belong together: all of them run within the block, and none after it."""

    start_limit = 40.0
    """Seconds until they have to know each other."""

    def start(self) -> None:
        raise NotImplementedError

    def kill(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def wait(self, ready: Callable[[], bool]) -> None:
        """Returns when it is so."""
        ends = time.monotonic() + self.start_limit
        while not ready():
            if time.monotonic() > ends:
                raise AssertionError(f"the servers do not know each other within {self.start_limit:.0f} s")
            time.sleep(0.02)
