"""Builds programs from their Go modules, one module at a time, whole or not at all.

A lock beside the cache lets one process build a module while others wait for it. Everything is built into a draft
folder that gets its final name when the last program is there, so a program in the cache is a whole one, whatever
happened while it was built.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.gotools.catalogue import MODULES, TOOLS, Tool, ToolError, cache, of_module

_BUILD_LIMIT_SECONDS = 40 * 60
_LOCK_LIMIT_SECONDS = 2 * _BUILD_LIMIT_SECONDS
_LOCK_POLL_SECONDS = 0.5


def find(name: str) -> Path:
    """The path of a program that was built. Raises ToolError when it is not there yet."""
    path = _tool(name).path
    if not path.is_file():
        raise ToolError(f"{name} is not built yet: run `make tools TOOLS={name}` once.")
    return path


def build(name: str) -> Path:
    """The path of a program, built when it is not there. Raises ToolError when that cannot be done."""
    tool = _tool(name)
    if tool.path.is_file():
        return tool.path
    with _alone(tool.module):
        if not tool.path.is_file():  # somebody else built it while we waited
            _build_module(tool)
    return tool.path


def _tool(name: str) -> Tool:
    if name not in TOOLS:
        raise ToolError(f"No tool is called {name!r}. There are: {', '.join(TOOLS)}.")
    return TOOLS[name]


def _build_module(wanted: Tool) -> None:
    go = shutil.which("go")
    if go is None:
        raise ToolError(
            f"{wanted.name} {wanted.version} is built from its Go module, and there is no `go` on PATH. "
            f"Install Go {_go_version(wanted.module)} or newer: https://go.dev/doc/install"
        )
    tools = of_module(wanted.module)
    names = ", ".join(f"{tool.name} {tool.version}" for tool in tools)
    _tell(f"Building {names}: once, about {wanted.minutes:g} minutes on two cores; kept in {wanted.path.parent}")
    started = time.monotonic()
    final = wanted.path.parent.parent
    with _draft(final) as draft:
        for tool in tools:
            _run_go(go, tool, draft / "bin" / tool.name)
        if final.exists():  # without this program: not one of our making
            shutil.rmtree(final)
        draft.rename(final)
    _tell(f"Built {names} in {time.monotonic() - started:.0f} s")


@contextmanager
def _draft(final: Path) -> Iterator[Path]:
    """A folder beside the final one; whatever is left of it at the end is removed."""
    with tempfile.TemporaryDirectory(prefix=f".{final.name}-", dir=final.parent) as folder:
        draft = Path(folder) / "draft"
        (draft / "bin").mkdir(parents=True)
        yield draft


def _run_go(go: str, tool: Tool, target: Path) -> None:
    command = [go, "build", "-mod=readonly", "-trimpath", "-buildvcs=false", f"-ldflags={tool.link_flags}"]
    command += ["-o", str(target), tool.package]
    # Somebody works on this machine meanwhile. Without cgo no C compiler is needed, and with the toolchain that is
    # here nothing is downloaded but modules.
    if nice := shutil.which("nice"):
        command = [nice, "-n", "10", *command]
    environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    process = subprocess.Popen(
        command,
        cwd=MODULES / tool.module,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        process_group=0,
    )
    try:
        code = process.wait(_BUILD_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        raise ToolError(f"Building {tool.name} took longer than {_BUILD_LIMIT_SECONDS // 60} minutes.") from None
    finally:
        # The compilers that go started end with it, also after Ctrl-C.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if code != 0:
        raise ToolError(
            f"Building {tool.name} {tool.version} failed; the reason stands above. It needs Go "
            f"{_go_version(tool.module)} or newer and a way to the Go modules (GOPROXY)."
        )


def _go_version(module: str) -> str:
    lines = (MODULES / module / "go.mod").read_text("utf-8").splitlines()
    return next((line.split()[1] for line in lines if line.startswith("go ")), "1.26")


@contextmanager
def _alone(module: str) -> Iterator[None]:
    """Keeps other processes from building the same module meanwhile."""
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / f"{module}.lock").open("w") as lock:
        limit = time.monotonic() + _LOCK_LIMIT_SECONDS
        told = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > limit:
                    raise ToolError(f"Another process has been building {module} for too long; end it first.") from None
            if not told:
                _tell(f"Waiting for another process that builds {module}")
                told = True
            time.sleep(_LOCK_POLL_SECONDS)
        yield  # closing the file lets go of the lock


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
