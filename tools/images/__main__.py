"""Container images of all services.

python -m tools.images build [NAME ...]     build them, or those named; --dev for the development variant
python -m tools.images table                measure them and write the table of docs/images.md
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.images.build import build, release_of
from tools.images.catalogue import ROOT, Image, images
from tools.images.engine import Engine, EngineError
from tools.images.skaffold import SKAFFOLD, write_skaffold
from tools.images.table import write_table

PAGE = Path("docs/images.md")


def main(words: Sequence[str] | None = None) -> int:
    """The exit code."""
    chosen = _parser().parse_args(words)
    engine = Engine(chosen.engine)
    release = release_of(
        ROOT,
        prefix=chosen.prefix,
        version=chosen.version,
        python_image=chosen.python_image,
        source=chosen.source,
    )
    if chosen.command == "skaffold":
        write_skaffold(ROOT / SKAFFOLD, images())
        return 0
    try:
        engine.check()
        if chosen.command == "build":
            wanted = _named(chosen.names, images())
            for _ in build(engine, ROOT, release, wanted, dev=chosen.dev, tell=lambda line: print(line, flush=True)):
                pass
        else:
            write_table(engine, release, images(), ROOT / PAGE)
            print(f"Wrote the table of {PAGE}")
    except EngineError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


def _named(names: Sequence[str], known: Sequence[Image]) -> list[Image]:
    unknown = sorted(set(names) - {image.name for image in known})
    if unknown:
        raise EngineError(
            f"There is no image {', '.join(unknown)}. There are: {', '.join(image.name for image in known)}."
        )
    return [image for image in known if not names or image.name in names]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.images", description="Container images of all services.")
    # From the environment, so that `make images VERSION=1.2` needs no quoting.
    told = os.environ.get
    parser.add_argument("--engine", default=told("ENGINE") or "docker", help="docker or podman")
    parser.add_argument("--prefix", default=told("PREFIX", "heyjarvis/"), help="registry and folder, with the slash")
    parser.add_argument("--version", default=told("VERSION", ""), help="tag; pyproject.toml's version when empty")
    parser.add_argument("--python-image", default=told("PYTHON_IMAGE", ""), help="what the images stand on")
    parser.add_argument("--source", default=told("SOURCE", ""), help="URL of the repository, for a label")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    building = commands.add_parser("build", help="build images")
    building.add_argument("names", nargs="*", metavar="NAME", help="all when none is named")
    building.add_argument("--dev", action="store_true", help="the variant that restarts when files change")
    commands.add_parser("skaffold", help="write the lists of images in skaffold.yaml; needs no engine")
    commands.add_parser("table", help="measure the images and write the table of docs/images.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
