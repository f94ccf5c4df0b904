"""Readers take what they understand, and say what they left out."""

import pytest

from services.agents.dossier.readers.brand import Brand
from services.agents.dossier.readers.lenient import LIST_LIMIT, TEXT_LIMIT, Lenient, Name, Number, Text, read
from services.agents.dossier.readers.market import Market
from services.agents.dossier.readers.plan import Plan
from tests.support import dossier_inputs as inputs


class Leaf(Lenient):
    name: Name
    size: Number | None = None


class Tree(Lenient):
    title: Text = ""
    leaves: tuple[Leaf, ...] = ()
    root: Leaf | None = None


def test_the_shipped_agents_results_are_read_whole() -> None:
    assert read(Market, inputs.market().json())[1] == []
    assert read(Brand, inputs.brand().json())[1] == []
    assert read(Plan, inputs.plan().json())[1] == []


def test_unknown_fields_are_passed_over_in_silence() -> None:
    found, problems = read(Tree, {"title": "Oak", "age": 300, "leaves": [{"name": "a", "veins": 5}]})
    assert found == Tree(title="Oak", leaves=(Leaf(name="a"),))
    assert problems == []


def test_a_broken_entry_is_left_out_and_the_others_stay() -> None:
    found, problems = read(Tree, {"leaves": [{"name": "a"}, {"nom": "b"}, 7, {"name": "c"}]})
    assert found
    assert [leaf.name for leaf in found.leaves] == ["a", "c"]
    assert problems == ["leaves: 2 of 4 entries not understood"]


def test_a_broken_field_falls_back_and_its_entry_stays() -> None:
    found, problems = read(Tree, {"title": ["x"], "leaves": [{"name": "a", "size": "large"}], "root": {"size": 2}})
    assert found == Tree(leaves=(Leaf(name="a"),))
    assert problems == ["title: not understood", "size: not understood", "root: not understood"]


def test_null_counts_as_nothing_said() -> None:
    assert read(Tree, {"title": None, "leaves": None, "root": None}) == (Tree(), [])


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_what_is_no_object_is_not_read(value: object) -> None:
    found, problems = read(Tree, value)
    assert found is None
    assert len(problems) == 1


@pytest.mark.parametrize("size", [float("nan"), float("inf"), 1e300, "NaN", "1,5"])
def test_numbers_nobody_can_draw_are_left_out(size: object) -> None:
    found, _ = read(Tree, {"leaves": [{"name": "a", "size": size}]})
    assert found
    assert found.leaves[0].size is None


def test_texts_lose_what_steers_and_keep_what_is_seen() -> None:
    found, _ = read(Tree, {"title": "  a\u202eb\u0000c\r\nd\u200be\ufeff 👩\u200d🍳  "})
    assert found
    assert found.title == "abc\nde 👩\u200d🍳"


def test_long_texts_and_lists_are_cut() -> None:
    found, problems = read(Tree, {"title": "x" * 10_000, "leaves": [{"name": "a"}] * 1_000})
    assert found
    assert len(found.title) == TEXT_LIMIT
    assert found.title.endswith("…")
    assert len(found.leaves) == LIST_LIMIT
    assert problems == [f"leaves: only the first {LIST_LIMIT} of 1000 entries are shown"]


@pytest.mark.parametrize("colour", ["red", "#FFF", "#12345G", "#123456;}body{", "url(x)", "#123456\n"])
def test_what_is_no_colour_never_reaches_the_style_sheet(colour: str) -> None:
    found, problems = read(Brand, {"palette": [{"role": "primary", "hex": colour}]})
    assert found
    assert found.palette == ()
    assert problems


@pytest.mark.parametrize("family", ["x'; } body { display: none", "A\\", "Fraunces\n", "</style>", ""])
def test_what_is_no_family_name_never_reaches_the_style_sheet(family: str) -> None:
    found, _ = read(Brand, {"typography": {"heading": {"family": family}}})
    assert found
    assert found.typography.heading is None
