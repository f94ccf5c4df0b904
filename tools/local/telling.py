"""What the local runner says: one changing line while things start, a table when they run, a line for each mishap."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TextIO

from tools.local.child import Child, ChildState
from tools.local.options import LocalOptions
from tools.local.processes import ON_REQUEST, SERVICES
from tools.local.state import SystemState

_EXAMPLE = 'jarvis run "Create an AI-powered fitness coaching app"'


class Teller:
    """Tells a person how the processes are. `stream` may be a terminal or a file."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.elsewhere: Callable[[str], None] | None = None
        """Who tells mishaps while somebody else draws on the terminal."""
        self._stream = stream or sys.stdout
        self._is_terminal = self._stream.isatty()
        self._children: list[Child] = []
        self._starting = True
        self._stopping = False
        self._again: set[str] = set()

    def begin(self, children: list[Child]) -> None:
        """The processes that will start."""
        self._children = children
        if not self._is_terminal:
            self.say(f"Starting HeyJarvis: {len(children)} processes")
        self._draw_start()

    def report(self, child: Child, line: str) -> None:
        """A turn in the life of a process."""
        mishap = child.state in (ChildState.RESTARTING, ChildState.FAILED)
        if mishap:
            self._again.add(child.name)
        if mishap and not self._stopping:
            self._tell("!", f"{child.name} {line}. Log: {shown(child.log)}")
        elif child.state is ChildState.READY and child.name in self._again and not self._starting:
            self._again.discard(child.name)
            self._tell("✓", f"{child.name} is ready again")
        elif self._stopping and "kill" in line:
            self._say_above(f"  ! {child.name} {line}")
        self._draw_start()

    def started(self) -> None:
        """Enough is ready for what is wanted."""
        self._starting = False
        self._clear()

    def stopping(self) -> None:
        """Everything is being stopped."""
        self._starting = False
        self.elsewhere = None
        self._clear()
        self._stopping = True

    def say(self, line: str = "") -> None:
        """A line of its own."""
        self._stream.write(line + "\n")
        self._stream.flush()

    def _tell(self, mark: str, line: str) -> None:
        if self.elsewhere is not None:
            self.elsewhere(line)
        else:
            self._say_above(f"  {mark} {line}")

    def _say_above(self, line: str) -> None:
        self._clear()
        self.say(line)

    def _draw_start(self) -> None:
        if not (self._is_terminal and self._starting and self._children):
            return
        missing = [child.name for child in self._children if child.state is not ChildState.READY]
        ready = len(self._children) - len(missing)
        line = f"  Starting HeyJarvis: {ready} of {len(self._children)} ready"
        if missing:
            line += f", waiting for {', '.join(missing)}"
        width = shutil.get_terminal_size().columns
        self._stream.write("\r\x1b[2K" + (line if len(line) < width else line[: width - 2] + "…"))
        self._stream.flush()

    def _clear(self) -> None:
        if self._is_terminal:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def _other_port(name: str, address: str, options: LocalOptions) -> str:
    """Why a service is not where the guides look for it; empty when it is, or when it was told to be elsewhere."""
    usual = next((each.port for each in (*SERVICES, *ON_REQUEST) if each.name == name), None)
    moved = usual is not None and name not in options.ports and address.rpartition(":")[2] != str(usual)
    return f"its usual port {usual} is taken" if moved else ""


def addresses(state: SystemState, options: LocalOptions, began: float, failed: Collection[str] = ()) -> list[str]:
    """The table of what runs where."""
    rows = [(name, address, _other_port(name, address, options)) for name, address in state.services.items()]
    if state.a2a:
        rows.append(("a2a, HTTP", state.a2a, "for agents of other people; docs/a2a.md"))
    rows += [(name, address, "agent") for name, address in state.agents.items()]
    rows = [(name, address, "does not run" if name in failed else note) for name, address, note in rows]
    if state.model:
        rows.append(("offline model", state.model, "writes instead of Claude: ANTHROPIC_API_KEY is not set"))
    if state.redis:
        rows.append(("redis", state.redis, f"data in {shown(options.home / 'redis')}"))
    else:
        rows.append(("redis", "REDIS_URL", "the one that ran already"))
    names = max(len(name) for name, _, _ in rows)
    places = max(len(address) for _, address, _ in rows)
    lines = ["", f"  HeyJarvis runs, ready after {time.monotonic() - began:.1f} s", ""]
    lines += [f"  {name:<{names}}  {address:<{places}}  {note}".rstrip() for name, address, note in rows]
    lines += ["", f"  {_EXAMPLE}", f"  jarvis status · jarvis health · logs in {shown(options.logs)}"]
    return [*lines, "  Ctrl-C stops everything", ""]


def shown(path: Path) -> str:
    """The path as short as it can be said from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
