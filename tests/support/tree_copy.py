"""A copy of this repository, for tests that change it: `tree = copied_tree(tmp_path)`; `tree.run("make", "lint")`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.images.catalogue import ROOT

_LEFT_OUT = {"__pycache__", "out", "node_modules", "build", "dist"}


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree with the environment of this one."""

    root: Path

    @property
    def path(self) -> str:
        """The PYTHONPATH that finds the copy's packages before those of this tree."""
        return f"{self.root}{os.pathsep}{self.root / 'gen'}"

    def run(self, *words: str, timeout: float = 480, **environment: str) -> str:
        """What a command says; AssertionError with all of it when it fails."""
        done = subprocess.run(
            words,
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": self.path, "PYTHONDONTWRITEBYTECODE": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}"
        return done.stdout

    def files(self) -> dict[str, bytes]:
        """Every file with its content."""
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in _files(self.root)}


def copied_tree(folder: Path) -> Tree:
    """Everything but caches and what was built; the environment is this one's."""
    for source in _files(ROOT):
        target = folder / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    if (ROOT / ".venv").exists():
        (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    return Tree(folder)


def _files(root: Path) -> Iterator[Path]:
    """Files of the tree; of what is hidden only the files at its top, for they configure the checkers."""
    for at, folders, names in os.walk(root):
        here = Path(at)
        folders[:] = [name for name in folders if name not in _LEFT_OUT and not name.startswith(".")]
        yield from (here / name for name in names if here == root or not name.startswith("."))
