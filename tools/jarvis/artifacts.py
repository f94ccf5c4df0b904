"""What a workflow made: listed, read, written to disk.

On disk `dossier.html` and `dossier.md` lie on top, everything else in a folder for each task. Names come from a
server, so only names that cannot leave the folder are used as they are. Each file is written beside its place,
checked against its hash, and moved in one step: there is never half a file.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from heyjarvis.agents.v1 import artifact_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from chassis.errors import HeyJarvisError, Internal
from tools.jarvis.client import Client

ON_TOP = ("dossier.html", "dossier.md")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,126}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_PAGES = 50
_PAGE_SIZE = 200
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Saved:
    """An artifact on disk."""

    artifact: artifact_pb2.Artifact
    path: Path


async def list_artifacts(client: Client, parent: str) -> list[artifact_pb2.Artifact]:
    """Everything a workflow or a task made."""
    door = client.orchestrator
    found: list[artifact_pb2.Artifact] = []
    token = ""
    for _ in range(_PAGES):
        request = pb.ListArtifactsRequest(parent=parent, page_size=_PAGE_SIZE, page_token=token)
        page = await door.ask(door.stub.ListArtifacts, request, repeatable=True)
        found += page.artifacts
        token = page.next_page_token
        if not token:
            break
    return found


async def read_artifact(client: Client, name: str, most: int) -> tuple[bytes, bool]:
    """The first `most` bytes, and whether that is everything."""
    door = client.orchestrator
    content = bytearray()
    async for piece in door.stream(door.stub.GetArtifact, pb.GetArtifactRequest(name=name)):
        content += piece.chunk
        if len(content) > most:
            return bytes(content[:most]), False
    return bytes(content), True


async def save_artifacts(client: Client, artifacts: Sequence[artifact_pb2.Artifact], folder: Path) -> list[Saved]:
    """Writes them all into `folder`; the order stays. Raises a HeyJarvisError or OSError."""
    paths = places(artifacts)
    room = asyncio.Semaphore(_AT_ONCE)

    async def save(artifact: artifact_pb2.Artifact) -> Saved:
        async with room:
            path = folder / paths[artifact.name]
            await _save(client, artifact, path)
            return Saved(artifact, path)

    return list(await asyncio.gather(*map(save, artifacts)))


def places(artifacts: Sequence[artifact_pb2.Artifact]) -> dict[str, Path]:
    """Where each artifact goes within the folder, by its name; no two go to the same place."""
    found: dict[str, Path] = {}
    taken: set[Path] = set()
    for artifact in artifacts:
        task, file = _task_of(artifact.name), artifact.name.rpartition("/")[2]
        wanted = Path(file) if file in ON_TOP and Path(file) not in taken else Path(safe(task)) / safe(file)
        place, number = wanted, 2
        while place in taken:
            place, number = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}"), number + 1
        taken.add(place)
        found[artifact.name] = place
    return found


def safe(name: str) -> str:
    """A file name that stays in its folder."""
    if _SAFE.fullmatch(name):
        return name
    return _UNSAFE.sub("_", name).lstrip("._-")[:127] or "unnamed"


def _task_of(name: str) -> str:
    parts = name.split("/")
    return parts[3] if len(parts) == 6 else ""


async def _save(client: Client, artifact: artifact_pb2.Artifact, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    digest, size = hashlib.sha256(), 0
    door = client.orchestrator
    try:
        with draft.open("wb") as file:
            async for piece in door.stream(door.stub.GetArtifact, pb.GetArtifactRequest(name=artifact.name)):
                size += len(piece.chunk)
                if size > artifact.size_bytes:
                    raise _broken(artifact, f"it is longer than the {artifact.size_bytes} bytes it should have")
                digest.update(piece.chunk)
                file.write(piece.chunk)
        if digest.hexdigest() != artifact.sha256:
            raise _broken(artifact, f"its {size} bytes do not have the hash it should have")
        draft.replace(path)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def _broken(artifact: artifact_pb2.Artifact, why: str) -> HeyJarvisError:
    return Internal(f"{artifact.name!r} arrived damaged: {why}. Nothing was written; try `jarvis results` again.")
