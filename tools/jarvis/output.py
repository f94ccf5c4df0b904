"""Where a command writes: to people in words, to programs as JSON.

JSON is protobuf's own mapping: camelCase names, enums by name, 64-bit numbers as text. With
`--json` standard output holds JSON alone; everything said to people goes to standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.console import Console, RenderableType


class _Console(Console):
    """A console whose reader may leave, as `head` does: that ends the program, and is no exit code of its own."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """The two ways out."""

    json: bool = False
    """Whether a program reads standard output."""
    console: Console = field(default_factory=lambda: _Console(highlight=False, markup=False))
    """Standard output, for people."""
    errors: Console = field(default_factory=lambda: _Console(stderr=True, highlight=False, markup=False))
    """Standard error."""

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked."""
        return not self.json and sys.stdin.isatty() and self.console.is_terminal

    @property
    def lively(self) -> bool:
        """Whether a picture can be drawn over."""
        return not self.json and self.console.is_terminal

    def say(self, line: RenderableType = "", *, style: str = "", soft: bool = True) -> None:
        """Something for people. Text is taken as it is: brackets in it are no markup."""
        console = self.errors if self.json else self.console
        console.print(line, style=style, markup=False, soft_wrap=soft and isinstance(line, str))

    def show(self, drawing: RenderableType) -> None:
        """A drawing for people; nothing with `--json`."""
        if not self.json:
            self.console.print(drawing, markup=False)

    def emit(self, message: Message | Mapping[str, Any], *, compact: bool = False) -> None:
        """An answer for programs; nothing without `--json`."""
        if not self.json:
            return
        value = as_dict(message) if isinstance(message, Message) else message
        text = json.dumps(value, ensure_ascii=False, indent=None if compact else 2)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def as_dict(message: Message) -> dict[str, Any]:
    """The message in protobuf's JSON mapping, fields without a value included."""
    return MessageToDict(message, always_print_fields_with_no_presence=True)
