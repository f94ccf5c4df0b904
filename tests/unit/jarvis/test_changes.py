"""What is told of an edited result: each place that differs, in bounds, and nothing that moves the cursor."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console

from tools.jarvis.changes import SHOWN, changes

BEFORE = {"name": "Levedo", "names": [{"tagline": "Bread first", "risk": None}], "price": 4.0, "notes": []}


def told(after: Any, before: Any = BEFORE) -> list[str]:
    return told_of(json.dumps(before).encode(), json.dumps(after).encode())


def told_of(before: bytes, after: bytes) -> list[str]:
    console = Console(width=300, force_terminal=False)
    with console.capture() as captured:
        console.print(changes(before, after))
    return [line.strip() for line in captured.get().splitlines() if line.strip()]


def test_each_place_that_differs_is_told() -> None:
    after = {"name": "Levedo", "names": [{"tagline": "Bread, first", "risk": "a"}], "price": 4.5, "new": True}
    assert told(after) == [
        'names[0].tagline  "Bread first" → "Bread, first"',
        'names[0].risk  null → "a"',
        "price  4.0 → 4.5",
        "notes  [] → gone",
        "new  new → true",
    ]


def test_without_a_difference_that_is_said() -> None:
    assert told(BEFORE) == ["Nothing is different."]


def test_many_places_are_counted_and_long_values_cut() -> None:
    lines = told({"text": "y" * 1000, **{str(n): n for n in range(40)}}, before={"text": "x" * 1000})
    assert len(lines) == SHOWN + 1
    assert max(map(len, lines)) < 250
    assert lines[-1] == f"… and {41 - SHOWN} more"


def test_what_would_move_the_cursor_is_left_out() -> None:
    (line,) = told({"a\x1b[2J": "b\x1b[2J\nc"}, before={"a\x1b[2J": "b"})
    assert "\x1b" not in line


def test_what_is_no_json_has_no_places() -> None:
    assert told_of(b"{", b"{}") == []
