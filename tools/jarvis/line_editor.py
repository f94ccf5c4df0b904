"""What a person types, as a pure machine: bytes in, lines and signs out. It draws nothing and reads nothing.

Knows the keys everyone expects: arrows, Home, End, Backspace, Delete, Ctrl-A/E/U/K/W, history with up and down,
pasted text (a pasted line break becomes a space), UTF-8 in pieces.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from enum import Enum

from rich.cells import cell_len

_ESCAPE = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[@-~]|[^\[O])")
_PASTE_BEGIN, _PASTE_END = b"\x1b[200~", b"\x1b[201~"
_MOST_HISTORY = 200
_MOST_TEXT = 20_000


class Sign(Enum):
    """Something typed that is no line."""

    INTERRUPT = "Ctrl-C"
    END = "Ctrl-D"


@dataclass
class LineEditor:
    """One line that is being typed."""

    text: list[str] = field(default_factory=list)
    cursor: int = 0
    history: list[str] = field(default_factory=list)
    _place: int | None = None
    _draft: str = ""
    _pending: bytes = b""
    _pasting: bool = False
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def feed(self, data: bytes) -> list[str | Sign]:
        """The lines and signs that these bytes complete."""
        out: list[str | Sign] = []
        data = self._pending + data
        self._pending = b""
        at = 0
        while at < len(data):
            byte = data[at : at + 1]
            if byte == b"\x1b":
                match = _ESCAPE.match(data, at)
                if match is None:  # the rest of the sequence is on its way
                    self._pending = data[at:][:32]
                    break
                self._escape(match.group())
                at = match.end()
                continue
            at += 1
            if byte[0] < 0x20 or byte[0] == 0x7F:
                done = self._control(byte[0])
                if done is not None:
                    out.append(done)
            else:
                self._insert(self._decoder.decode(byte))
        return out

    def window(self, width: int) -> tuple[str, int]:
        """The part of the line that fits into `width` cells around the cursor, and the cursor's cell within it."""
        width = max(1, width)
        start = 0
        while start < self.cursor and cell_len("".join(self.text[start : self.cursor])) >= width:
            start += 1
        end = self.cursor
        while end < len(self.text) and cell_len("".join(self.text[start : end + 1])) < width:
            end += 1
        return "".join(self.text[start:end]), cell_len("".join(self.text[start : self.cursor]))

    def clear(self) -> None:
        """Forgets what was typed."""
        self.text, self.cursor, self._place = [], 0, None

    def _insert(self, characters: str) -> None:
        for character in characters[: max(0, _MOST_TEXT - len(self.text))]:
            self.text.insert(self.cursor, character)
            self.cursor += 1

    def _control(self, byte: int) -> str | Sign | None:
        if self._pasting:
            if byte in (0x09, 0x0A, 0x0D):
                self._insert(" ")
            return None
        match byte:
            case 0x0A | 0x0D:
                return self._finish()
            case 0x03:
                return Sign.INTERRUPT
            case 0x04:
                if not self.text:
                    return Sign.END
                self._delete(self.cursor, self.cursor + 1)
            case 0x01:
                self.cursor = 0
            case 0x05:
                self.cursor = len(self.text)
            case 0x08 | 0x7F:
                self._delete(self.cursor - 1, self.cursor)
            case 0x09:
                self._insert(" ")
            case 0x0B:
                self._delete(self.cursor, len(self.text))
            case 0x15:
                self._delete(0, self.cursor)
            case 0x17:
                self._delete(self._word_before(), self.cursor)
        return None

    def _finish(self) -> str:
        line = "".join(self.text)
        if line.strip() and self.history[-1:] != [line]:
            self.history.append(line)
            del self.history[:-_MOST_HISTORY]
        self.clear()
        return line

    def _escape(self, sequence: bytes) -> None:
        if sequence == _PASTE_BEGIN:
            self._pasting = True
        elif sequence == _PASTE_END:
            self._pasting = False
        elif sequence in (b"\x1b[D", b"\x1bOD"):
            self.cursor = max(0, self.cursor - 1)
        elif sequence in (b"\x1b[C", b"\x1bOC"):
            self.cursor = min(len(self.text), self.cursor + 1)
        elif sequence in (b"\x1b[H", b"\x1bOH", b"\x1b[1~"):
            self.cursor = 0
        elif sequence in (b"\x1b[F", b"\x1bOF", b"\x1b[4~"):
            self.cursor = len(self.text)
        elif sequence == b"\x1b[3~":
            self._delete(self.cursor, self.cursor + 1)
        elif sequence in (b"\x1b[A", b"\x1bOA"):
            self._turn_history(-1)
        elif sequence in (b"\x1b[B", b"\x1bOB"):
            self._turn_history(1)

    def _turn_history(self, step: int) -> None:
        if self._place is None:
            self._place, self._draft = len(self.history), "".join(self.text)
        self._place = min(max(0, self._place + step), len(self.history))
        line = self._draft if self._place == len(self.history) else self.history[self._place]
        self.text, self.cursor = list(line), len(line)

    def _delete(self, start: int, end: int) -> None:
        start = max(0, start)
        del self.text[start:end]
        if self.cursor > start:
            self.cursor = max(start, self.cursor - (end - start))

    def _word_before(self) -> int:
        at = self.cursor
        while at and self.text[at - 1].isspace():
            at -= 1
        while at and not self.text[at - 1].isspace():
            at -= 1
        return at
