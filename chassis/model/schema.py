"""From a pydantic model to the JSON schema Claude is held to, and from a wrong answer to words it can use.

Structured output knows less than JSON schema: `dict[str, X]` would become an object that may only be
`{}`, tuples and untyped fields have no equivalent. Such models are refused early, as the programming
mistakes they are. Lengths, ranges and patterns are not enforced by the server (the Anthropic library
moves them into the descriptions); our own validation enforces them, and it is strict: no text around
the JSON, no string where a number belongs.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticUndefinedType

from chassis.model.errors import UnsupportedOutputError

MAX_PROBLEMS = 20
"""Errors told to the model per repair round; the rest are counted."""
MAX_PROBLEM_CHARS = 300
"""Length of one such error."""


@lru_cache(maxsize=256)
def output_schema(output: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of an output model. Callers share the result: do not change it.

    Raises UnsupportedOutputError when the model holds something structured output cannot express.
    """
    if not _is_model(output):
        raise UnsupportedOutputError(f"output must be a pydantic model class, not {output!r}")
    schema = output.model_json_schema()
    found = sorted(set(_unsupported(schema, output.__name__)))
    if found:
        raise UnsupportedOutputError(
            f"{output.__name__} cannot be used as structured output: " + "; ".join(found[:MAX_PROBLEMS])
        )
    return schema


def _is_model(candidate: object) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, BaseModel)


def problems(error: ValidationError) -> list[str]:
    """The errors of a validation in words, one line each, bounded in number and length."""
    lines: list[str] = []
    for item in error.errors(include_url=False, include_context=False)[:MAX_PROBLEMS]:
        place = ".".join(str(part) for part in item["loc"]) or "the answer as a whole"
        given = "" if item["type"] in ("missing", "json_invalid") else f" (given: {_shown(item.get('input'))})"
        lines.append(_cut(f"{place}: {item['msg']}{given}", MAX_PROBLEM_CHARS))
    hidden = error.error_count() - len(lines)
    if hidden > 0:
        lines.append(f"and {hidden} more of this kind")
    return lines


def _shown(value: object) -> str:
    if isinstance(value, PydanticUndefinedType):
        return "nothing"
    return _cut(repr(value), 80)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _unsupported(schema: Any, place: str) -> Iterator[str]:
    """Every construct below `schema` that structured output cannot express, as `place: why`."""
    if not isinstance(schema, dict):
        yield f"{place}: untyped; give it a type"
        return
    for name, definition in schema.get("$defs", {}).items():
        yield from _unsupported(definition, name)
    if "$ref" in schema:
        return
    variants = [variant for key in ("anyOf", "oneOf", "allOf") for variant in schema.get(key, [])]
    for variant in variants:
        yield from _unsupported(variant, place)
    kind = schema.get("type")
    if kind == "object":
        yield from _unsupported_object(schema, place)
    elif kind == "array":
        if "prefixItems" in schema:
            yield f"{place}: a tuple; use a model with named fields"
        elif "items" in schema:
            yield from _unsupported(schema["items"], f"{place}[]")
        else:
            yield f"{place}: a list without an item type; write list[X]"
    elif kind is None and not variants and "enum" not in schema and "const" not in schema:
        yield f"{place}: untyped; give it a type"


def _unsupported_object(schema: dict[str, Any], place: str) -> Iterator[str]:
    if schema.get("additionalProperties", False) is not False:
        yield f"{place}: an object with free keys (a dict, or extra='allow'); use a list of key and value models"
    for name, field in schema.get("properties", {}).items():
        yield from _unsupported(field, f"{place}.{name}")
