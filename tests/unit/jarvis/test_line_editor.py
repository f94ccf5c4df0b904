"""Typing: keys, history, paste and UTF-8 in pieces."""

from __future__ import annotations

import pytest

from tools.jarvis.line_editor import LineEditor, Sign

LEFT, RIGHT, UP, DOWN, HOME, END, DELETE = b"\x1b[D", b"\x1b[C", b"\x1b[A", b"\x1b[B", b"\x1b[H", b"\x1b[F", b"\x1b[3~"


def typed(*pieces: bytes) -> str:
    editor = LineEditor()
    for piece in pieces:
        assert editor.feed(piece) == []
    return "".join(editor.text)


@pytest.mark.parametrize(
    ("pieces", "line"),
    [
        ([b"bakery"], "bakery"),
        ([b"bakry", LEFT, LEFT, b"e"], "bakery"),
        ([b"akery", HOME, b"b"], "bakery"),
        ([b"bakery", HOME, END, b"!"], "bakery!"),
        ([b"bakeryx\x7f"], "bakery"),
        ([b"xbakery", HOME, DELETE], "bakery"),
        ([b"a bakery\x17shop"], "a shop"),
        ([b"nonsense\x15bakery"], "bakery"),
        ([b"bakery for dogs", HOME, RIGHT, RIGHT, b"\x0b"], "ba"),
        (["caf\u00e9".encode()[:4], "caf\u00e9".encode()[4:]], "caf\u00e9"),
        ([b"\x1b[200~two\nlines\x03\x1b[201~ end"], "two lines end"),
        ([b"a\x1b", b"[Db"], "ba"),
        ([b"a\x1b[99~b\x1b[1;5Cc"], "abc"),
        ([b"\x7f\x1b[D\x1b[3~ok"], "ok"),
    ],
)
def test_keys(pieces: list[bytes], line: str) -> None:
    assert typed(*pieces) == line


def test_enter_gives_lines_and_signs_in_order() -> None:
    editor = LineEditor()
    assert editor.feed(b"one\rtwo\nthr\x03") == ["one", "two", Sign.INTERRUPT]
    editor.clear()
    assert editor.feed(b"\x04") == [Sign.END]


def test_ctrl_d_in_a_line_deletes_instead_of_ending() -> None:
    editor = LineEditor()
    assert editor.feed(b"ab\x1b[H\x04") == []
    assert editor.text == ["b"]


def test_history_goes_back_and_forth_and_keeps_the_draft() -> None:
    editor = LineEditor()
    editor.feed(b"one\rtwo\rtwo\rdraft")
    assert editor.history == ["one", "two"]
    editor.feed(UP + UP + UP)
    assert "".join(editor.text) == "one"
    editor.feed(DOWN + DOWN + DOWN)
    assert "".join(editor.text) == "draft"


def test_a_long_line_is_shown_around_the_cursor() -> None:
    editor = LineEditor()
    editor.feed(b"0123456789")
    assert editor.window(20) == ("0123456789", 10)
    shown, cursor = editor.window(5)
    assert shown == "6789"
    assert cursor == 4
    editor.feed(HOME)
    assert editor.window(5) == ("0123", 0)


def test_wide_characters_take_two_cells() -> None:
    editor = LineEditor()
    editor.feed("日本語".encode())
    assert editor.window(10) == ("日本語", 6)
    assert editor.window(5) == ("本語", 4)


def test_a_flood_is_bounded() -> None:
    editor = LineEditor()
    editor.feed(b"x" * 30_000)
    assert len(editor.text) == 20_000
