"""Measures the images and writes the table of docs/images.md. Nothing in it is typed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.images.build import Release
from tools.images.catalogue import Image
from tools.images.engine import Engine

BEGIN = "<!-- measured: make images-table -->"
END = "<!-- end of what is measured -->"

MEASURE = """
import json, os, platform
from importlib.metadata import distributions

def size(folder):
    return sum(e.stat(follow_symlinks=False).st_size for p, _, names in os.walk(folder)
               for e in os.scandir(p) if not e.is_dir(follow_symlinks=False))

def packages(folder):
    return sorted(d.name for d in distributions(path=[folder])) if os.path.isdir(folder) else []

ours = {name: size(f"/app/{name}") for name in ("gen", "chassis", "agent_sdk")}
system = platform.freedesktop_os_release().get("PRETTY_NAME", "an unnamed system")
print(json.dumps({
    "base": f"{system}, Python {platform.python_version()}",
    "common": size("/opt/common"), "common_packages": packages("/opt/common"),
    "own": size("/opt/own"), "own_packages": packages("/opt/own"),
    "shared_code": ours, "code": size("/app") - sum(ours.values()),
}))
"""
"""What is asked of each image, in Python and inside of it, so that it does not depend on the engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one image holds; sizes in bytes."""

    image: Image
    base: str
    """What it stands on."""
    base_size: int
    """All of it but what is ours."""
    common: int
    """Packages that all services share."""
    common_packages: tuple[str, ...]
    own: int
    """Packages that this service adds."""
    own_packages: tuple[str, ...]
    shared_code: dict[str, int]
    """Contracts, chassis, agent SDK."""
    code: int
    """The service itself."""


def measure(engine: Engine, tag: str, image: Image) -> Measured:
    """Looks into an image."""
    inside = engine.python(tag, MEASURE)
    ours = inside["common"] + inside["own"] + inside["code"] + sum(inside["shared_code"].values())
    return Measured(
        image=image,
        base=inside["base"],
        base_size=engine.inspect(tag)["Size"] - ours,
        common=inside["common"],
        common_packages=tuple(inside["common_packages"]),
        own=inside["own"],
        own_packages=tuple(inside["own_packages"]),
        shared_code=inside["shared_code"],
        code=inside["code"],
    )


def render(measured: Sequence[Measured]) -> str:
    """The table in Markdown."""
    first = measured[0]
    lines = [
        f"Sizes as the files lie there, not compressed, above a base of {_megabytes(first.base_size)} ({first.base}).",
        "",
        "| image | above the base | common packages | shared code | own packages | own code | its own packages |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for one in measured:
        cells = (above_base(one), one.common, sum(one.shared_code.values()), one.own, one.code)
        lines.append(f"| {one.image.name} | {' | '.join(map(_megabytes, cells))} | {', '.join(one.own_packages)} |")
    common = next(one for one in measured if one.common_packages)
    alone = sum(one.base_size + above_base(one) for one in measured)
    lines += [
        "",
        f"**Shared.** Each for itself, the {len(measured)} images would take {_megabytes(alone)}; as layers are held "
        f"once they take {_megabytes(together(measured))}, the base included.",
        "",
        f"**Common packages**: {', '.join(common.common_packages)}.",
    ]
    return "\n".join(lines)


def above_base(one: Measured) -> int:
    """Bytes of an image that the base does not have."""
    return one.common + one.own + one.code + sum(one.shared_code.values())


def together(measured: Sequence[Measured]) -> int:
    """Bytes of all images on one machine: base, common packages, each part of the shared code, each lock file once."""
    own_packages = {one.image.extra: one.own for one in measured}
    shared_code = {part: max(one.shared_code[part] for one in measured) for part in measured[0].shared_code}
    return (
        measured[0].base_size
        + max(one.common for one in measured)
        + sum(shared_code.values())
        + sum(own_packages.values())
        + sum(one.code for one in measured)
    )


def write_table(engine: Engine, release: Release, listed: Sequence[Image], page: Path) -> None:
    """Replaces what stands between the two marks in the page."""
    measured = [measure(engine, release.tag(image), image) for image in listed]
    text = page.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} lost its marks: {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{render(measured)}\n\n{END}{after}", "utf-8")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size else ""
