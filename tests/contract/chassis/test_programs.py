"""Programs that a busy process starts are those programs, whatever gRPC does about forks."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAMS = 150
BUSY = """
import asyncio, collections, sys
import chassis
import grpc, uvloop

async def call(channel):
    while True:
        try:
            await channel.unary_unary("/a/b")(b"", timeout=5)
        except grpc.RpcError:
            pass

async def main():
    server = grpc.aio.server()
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    codes = collections.Counter()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        calls = [asyncio.create_task(call(channel)) for _ in range(8)]
        for _ in range(int(sys.argv[1])):
            codes[await (await asyncio.create_subprocess_exec("true")).wait()] += 1
        for each in calls:
            each.cancel()
    await server.stop(0)
    print(dict(codes))

with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    runner.run(main())
"""
WATCHED = """
import importlib, os, sys

class Finder:
    def find_spec(self, name, *_):
        if name == "grpc":
            print(os.environ.get("GRPC_ENABLE_FORK_SUPPORT"))

sys.meta_path.insert(0, Finder())
importlib.import_module(sys.argv[1])
"""


def said(program: str, word: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, word], capture_output=True, text=True, timeout=50, check=False
    )
    return done.stdout.strip() or done.stderr


def test_programs_start_while_calls_are_under_way() -> None:
    assert said(BUSY, str(PROGRAMS)) == str({0: PROGRAMS})


@pytest.mark.parametrize("module", ["agent_sdk.serving", "agent_sdk.runtime.service", "services.scaler.__main__"])
def test_grpc_is_told_before_it_looks(module: str) -> None:
    assert said(WATCHED, module) == "0"
