"""Puts a new agent in place, all of it or nothing."""

from __future__ import annotations

import os
from pathlib import Path

from tools.new_agent.changes import Changes


def write(changes: Changes, root: Path) -> None:
    """Writes every file; whatever fails half-way, a full disk or Ctrl-C, what was there before is there again.

    After a kill that leaves no time for it, the same call completes what was begun.
    """
    before = {path: (root / path).read_bytes() for path in changes.changed}
    made: list[Path] = []
    try:
        for path, text in {**changes.changed, **changes.new}.items():
            target = root / path
            made += [folder for folder in (target.parent, *target.parent.parents) if not folder.exists()]
            target.parent.mkdir(parents=True, exist_ok=True)
            if path in changes.new:
                made.insert(0, target)
            _replace(target, text.encode())
    except BaseException:
        for path, content in before.items():
            _replace(root / path, content)
        _remove(made)
        raise


def _replace(target: Path, content: bytes) -> None:
    """The whole content or the old one, never half of it."""
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.write_bytes(content)
        if target.exists():
            beside.chmod(target.stat().st_mode)
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _remove(made: list[Path]) -> None:
    """Files first, then the folders made for them, the innermost first."""
    for file in (path for path in made if not path.is_dir()):
        file.unlink(missing_ok=True)
    for folder in sorted((path for path in made if path.is_dir()), key=lambda path: -len(path.parts)):
        folder.rmdir()
