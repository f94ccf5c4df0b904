"""The person's own editor: what it is given, what comes back, and that nothing typed is lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from chassis.errors import InvalidArgument
from tools.jarvis.editing import in_editor


def editor(tmp_path: Path, code: str) -> str:
    """An editor that does what the code says with `path`."""
    program = tmp_path / "editor.py"
    program.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n{code}\n", "utf-8")
    return f"{sys.executable} {program}"


def test_what_was_typed_comes_back_and_stays_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor(tmp_path, "path.write_bytes(path.read_bytes() + b'!')"))
    path, edited = in_editor(b"before")
    assert edited == path.read_bytes() == b"before!"
    path.unlink()


@pytest.mark.parametrize(("code", "why"), [("", "nothing was changed"), ("sys.exit(3)", "ended with 3")])
def test_nothing_is_decided_without_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, why: str
) -> None:
    monkeypatch.setenv("VISUAL", editor(tmp_path, code))
    with pytest.raises(InvalidArgument, match=why):
        in_editor(b"before")


def test_an_editor_has_to_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    with pytest.raises(InvalidArgument, match="EDITOR"):
        in_editor(b"before")
