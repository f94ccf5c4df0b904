"""What a foreign agent answered, as data: nothing of it is an instruction to anybody, and no URL in it is fetched."""

import json
import re
from collections.abc import Iterable

from a2a.types import a2a_pb2 as a2a
from google.protobuf.json_format import MessageToDict
from pydantic import BaseModel, ConfigDict, Field

MOST_FILES = 40
MOST_LINKS = 40
LONGEST_TEXT = 20_000
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")


class ForeignFile(BaseModel):
    """An artifact of the foreign agent that became one of this task."""

    model_config = ConfigDict(extra="forbid")

    name: str
    title: str
    media_type: str


class ForeignResult(BaseModel):
    """`result.json` of a task that a foreign agent did. All of it was written by somebody else."""

    model_config = ConfigDict(extra="forbid")

    foreign_agent: str
    """What the foreign agent calls itself."""
    confidence: float
    confidence_reasons: list[str]
    task: str
    """The task's id there."""
    text: str = Field(max_length=LONGEST_TEXT)
    """What it said and wrote as text, cut."""
    files: list[ForeignFile]
    links: list[str]
    """URLs it named instead of content; nobody has looked at them."""


class Content(BaseModel):
    """The content of a file."""

    file: ForeignFile
    content: bytes


def files_of(artifacts: Iterable[a2a.Artifact]) -> tuple[list[Content], list[str], list[str]]:
    """The files, the links and the texts of artifacts, as many as are allowed."""
    files: list[Content] = []
    links: list[str] = []
    texts: list[str] = []
    for artifact in artifacts:
        for part in artifact.parts:
            kind = part.WhichOneof("content")
            if kind == "url":
                links.append(part.url[:2000])
                continue
            if kind == "text":
                texts.append(part.text)
            if len(files) < MOST_FILES:
                files.append(_file(artifact, part, len(files)))
    return files, links[:MOST_LINKS], texts


def texts_of(message: a2a.Message) -> list[str]:
    """The text parts of a message."""
    return [part.text for part in message.parts if part.WhichOneof("content") == "text"]


def cut(texts: Iterable[str], most: int = LONGEST_TEXT) -> str:
    """Texts as one, bounded."""
    whole = "\n\n".join(filter(None, texts))
    return whole if len(whole) <= most else whole[: most - 1] + "…"


def _file(artifact: a2a.Artifact, part: a2a.Part, number: int) -> Content:
    kind = part.WhichOneof("content")
    if kind == "text":
        content, usual = part.text.encode(), "text/plain"
    elif kind == "data":
        content, usual = json.dumps(MessageToDict(part.data), ensure_ascii=False).encode(), "application/json"
    else:
        content, usual = part.raw, "application/octet-stream"
    wanted = _UNSAFE.sub("-", part.filename or artifact.name or "file").strip("-.")[-80:] or "file"
    media_type = part.media_type if _MEDIA_TYPE.fullmatch(part.media_type) else usual
    name = f"{number + 1:02}-{wanted.lstrip('-.') or 'file'}"
    return Content(
        file=ForeignFile(name=name, title=(artifact.name or wanted)[:120], media_type=media_type), content=content
    )
