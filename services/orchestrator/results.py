"""Looks at results before they count: is the content there, and does the output keep the agent's schema?"""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import islice

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

from agent_sdk.artifacts import ArtifactStore, digest
from agent_sdk.names import file_of
from chassis.errors import FieldViolation, InvalidArgument
from services.orchestrator.domain.outcomes import Failure, FailureClass
from services.orchestrator.inline_content import MAX_INLINE
from services.orchestrator.streams import AgentStreams

MAX_BREACHES = 12
"""Told of one edit."""

log = structlog.get_logger(__name__)


class ResultChecker:
    """Checks what agents deliver."""

    def __init__(self, artifacts: ArtifactStore, streams: AgentStreams) -> None:
        self._artifacts = artifacts
        self._streams = streams

    async def failure_of(self, workflow: str, agent_type: str, result: pb.Result) -> Failure | None:
        """What is wrong with a result; None when it counts. Content that came along is stored.

        Raises:
            Unavailable: the artifact store is away.
        """
        inline = {artifact.sha256: artifact.content for artifact in result.artifacts if artifact.content}
        if sum(map(len, inline.values())) > MAX_INLINE:
            return _invalid(f"its artifacts are larger than {MAX_INLINE} bytes together; store them instead")
        for sha256, content in inline.items():
            if digest(content) != sha256:
                return _invalid(f"the content of an artifact does not have the hash {sha256}")
        if inline:
            await self._artifacts.put_many(workflow, inline)
        output = next((a for a in result.artifacts if file_of(a.name) == "result.json"), None)
        if output is None:
            return _invalid("it has no result.json")
        output_content = inline.get(output.sha256) or await self._artifacts.get(workflow, output.sha256)
        if output_content is None:
            return _invalid("its result.json is not in the artifact store")
        breaches = self._breaches(agent_type, output_content, most=1)
        return _invalid(breaches[0].description) if breaches else None

    def check_edit(self, agent_type: str, content: bytes) -> None:
        """Looks at a result that a person edited.

        Raises:
            InvalidArgument: all that is wrong with it (RESULT_EDIT_UNSOUND).
        """
        if breaches := self._breaches(agent_type, content, most=MAX_BREACHES):
            told = " ".join(f"The edit does not count: {each.description}." for each in breaches)
            raise InvalidArgument(breaches, message=told, reason="RESULT_EDIT_UNSOUND")

    def _breaches(self, agent_type: str, content: bytes, *, most: int) -> list[FieldViolation]:
        """What is wrong with a result.json, by the path to it; empty when nothing is, or nobody knows the schema."""
        try:
            value = json.loads(content)
        except (ValueError, RecursionError) as error:
            return [FieldViolation("", f"its result.json is no JSON: {error}")]
        schema = self._streams.output_schema(agent_type)
        if not schema:
            return []
        try:
            return [_breach(error) for error in islice(_validator(schema).iter_errors(value), most)]
        except SchemaError as broken:
            log.warning("An agent's output schema is broken", agent_type=agent_type, error=broken.message)
            return []


def _breach(error: ValidationError) -> FieldViolation:
    where = "/".join(map(str, error.absolute_path))
    told = f"its result.json breaks the agent's own schema at {where or 'the top'}: {error.message[:300]}"
    return FieldViolation(where, told)


@lru_cache(maxsize=64)
def _validator(schema: str) -> Draft202012Validator:
    parsed = json.loads(schema)
    Draft202012Validator.check_schema(parsed)
    return Draft202012Validator(parsed)


def _invalid(what: str) -> Failure:
    return Failure(
        failure_class=FailureClass.INVALID_OUTPUT, message=f"The result does not count: {what}", reason="RESULT_INVALID"
    )
