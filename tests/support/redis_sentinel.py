"""A real primary with a replica, and three Sentinels that watch them and change the roles when the primary is gone.

with SentinelSet(tmp_path) as redis_set:
    ...                             # open_redis(redis_set.url)
    redis_set.servers[0].kill()
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import redis

from tests.support.redis_server import RedisServer, SeveralServers, in_step

NAME = "heyjarvis"
PASSWORD = "p@ss/word"


class _Sentinel(RedisServer):
    """A Sentinel process: the same program, with a file that it rewrites itself."""

    def __init__(self, folder: Path, primary: int, *, down_after: float) -> None:
        super().__init__(folder)
        self._watched = primary
        self._down_after = int(down_after * 1000)

    def _command(self, program: Path, port: int) -> list[str]:
        file = self.folder / "sentinel.conf"
        lines = [
            f"port {port}",
            "bind 127.0.0.1",
            f'dir "{self.folder}"',
            f"sentinel monitor {NAME} 127.0.0.1 {self._watched} 2",
            f'sentinel auth-pass {NAME} "{PASSWORD}"',
            f"sentinel down-after-milliseconds {NAME} {self._down_after}",
            f"sentinel failover-timeout {NAME} 5000",
        ]
        file.write_text("\n".join(lines) + "\n", "utf-8")
        return [str(program), str(file), "--sentinel"]

    def _answers(self, port: int) -> bool:
        ends = time.monotonic() + self._start_limit
        while time.monotonic() < ends and self.pid is not None:
            try:
                with redis.Redis(host="127.0.0.1", port=port) as client:
                    return bool(client.ping())
            except redis.ConnectionError:
                time.sleep(0.02)
        return False


class SentinelSet(SeveralServers):
    """One name, two servers, three Sentinels."""

    def __init__(self, folder: Path, *, down_after: float = 1.0) -> None:
        """down_after: seconds of silence after which the Sentinels give a server up."""
        self._folder = folder
        self._down_after = down_after
        quick = {"repl-diskless-sync-delay": "0"}
        self.servers = [RedisServer(folder / name, settings=quick) for name in ("one", "two")]
        self.sentinels: list[RedisServer] = []

    @property
    def url(self) -> str:
        """The address of the set."""
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"redis+sentinel://:p%40ss%2Fword@{hosts}/{NAME}/0"

    def primary(self) -> RedisServer:
        """The server the Sentinels name now."""
        with redis.Redis(host="127.0.0.1", port=self.sentinels[0].port, decode_responses=True) as client:
            known: Any = client.sentinel_get_master_addr_by_name(NAME)
        return next(server for server in self.servers if server.port == int(known[1]))

    def start(self) -> None:
        """Starts everything and returns when the Sentinels know each other and the replica."""
        first, second = self.servers
        first.start()
        second.start()
        for server in self.servers:
            with redis.Redis(host="127.0.0.1", port=server.port) as client:
                client.config_set("masterauth", PASSWORD)
                client.config_set("requirepass", PASSWORD)
        with redis.Redis(host="127.0.0.1", port=second.port, password=PASSWORD) as client:
            client.replicaof("127.0.0.1", first.port)
            self.wait(lambda: in_step(client))
        for number in range(3):
            sentinel = _Sentinel(self._folder / f"sentinel-{number}", first.port, down_after=self._down_after)
            self.sentinels.append(sentinel)
            sentinel.start()
        for each in self.sentinels:
            with redis.Redis(host="127.0.0.1", port=each.port, decode_responses=True) as client:
                self.wait(lambda: _ready(client))

    def kill(self) -> None:
        """Ends everything at once."""
        for server in (*self.sentinels, *self.servers):
            server.kill()


def _ready(client: Any) -> bool:
    told = client.sentinel_master(NAME)
    return bool(told["num-other-sentinels"] == 2 and told["num-slaves"] == 1)
