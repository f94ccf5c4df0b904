"""The lists of skaffold.yaml that name every image, written from the catalogue.

Skaffold has no loop, so each image stands there five times; `make skaffold` writes the lines between the marks, and
`make new-agent` does it for a new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.images.catalogue import Image

SKAFFOLD = "skaffold.yaml"
_LIST = re.compile(r"(?ms)^( *# begin (\w+): make skaffold\n).*?^( *# end\n)")


def write_skaffold(file: Path, known: Sequence[Image]) -> None:
    """Brings the file in line."""
    file.write_text(skaffold_text(file.read_text("utf-8"), known), "utf-8")


def skaffold_text(text: str, known: Sequence[Image]) -> str:
    """The text of skaffold.yaml with its lists written anew."""
    lists = {"artifacts": _artifacts, "values": _values, "targets": _targets}

    def written(found: re.Match[str]) -> str:
        return found[1] + "".join(f"{line}\n" for line in lists[found[2]](known)) + found[3]

    return _LIST.sub(written, text)


def _artifacts(known: Sequence[Image]) -> Iterator[str]:
    shared = {"nothing": "", "chassis": "*chassis, *contracts, ", "agent-sdk": "*chassis, *contracts, *agent-sdk, "}
    for image in known:
        told = [f"SERVICE: {image.folder}"]
        told += [f"STANDS_ON: {image.stands_on}"] if image.stands_on != "chassis" else []
        told += [f"EXTRA: {image.extra}"] if image.extra else []
        copied = f'{{src: "{image.folder}/**/*.py", dest: /app}}'
        yield f"    - image: heyjarvis/{image.name}"
        yield "      docker:"
        yield "        target: release"
        yield f"        buildArgs: {{{', '.join(told)}}}"
        yield "      sync:"
        yield f"        manual: [{shared[image.stands_on]}{copied}]"


def _values(known: Sequence[Image]) -> Iterator[str]:
    for image in known:
        for field, part in (("repository", "REPO"), ("tag", "TAG"), ("digest", "DIGEST")):
            said = f"IMAGE_{part}_heyjarvis_{image.name.replace('-', '_')}"
            yield f'          {_values_key(image)}.image.{field}: "{{{{.{said}}}}}"'


def _values_key(image: Image) -> str:
    """Where the chart's values speak of what runs in the image."""
    folder = Path(image.folder)
    return {"services/agents": f"agents.{folder.name}", "services": f"services.{folder.name}"}.get(
        folder.parent.as_posix(), "model.offline"
    )


def _targets(known: Sequence[Image]) -> Iterator[str]:
    for place, _ in enumerate(known):
        yield f"      - {{op: replace, path: /build/artifacts/{place}/docker/target, value: dev}}"
