"""What an attempt has made so far: artifacts by file name, in memory until the end, within bounds.

They are stored together with the outcome, so that a Redis that is away in between costs nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from heyjarvis.agents.v1 import artifact_pb2
from pydantic import JsonValue

from agent_sdk.artifacts import digest
from agent_sdk.errors import ArtifactError
from agent_sdk.names import AttemptKey, artifact_name, is_file_name
from agent_sdk.task_input import RESULT_FILE, TOOLS_FILE

MAX_INLINE = 1024 * 1024
"""Bytes of all artifacts of one message, when their content travels inside."""
MAX_TITLE = 200
"""Characters of a title."""

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}(;[ -~]{1,100})?", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactBounds:
    """How much one attempt may make."""

    bytes_each: int
    """Largest artifact."""
    count: int
    """Most artifacts, those that the SDK writes not counted."""
    bytes_total: int
    """Most bytes of all together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One artifact."""

    name: str
    title: str
    media_type: str
    content: bytes


class Products:
    """The artifacts of one attempt."""

    def __init__(self, bounds: ArtifactBounds) -> None:
        self._bounds = bounds
        self._made: dict[str, Product] = {}

    def add(self, name: str, content: bytes | str, *, media_type: str, title: str = "") -> None:
        """Add one by its author; the same name replaces."""
        if name in (RESULT_FILE, TOOLS_FILE):
            raise ArtifactError(f"{name} is written by the SDK; choose another name")
        if name not in self._made and len(self._made) >= self._bounds.count:
            raise ArtifactError(
                f"{name!r} would be artifact {len(self._made) + 1}; at most {self._bounds.count} are allowed "
                "(HEYJARVIS_AGENT_ARTIFACT_COUNT)"
            )
        self._put(name, content, media_type, title)

    def add_result(self, content: str) -> None:
        """Add the typed output."""
        self._put(RESULT_FILE, content, "application/json", "Result")

    def add_from_tools(self, brought: Sequence[JsonValue]) -> None:
        """Add what tools brought."""
        content = json.dumps(brought, ensure_ascii=False, indent=2)
        self._put(TOOLS_FILE, content, "application/json", "What tools brought from outside")

    def _put(self, name: str, content: bytes | str, media_type: str, title: str) -> None:
        packed = content.encode() if isinstance(content, str) else bytes(content)
        bounds = self._bounds
        others = sum(len(product.content) for product in self._made.values() if product.name != name)
        if not is_file_name(name):
            raise ArtifactError(
                f"{name[:200]!r} is no file name for an artifact: 1 to 100 characters of A-Z, a-z, 0-9 and . _ -, "
                "starting with a letter or digit, such as 'logo.svg'"
            )
        if not _MEDIA_TYPE.fullmatch(media_type):
            raise ArtifactError(f"{media_type[:200]!r} is no media type, such as 'image/svg+xml' (artifact {name!r})")
        if len(packed) > bounds.bytes_each:
            raise ArtifactError(
                f"Artifact {name!r} has {len(packed)} bytes; at most {bounds.bytes_each} are allowed "
                "(HEYJARVIS_AGENT_ARTIFACT_BYTES)"
            )
        if others + len(packed) > bounds.bytes_total:
            raise ArtifactError(
                f"With {name!r} the artifacts of this attempt have {others + len(packed)} bytes; at most "
                f"{bounds.bytes_total} are allowed (HEYJARVIS_AGENT_ARTIFACT_TOTAL)"
            )
        self._made[name] = Product(name=name, title=title[:MAX_TITLE], media_type=media_type, content=packed)

    def contents(self) -> dict[str, bytes]:
        """Every content by its hash."""
        return {digest(product.content): product.content for product in self._made.values()}

    def messages(self, key: AttemptKey, *, inline: bool) -> list[artifact_pb2.Artifact]:
        """The artifacts as a result names them, with their content when it travels `inline`."""
        if inline and (size := sum(len(product.content) for product in self._made.values())) > MAX_INLINE:
            raise ArtifactError(
                f"The artifacts have {size} bytes together; an agent with inline_content sends at most {MAX_INLINE}"
            )
        return [
            artifact_pb2.Artifact(
                name=artifact_name(key.workflow, key.task, product.name),
                title=product.title,
                media_type=product.media_type,
                size_bytes=len(product.content),
                sha256=digest(product.content),
                content=product.content if inline else b"",
            )
            for product in self._made.values()
        ]
