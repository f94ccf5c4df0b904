"""Reading a JSON Schema: references, merged parts, types, and how deep a value at least becomes.

`height` is the smallest nesting a node allows. A node that can only grow for ever has no value; one
that merely may (a tree) has a finite height, and beyond `depth_limit` the walker takes the way out.
"""

from collections.abc import Mapping
from typing import Any

DEPTH_LIMIT = 12
"""Nesting, counted in path steps, from which on only what is required is written."""
ENDLESS = 10_000
"""Height of a node without any finite value."""
MAX_REFERENCES = 50
"""References followed in a row; more is a circle."""


class SchemaError(Exception):
    """No instance can be written; the message says why."""


class Schema:
    """A root schema with its definitions."""

    depth_limit = DEPTH_LIMIT
    endless = ENDLESS

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self._heights: dict[int, int] = {}
        self._kept: list[Any] = []
        if self.height(root) >= ENDLESS:
            raise SchemaError("the schema refers to itself without an end, so no finite answer exists")

    def resolve(self, node: Any) -> Any:
        """Follows references; keywords beside a reference go along."""
        for _ in range(MAX_REFERENCES):
            if not isinstance(node, Mapping) or "$ref" not in node:
                return node
            beside = {key: value for key, value in node.items() if key != "$ref"}
            target = self._target(str(node["$ref"]))
            node = {**target, **beside} if beside and isinstance(target, Mapping) else target
        raise SchemaError(f"the reference {node['$ref']!r} leads in a circle")

    def _target(self, reference: str) -> Any:
        here: Any = self.root
        for part in reference.removeprefix("#").split("/"):
            name = part.replace("~1", "/").replace("~0", "~").replace("%24", "$")
            if not name:
                continue
            if isinstance(here, Mapping) and name in here:
                here = here[name]
            elif isinstance(here, list) and name.isdigit() and int(name) < len(here):
                here = here[int(name)]
            else:
                raise SchemaError(f"the reference {reference!r} leads nowhere")
        return here

    def height(self, node: Any) -> int:
        """Least nesting of a value: 0 for a scalar, `ENDLESS` when there is none."""
        known = self._heights.get(id(node))
        if known is not None:
            return known
        self._heights[id(node)] = ENDLESS  # met again on the way down: a circle, unless another way is found
        self._kept.append(node)  # ids stay unique only while the objects live
        found = self._measure(node)
        if found < ENDLESS:
            self._heights[id(node)] = found
        else:
            del self._heights[id(node)]
        return found

    def _measure(self, node: Any) -> int:
        if not isinstance(node, Mapping):
            return 0
        if "$ref" in node:
            return self.height(self._target(str(node["$ref"])))
        variants = node.get("anyOf") or node.get("oneOf")
        if variants:
            return min(self.height(one) for one in variants)
        parts = [self.height(one) for one in node.get("allOf") or ()]
        required = node.get("required") or ()
        parts += [1 + self.height(sub) for name, sub in (node.get("properties") or {}).items() if name in required]
        if read_least(node) > 0:
            parts.append(1 + self.height(node.get("items", {})))
        return min(ENDLESS, max(parts, default=0))


def read_least(node: Mapping[str, Any]) -> int:
    """`minItems` as far as it forces a list to hold something."""
    least = node.get("minItems", 0)
    return least if isinstance(least, int) else 0


def flatten(schema: Schema, node: Any) -> Mapping[str, Any]:
    """The node with references followed and `allOf` merged into one."""
    node = schema.resolve(node)
    if node is True or node is None:
        return {}
    if node is False:
        raise SchemaError("the schema allows no value at all")
    if not isinstance(node, Mapping):
        raise SchemaError(f"{node!r} is not a schema")
    if "allOf" not in node:
        return node
    merged = {key: value for key, value in node.items() if key != "allOf"}
    for part in node["allOf"]:
        _merge(merged, flatten(schema, part))
    return merged


_TIGHTER = {
    "minimum": max, "exclusiveMinimum": max, "minLength": max, "minItems": max, "minProperties": max,
    "maximum": min, "exclusiveMaximum": min, "maxLength": min, "maxItems": min, "maxProperties": min,
}  # fmt: skip


def _merge(into: dict[str, Any], part: Mapping[str, Any]) -> None:
    for key, value in part.items():
        if key not in into:
            into[key] = value
        elif key == "properties":
            into[key] = {**into[key], **value}
        elif key == "required":
            into[key] = list(dict.fromkeys([*into[key], *value]))
        elif key == "enum":
            into[key] = [one for one in into[key] if one in value]
        elif key in _TIGHTER:
            into[key] = _TIGHTER[key](into[key], value)


_IMPLIED = (
    ("object", ("properties", "required", "additionalProperties", "minProperties")),
    ("array", ("items", "prefixItems", "minItems", "maxItems", "uniqueItems")),
    ("string", ("minLength", "maxLength", "pattern", "format")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)


def kind_of(node: Mapping[str, Any], proposed: Any) -> str:
    """The type to write: the stated one, the first that is not null, or what the keywords imply."""
    stated = node.get("type")
    if isinstance(stated, list):
        if proposed is None and "null" in stated:
            return "null"
        return next((str(kind) for kind in stated if kind != "null"), "null")
    if isinstance(stated, str):
        return stated
    return next((kind for kind, words in _IMPLIED if any(word in node for word in words)), "string")
