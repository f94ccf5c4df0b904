"""A research made of parts: what the parts read becomes one reading, and what they found is material for the whole.

The planner splits a research by region or segment; this is its merging task. Nothing is read again. Sources are
numbered anew, each address once, taken from the parts in turn so that none is crowded out; facts follow their sources.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, TypeVar

from pydantic import ValidationError

from agent_sdk import TaskInput, TaskOutput
from agent_sdk.errors import InputError
from agent_sdk.prompting import json_block
from services.agents.market_research.models import Fact
from services.agents.market_research.results import MarketResearch, ReadingRecord, ReadSource
from services.agents.market_research.sources import EXCERPT_LIMIT, MAX_SOURCES, Reading, is_address

AGENT_TYPE = "market_research"
MAX_FACTS = 60
"""Facts of all parts together that are kept."""
RULE = """\
This research was made in parts, which stand in <parts>: other runs of yours, one for each region or segment. Your
result covers all of them together: one market, inputs for the sum of the parts, who matters in any of them. Say where
the parts differ. <total> is their sum, by code, where they count in one currency; your inputs should come to about
that, or say why they do not."""

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Part:
    """The research of one part."""

    title: str
    research: MarketResearch


def parts_of(task: TaskInput) -> list[Part]:
    """The parts among the inputs; none for a research that is made at once."""
    found = [output for output in task.inputs_by_task.values() if output.agent_type == AGENT_TYPE]
    return [_part(output) for output in found]


def _part(output: TaskOutput) -> Part:
    try:
        return Part(output.title or output.task, MarketResearch.model_validate(output.json()))
    except ValidationError as error:
        raise InputError(f"Part {output.task} is no research: {error.error_count()} fields are wrong") from error


def reading_of_parts(parts: Sequence[Part]) -> tuple[Reading, list[Fact]]:
    """What all parts read, and the facts in it."""
    sources: dict[str, ReadSource] = {}
    renamed: dict[tuple[int, str], str] = {}
    for number, source in _in_turn([part.research.sources for part in parts]):
        known = sources.get(source.url)
        if known is None and len(sources) < MAX_SOURCES and is_address(source.url):
            known = sources[source.url] = source.model_copy(update={"id": f"S{len(sources) + 1}"})
        elif known is not None and source.excerpt not in known.excerpt:
            known = sources[source.url] = _with_excerpt(known, source.excerpt)
        if known is not None:
            renamed[number, source.id] = known.id
    facts = [
        fact.model_copy(update={"source_ids": ids})
        for number, fact in _in_turn([part.research.facts for part in parts])
        if (ids := [renamed[number, each] for each in fact.source_ids if (number, each) in renamed])
    ]
    return Reading(sources=tuple(sources.values()), record=_record(parts)), facts[:MAX_FACTS]


def parts_block(parts: Sequence[Part]) -> str:
    """What the parts found, for every prompt of the whole."""
    told = [
        {
            "part": part.title,
            "market": part.research.market_definition,
            "headline": part.research.headline,
            "size": part.research.size.model_dump(include={"currency", "region", "tam", "sam", "som", "annual_growth"}),
            "segments": [each.name for each in part.research.segments],
            "competitors": [each.name for each in part.research.competitors],
        }
        for part in parts
    ]
    total = total_of(parts)
    return "\n\n".join([json_block("parts", told), *([json_block("total", total)] if total else []), RULE])


def total_of(parts: Sequence[Part]) -> Mapping[str, Any]:
    """The sizes of the parts added up; empty when they count in several currencies."""
    sizes = [part.research.size for part in parts]
    if len({size.currency for size in sizes}) != 1:
        return {}
    sums = {
        name: {end: sum(getattr(getattr(size, name), end) for size in sizes) for end in ("low", "base", "high")}
        for name in ("tam", "sam", "som")
    }
    return {"currency": sizes[0].currency, **sums}


def _in_turn(rows: Sequence[Sequence[ItemT]]) -> Iterator[tuple[int, ItemT]]:
    """The first of each row, then the second of each, with the number of the row."""
    for column in zip_longest(*rows):
        yield from ((number, item) for number, item in enumerate(column) if item is not None)


def _with_excerpt(source: ReadSource, more: str) -> ReadSource:
    excerpt = f"{source.excerpt} … {more}"[:EXCERPT_LIMIT]
    return source.model_copy(update={"excerpt": excerpt, "sha256": hashlib.sha256(excerpt.encode()).hexdigest()})


def _record(parts: Sequence[Part]) -> ReadingRecord:
    records = [part.research.reading for part in parts]
    return ReadingRecord(
        offered=any(each.offered for each in records),
        searches=sum(each.searches for each in records),
        pages_found=sum(each.pages_found for each in records),
        failures=[failure for each in records for failure in each.failures],
        facts_left_out=sum(each.facts_left_out for each in records),
    )
