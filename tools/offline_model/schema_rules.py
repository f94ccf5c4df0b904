"""What the API accepts as a schema for structured output: less than JSON Schema allows.

The real API answers 400 to limits it does not enforce; a client has to move them into descriptions
(the SDK's `transform_schema` does) and check them itself. Refusing them here as well finds a client
that forgot before a real key does.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.offline_model.errors import ApiError, bad_request

UNSUPPORTED = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "patternProperties",
    "oneOf",
    "not",
)
MAX_NODES = 20_000
"""Schemas larger than this are refused instead of walked."""


def check_schema(schema: object, where: str) -> Mapping[str, Any]:
    """The schema itself when it may be used; raises the 400 of its first flaw."""
    if not isinstance(schema, Mapping) or not schema:
        raise bad_request(f"{where}: Input should be a JSON schema object")
    for count, (path, node) in enumerate(_nodes(schema, where)):
        if count >= MAX_NODES:
            raise bad_request(f"{where}: Schema is too complex (more than {MAX_NODES} parts)")
        flaw = _flaw(node)
        if flaw:
            raise ApiError(400, f"{path}: {flaw}")
    return schema


def _flaw(node: Mapping[str, Any]) -> str | None:
    kind = node.get("type")
    if kind == "object" and node.get("additionalProperties") is not False:
        return "For 'object' type, 'additionalProperties' must be explicitly set to false"
    reference = node.get("$ref")
    if isinstance(reference, str) and not reference.startswith("#"):
        return f"External $ref '{reference}' is not supported"
    for word in UNSUPPORTED:
        if word in node:
            return f"For '{kind or 'any'}' type, property '{word}' is not supported"
    if node.get("minItems", 0) not in (0, 1):
        return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    return None


def _nodes(schema: Mapping[str, Any], where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every sub-schema with its path, outermost first."""
    todo: list[tuple[str, Mapping[str, Any]]] = [(where, schema)]
    while todo:
        path, node = todo.pop()
        yield path, node
        for word in ("properties", "$defs", "definitions"):
            inner = node.get(word)
            if isinstance(inner, Mapping):
                todo.extend((f"{path}.{word}.{key}", sub) for key, sub in inner.items() if isinstance(sub, Mapping))
        for word in ("anyOf", "allOf", "prefixItems"):
            several = node.get(word)
            if isinstance(several, list):
                todo.extend((f"{path}.{word}.{i}", sub) for i, sub in enumerate(several) if isinstance(sub, Mapping))
        if isinstance(node.get("items"), Mapping):
            todo.append((f"{path}.items", node["items"]))
