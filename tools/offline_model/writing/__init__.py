"""The author of the answers: from a prompt and a schema to text, always the same for the same seed."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tools.offline_model.writing.prose import plain_answer, thoughts
from tools.offline_model.writing.records.kinds import record_for
from tools.offline_model.writing.records.planning import planning
from tools.offline_model.writing.records.reviewing import reviewing
from tools.offline_model.writing.schema import Schema, SchemaError
from tools.offline_model.writing.walker import Walker
from tools.offline_model.writing.world import world_for

PLAN_DRAFT = "PlanDraft"
"""Title of the schema of a drafted plan. Its content is taken from the prompt as it stands: a graph that is fitted or
padded word by word would be none."""

REVIEW_DRAFT = "ReviewDraft"
"""Title of the schema of a review: its questions are those of the prompt."""

__all__ = ["Author", "SchemaError"]


class Author:
    """Writes everything one answer needs."""

    def __init__(self, prompt: str, seed: int) -> None:
        self._prompt = prompt
        self.world = world_for(prompt, seed)

    def instance(self, schema: Mapping[str, Any], title: str = "", purpose: str = "") -> Any:
        """A value that is valid for the schema. Raises `SchemaError` when there is none."""
        name = title or str(schema.get("title", ""))
        if name == PLAN_DRAFT and (draft := planning(self._prompt, self.world)) is not None:
            return draft
        if name == REVIEW_DRAFT and (draft := reviewing(self._prompt)) is not None:
            return draft
        record = record_for(self.world, name, purpose, schema)
        return Walker(self.world, Schema(schema), name).write(record)

    def json(self, schema: Mapping[str, Any], purpose: str = "") -> str:
        """The same as a JSON text."""
        return msgspec.json.encode(self.instance(schema, purpose=purpose)).decode()

    def text(self) -> str:
        """An answer without a schema."""
        return plain_answer(self.world)

    def thoughts(self) -> str:
        """The text of a thinking block."""
        return thoughts(self.world)
