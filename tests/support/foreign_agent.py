"""An agent without the SDK: tests/support/go_agent, its stubs made from proto/, built and run as a process."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).resolve().parent / "go_agent"
MODULE = "heyjarvis/tests/support/go_agent"
PROTOS = tuple(f"heyjarvis/agents/v1/{name}.proto" for name in ("agent_service", "artifact", "usage"))
VENDORED = "buf/validate/validate.proto"
BUILD_LIMIT = 15 * 60
STOP_LIMIT = 30.0


def build() -> Path:
    """The program. Its first build takes a minute or two; Go's own cache makes the next ones quick."""
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        raise RuntimeError(
            "The agent without the SDK is written in Go, and there is no `go` on PATH: go.dev/doc/install"
        )
    folder = Path(tempfile.gettempdir()) / f"heyjarvis-go-agent-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with _alone(folder / "lock"):
        _run(go, "build", "-o", f"{folder}/", *_plugins())
        _make_stubs(folder)
        _run(go, "build", "-o", f"{folder}/agent", ".")
    return folder / "agent"


def _plugins() -> tuple[str, str]:
    return "google.golang.org/protobuf/cmd/protoc-gen-go", "google.golang.org/grpc/cmd/protoc-gen-go-grpc"


def _make_stubs(plugins: Path) -> None:
    """What any author does: protoc over the contract. Our protos name no Go package, so the command does."""
    packages = {VENDORED: f"{MODULE}/gen/buf/validate", **dict.fromkeys(PROTOS, f"{MODULE}/gen/heyjarvis/agents/v1")}
    options = [
        f"--{plugin}_opt={option}"
        for plugin in ("go", "go-grpc")
        for option in (f"module={MODULE}", *(f"M{proto}={package}" for proto, package in packages.items()))
    ]
    outputs = [f"--go_out={SOURCE}", f"--go-grpc_out={SOURCE}"]
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{ROOT / 'proto'}", *options, *outputs, *PROTOS, VENDORED]
    path = os.pathsep.join([str(plugins), os.environ.get("PATH", os.defpath)])
    _checked(command, {**os.environ, "PATH": path}, ROOT)


def _run(*command: str) -> None:
    environment = {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOFLAGS": "-mod=readonly",
    }
    _checked([*command[:2], "-buildvcs=false", *command[2:]], environment, SOURCE)


def _checked(command: list[str], environment: dict[str, str], folder: Path) -> None:
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=BUILD_LIMIT, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed:\n{done.stderr[-4000:]}")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One build at a time."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@asynccontextmanager
async def foreign_agent(redis_url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A running one. Building it is the caller's: `await asyncio.to_thread(build)`."""
    program = await asyncio.to_thread(build)
    process = await asyncio.create_subprocess_exec(program, env={"REDIS_URL": redis_url})
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            async with asyncio.timeout(STOP_LIMIT):
                await process.wait()
