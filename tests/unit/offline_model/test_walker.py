"""Whatever schema comes, the value keeps it."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.offline_model.writing import Author, SchemaError

FIELDS = st.sampled_from(
    [
        "name",
        "summary",
        "price",
        "palette",
        "competitors",
        "share_percent",
        "xyzzy",
        "sources",
        "launch_month",
        "logo",
        "low",
    ]
)


def _strings() -> st.SearchStrategy[dict[str, Any]]:
    def a_text(parts: tuple[int, int]) -> dict[str, Any]:
        return {"type": "string", "minLength": parts[0], "maxLength": sum(parts)}

    bounded = st.tuples(st.integers(0, 40), st.integers(0, 300)).map(a_text)
    shaped: list[dict[str, Any]] = [
        {"type": "string", "pattern": r"^[A-Z]{3}$"},
        {"type": "string", "pattern": r"^#[0-9A-Fa-f]{6}$"},
        {"type": "string", "format": "date"},
        {"type": "string", "enum": ["low", "high"]},
        {"const": "fixed"},
    ]
    return bounded | st.sampled_from(shaped)


def _numbers() -> st.SearchStrategy[dict[str, Any]]:
    def bounded(parts: tuple[int, int, str]) -> dict[str, Any]:
        return {"type": parts[2], "minimum": parts[0], "maximum": parts[0] + parts[1]}

    low, width = st.integers(-1000, 1000), st.integers(0, 5000)
    return st.tuples(low, width, st.sampled_from(["integer", "number"])).map(bounded)


def _containers(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    def an_object(fields: dict[str, dict[str, Any]]) -> dict[str, Any]:
        return {"type": "object", "properties": fields, "required": sorted(fields), "additionalProperties": False}

    arrays = st.tuples(inner, st.integers(0, 4), st.integers(0, 4)).map(
        lambda parts: {"type": "array", "items": parts[0], "minItems": parts[1], "maxItems": parts[1] + parts[2]}
    )
    unions = st.lists(inner, min_size=1, max_size=3).map(lambda variants: {"anyOf": [*variants, {"type": "null"}]})
    return st.dictionaries(FIELDS, inner, max_size=4).map(an_object) | arrays | unions


SCHEMAS = st.recursive(_strings() | _numbers() | st.just({"type": "boolean"}), _containers, max_leaves=12)


@settings(max_examples=100)
@given(schema=SCHEMAS, request=st.text(max_size=40), seed=st.integers(0, 3))
def test_every_value_keeps_its_schema(schema: dict[str, Any], request: str, seed: int) -> None:
    prompt = f"<request>{request}</request>"
    value = Author(prompt, seed).instance(schema)
    jsonschema.validate(value, schema)
    assert value == Author(prompt, seed).instance(schema)


def test_limits_moved_into_the_description_are_kept() -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "A name.\n\n{minLength: 2, maxLength: 6}"},
            "code": {"type": "string", "description": "{pattern: ^[A-Z]{2}$}"},
            "level": {"type": "integer", "description": "Level.\n\n{minimum: 90, maximum: 91}"},
            "tags": {"type": "array", "items": {"type": "string"}, "description": "Exactly four tags."},
        },
    }
    value = Author("<request>A gym</request>", 0).instance(schema)
    assert 2 <= len(value["name"]) <= 6
    assert len(value["code"]) == 2
    assert value["code"].isupper()
    assert value["level"] in (90, 91)
    assert len(value["tags"]) == 4


def test_a_tree_ends() -> None:
    node = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
        "required": ["name", "children"],
    }
    schema = {"$ref": "#/$defs/node", "$defs": {"node": node}}
    jsonschema.validate(Author("tree", 0).instance(schema), schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}},
        {"$ref": "#/$defs/missing"},
        {"type": "array", "minItems": 30_000, "items": {"type": "string"}},
    ],
)
def test_what_has_no_value_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaError):
        Author("x", 0).instance(schema)


def test_unique_items_differ() -> None:
    schema = {
        "type": "array",
        "items": {"type": "integer", "minimum": 1, "maximum": 50},
        "minItems": 5,
        "uniqueItems": True,
    }
    jsonschema.validate(Author("x", 0).instance(schema), schema)
