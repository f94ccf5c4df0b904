"""Logs of the child processes: one file each, the one before it kept, never larger than agreed.

A child writes to its file directly, so it neither waits for the supervisor nor loses its last
words with it. The file is opened for appending; when it grows past the limit its content is copied
aside and the file emptied, and the child goes on writing at the new end.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_LAST_WORDS_BYTES = 8192


def open_log(folder: Path, name: str) -> int:
    """A file descriptor to append to, after the log of the run before was moved aside."""
    folder.mkdir(parents=True, exist_ok=True)
    path = log_path(folder, name)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)


def log_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.log"


def start_afresh(folder: Path, name: str) -> None:
    """Moves the log of an earlier run aside."""
    path = log_path(folder, name)
    if path.exists() and path.stat().st_size:
        path.replace(_older(path))


def bound(folder: Path, name: str, limit: int) -> None:
    """Moves the content aside when there is too much of it."""
    path = log_path(folder, name)
    try:
        if path.stat().st_size <= limit:
            return
    except FileNotFoundError:
        return
    shutil.copyfile(path, _older(path))
    with path.open("r+b") as log:
        log.truncate(0)


def last_words(folder: Path, name: str, lines: int = 5) -> list[str]:
    """The last lines that say something, for an error message."""
    try:
        with log_path(folder, name).open("rb") as log:
            end = log.seek(0, 2)
            log.seek(max(0, end - _LAST_WORDS_BYTES))
            text = log.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-lines:]


def _older(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")
