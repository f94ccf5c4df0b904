"""Builds the images, one after the other: the first makes the layers that all share, the others take seconds."""

from __future__ import annotations

import os
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tools.images.catalogue import Image
from tools.images.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What all images of one build have in common."""

    prefix: str = "heyjarvis/"
    """Put before each name: registry and folder, with the slash."""
    version: str
    """The tag, and a label."""
    python_image: str = ""
    """What the images stand on; empty for the Dockerfile's own choice."""
    revision: str = ""
    """Commit the images are made of."""
    created: str = ""
    """RFC 3339; the time of the commit, not of the build, so that the same sources say the same."""
    source: str = ""
    """URL of the repository."""

    def tag(self, image: Image) -> str:
        """Full name of an image."""
        return f"{self.prefix}{image.name}:{self.version}"

    def arguments(self, image: Image) -> dict[str, str]:
        """Everything the Dockerfile is told."""
        told = {
            **image.build_arguments,
            "TITLE": f"HeyJarvis {image.name}",
            "VERSION": self.version,
            "REVISION": self.revision,
            "CREATED": self.created,
            "SOURCE": self.source,
        }
        return {**told, "PYTHON_IMAGE": self.python_image} if self.python_image else told


def release_of(root: Path, *, prefix: str, version: str, python_image: str, source: str) -> Release:
    """Fills in what the sources know: the version of pyproject.toml, the commit and its time."""
    with (root / "pyproject.toml").open("rb") as file:
        own_version = tomllib.load(file)["project"]["version"]
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or _git(root, "log", "-1", "--format=%ct")
    changed = "-modified" if _git(root, "status", "--porcelain") else ""
    revision = _git(root, "rev-parse", "HEAD")
    return Release(
        prefix=prefix,
        version=version or own_version,
        python_image=python_image,
        revision=f"{revision}{changed}" if revision else "",
        created=datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if epoch.isdigit() else "",
        source=source,
    )


def build(
    engine: Engine, root: Path, release: Release, chosen: Sequence[Image], *, dev: bool, tell: Callable[[str], None]
) -> Iterator[str]:
    """Builds each image and yields its name. With `dev`, the variant that restarts when files change."""
    for image in chosen:
        tag = f"{release.tag(image)}{'-dev' if dev else ''}"
        began = time.monotonic()
        engine.build(root, tag=tag, target="dev" if dev else "service", arguments=release.arguments(image))
        tell(f"  {tag}  {time.monotonic() - began:.1f} s")
        yield tag


def _git(root: Path, *words: str) -> str:
    """What git says, or nothing where there is no repository, as in an unpacked archive."""
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
