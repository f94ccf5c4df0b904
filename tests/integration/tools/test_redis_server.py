"""The local Redis: it answers once started, survives a crash with its keys, says why it cannot start."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import redis

from tests.support.redis_server import RedisServer, durable_redis
from tools.local.redis_server import RedisServerError


def test_fixture_is_a_real_and_empty_server(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left behind", "by the test before")


def test_fixture_is_empty_again(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_keys_are_back_after_a_crash(tmp_path: Path) -> None:
    with durable_redis(tmp_path) as server:
        first = server.url
        with redis.Redis.from_url(first) as client:
            client.set("kept", "yes")
            # On a slow disk anything else answers before it has handed the write on, or stops where the disk is full.
            assert client.config_get("appendfsync") == {"appendfsync": "no"}
        server.kill()
        server.start()
        assert server.url == first
        with redis.Redis.from_url(first) as client:
            assert client.get("kept") == b"yes"


def test_stop_ends_the_process(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        assert server.pid is not None
    assert server.pid is None


def test_a_port_held_by_another_redis_is_an_error(redis_server: RedisServer, tmp_path: Path) -> None:
    second = RedisServer(tmp_path, port=redis_server.port)
    with pytest.raises(RedisServerError, match=f"did not start on port {redis_server.port}"):
        second.start()
    assert second.pid is None


def test_a_program_that_is_no_redis_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, program=Path(sys.executable))
    with pytest.raises(RedisServerError, match="unknown option"):
        server.start()
