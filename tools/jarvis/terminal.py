"""The keyboard and the prompt line: asks for a line while other lines come in above it.

    with Keyboard() as keyboard:
        answer = await keyboard.ask("jarvis › ")       # raises Interrupt, EndOfInput
        keyboard.above(lambda: console.print("..."))   # at any time, also while it asks

Everything happens on the event loop: no thread is left hanging in `input()`. Without a terminal, lines are read
from standard input as they come, and the prompt is not shown.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import termios
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from rich.cells import cell_len

from tools.jarvis.line_editor import LineEditor, Sign

_READ_BYTES = 4096
_FILE_BYTES = 1024 * 1024
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PASTE_ON, _PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"


class Interrupt(Exception):
    """Ctrl-C at the prompt."""


class EndOfInput(Exception):
    """Ctrl-D at the prompt, or the end of a pipe."""


class Keyboard:
    """Reads lines from standard input. A context manager: the terminal is as it was afterwards."""

    def __init__(self, *, signals: bool = True, history: list[str] | None = None) -> None:
        """
        signals: whether Ctrl-C stays a signal; otherwise `ask` raises Interrupt.
        history: earlier lines, for the arrow keys.
        """
        self.is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        self._signals = signals
        self._file = sys.stdin.fileno()
        self._editor = LineEditor(history=history if history is not None else [])
        self._typed: deque[str | Sign] = deque()
        self._arrived = asyncio.Event()
        self._prompt: str | None = None
        self._before: list[Any] | None = None
        self._rest = b""

    def __enter__(self) -> Self:
        if self.is_terminal:
            self._before = termios.tcgetattr(self._file)
            changed = termios.tcgetattr(self._file)
            changed[3] &= ~(termios.ICANON | termios.ECHO)
            if not self._signals:
                changed[3] &= ~termios.ISIG
            termios.tcsetattr(self._file, termios.TCSADRAIN, changed)
            self._write(_PASTE_ON)
        try:
            asyncio.get_running_loop().add_reader(self._file, self._readable)
        except PermissionError:  # a file or /dev/null: always readable, so it cannot be waited for
            self._piped(os.read(self._file, _FILE_BYTES))
            self._piped(b"")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._file)
        if self._before is not None:
            self._write(_PASTE_OFF)
            termios.tcsetattr(self._file, termios.TCSADRAIN, self._before)

    async def ask(self, prompt: str) -> str:
        """The next line. Raises Interrupt and EndOfInput."""
        self._prompt = prompt
        self._draw()
        try:
            while not self._typed:
                self._arrived.clear()
                await self._arrived.wait()
        except asyncio.CancelledError:
            self._erase()
            self._editor.clear()
            raise
        finally:
            self._prompt = None
        typed = self._typed.popleft()
        if typed is Sign.INTERRUPT:
            raise Interrupt
        if isinstance(typed, Sign):
            self._typed.append(typed)  # the end stays the end
            raise EndOfInput
        return typed

    def above(self, write: Callable[[], None]) -> None:
        """Lets `write` print lines; the prompt and what was typed so far stand below them again."""
        self._erase()
        write()
        self._draw()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """While entered, another program has the terminal, such as an editor."""
        self.__exit__(None, None, None)
        try:
            yield
        finally:
            self.__enter__()

    def change_prompt(self, prompt: str) -> None:
        """Replaces the prompt of the question that is being asked, if one is."""
        if self._prompt is not None and self._prompt != prompt:
            self._prompt = prompt
            self._draw()

    def _readable(self) -> None:
        data = os.read(self._file, _READ_BYTES)
        if not self.is_terminal:
            self._piped(data)
        elif not data:
            self._typed.append(Sign.END)
        else:
            for typed in self._editor.feed(data):
                if isinstance(typed, str) and self._prompt is not None:
                    self._write(f"\r\x1b[2K{self._prompt}{typed}\n")
                self._typed.append(typed)
            if not self._typed:
                self._draw()
        self._arrived.set()

    def _piped(self, data: bytes) -> None:
        if not data:
            asyncio.get_running_loop().remove_reader(self._file)
            if self._rest:
                self._typed.append(self._rest.decode("utf-8", "replace"))
            self._typed.append(Sign.END)
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._typed.extend(line.decode("utf-8", "replace") for line in lines)

    def _draw(self) -> None:
        if self._prompt is None or not self.is_terminal:
            return
        width = shutil.get_terminal_size().columns - cell_len(_COLOUR.sub("", self._prompt)) - 1
        shown, cursor = self._editor.window(width)
        back = cell_len(shown) - cursor
        self._write(f"\r\x1b[2K{self._prompt}{shown}" + (f"\x1b[{back}D" if back else ""))

    def _erase(self) -> None:
        if self._prompt is not None and self.is_terminal:
            self._write("\r\x1b[2K")

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


@contextmanager
def quiet_keyboard() -> Iterator[None]:
    """While a picture is drawn over and over, keys that are pressed leave no marks in it. Ctrl-C stays a signal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield
        return
    before = termios.tcgetattr(sys.stdin.fileno())
    changed = termios.tcgetattr(sys.stdin.fileno())
    changed[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, changed)
    try:
        yield
    finally:
        # What was typed meanwhile was not meant for the shell.
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSAFLUSH, before)
