"""Which output models structured output can express, and how their errors read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.model import UnsupportedOutputError, output_schema
from chassis.model.schema import MAX_PROBLEMS, problems
from chassis.model.sdk import wire_schema


class Colour(StrEnum):
    RED = "red"


class Leaf(BaseModel):
    when: date
    price: Decimal | None = None
    colour: Colour = Colour.RED
    kind: Literal["a", "b"] = "a"


class Tree(BaseModel):
    """A tree."""

    leaves: list[Leaf] = Field(min_length=2, max_length=9, description="What hangs on it.")
    either: Leaf | str
    height: float = Field(gt=0)


def test_an_ordinary_model_passes_and_limits_become_words() -> None:
    wire = wire_schema(Tree)
    assert wire["properties"]["leaves"]["description"] == "What hangs on it.\n\n{maxItems: 9, minItems: 2}"
    assert wire["properties"]["height"]["description"] == "{exclusiveMinimum: 0}"
    assert wire["additionalProperties"] is False
    assert output_schema(Tree)["properties"]["leaves"]["minItems"] == 2, "the original stays as it was"


class FreeKeys(BaseModel):
    scores: dict[str, int]


class Deep(BaseModel):
    inner: list[FreeKeys | None]


class Anything(BaseModel):
    it: Any


class Pair(BaseModel):
    it: tuple[int, str]


class BareList(BaseModel):
    it: list  # type: ignore[type-arg]


class Extra(BaseModel):
    model_config = ConfigDict(extra="allow")


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (FreeKeys, r"FreeKeys\.scores: an object with free keys"),
        (Deep, r"FreeKeys\.scores: an object with free keys"),
        (Anything, r"Anything\.it: untyped"),
        (Pair, r"Pair\.it: a tuple"),
        (BareList, r"BareList\.it\[\]: untyped"),
        (Extra, r"Extra: an object with free keys"),
        (dict, "must be a pydantic model class"),
    ],
)
def test_what_cannot_be_expressed_is_named(output: type[BaseModel], told: str) -> None:
    with pytest.raises(UnsupportedOutputError, match=told):
        output_schema(output)


class Many(BaseModel):
    items: list[Leaf]


def test_problems_are_few_and_short() -> None:
    with pytest.raises(ValidationError) as caught:
        Many.model_validate({"items": [{"when": "x" * 1000}] * 50})
    lines = problems(caught.value)
    assert len(lines) == MAX_PROBLEMS + 1
    assert lines[-1].startswith("and ")
    assert max(map(len, lines)) <= 300
