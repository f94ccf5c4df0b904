"""What a line means: a request, unless it clearly is a command."""

from __future__ import annotations

import pytest

from tools.jarvis.conversation.words import Meaning, Word, meaning

RUNNING = frozenset({"bakery-w1", "a7x"})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("status", Meaning(Word.STATUS, "")),
        ("  STATUS ", Meaning(Word.STATUS, "")),
        ("status page for bakers", Meaning(None, "status page for bakers")),
        ("templates", Meaning(Word.TEMPLATES, "")),
        ("exit", Meaning(Word.QUIT, "")),
        ("clear", Meaning(Word.CLEAR, "")),
        ("clear glass for bottles", Meaning(None, "clear glass for bottles")),
        ("?", Meaning(Word.HELP, "")),
        ("cancel", Meaning(Word.CANCEL, "")),
        ("cancel 2", Meaning(Word.CANCEL, "2")),
        ("cancel all", Meaning(Word.CANCEL, "all")),
        ("cancel bak", Meaning(Word.CANCEL, "bak")),
        ("cancel workflows/bakery-w1", Meaning(Word.CANCEL, "workflows/bakery-w1")),
        ("cancel culture magazine", Meaning(None, "cancel culture magazine")),
        ("cancel unknown", Meaning(None, "cancel unknown")),
        ("/cancel unknown", Meaning(Word.CANCEL, "unknown")),
        ("approve a7", Meaning(Word.APPROVE, "a7")),
        ("reject a7 bolder please", Meaning(Word.REJECT, "a7 bolder please")),
        ("reject plastic, a shop", Meaning(None, "reject plastic, a shop")),
        ("A bakery", Meaning(None, "A bakery")),
        ("/nonsense now", Meaning(None, "now", "nonsense")),
    ],
)
def test_meaning(line: str, expected: Meaning) -> None:
    assert meaning(line, RUNNING) == expected
