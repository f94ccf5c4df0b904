"""Does what is called sourced lead to a page that was read, and does it stand there?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from tools.eval.checks.finding import Finding
from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request

_MARKET = "market_research/result.json"
_PLAN = "business_plan/result.json"
_NUMBER = re.compile(r"\d[\d.,'\u00a0\u202f ]*\d|\d")
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "m": 1e6, "bn": 1e9, "k": 1e3}


def look(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Research, plan, and the links of the page."""
    market, plan = made.result("market_research"), made.result("business_plan")
    read = {each["id"]: each for each in market["sources"]} if market is not None else {}
    if market is not None:
        yield from _pages(market["sources"])
        yield from _cited(market, read)
        yield from _standing(market, read)
    if plan is not None:
        yield from _rows(plan, read)
    known = {each["url"] for result in (market, plan) if result for each in result["sources"]}
    known |= {file.path for file in made.artifacts}
    for name, file in made.files("dossier").items():
        if name.endswith(".html"):
            for link in sorted(_links(file.text) - known):
                yield Finding(file.where, f"links to {link}, which is no source of any result")


def _pages(sources: list[dict[str, Any]]) -> Iterator[Finding]:
    ids = [each["id"] for each in sources]
    if len(set(ids)) < len(ids):
        yield Finding(_MARKET, f"two sources have the same id: {ids}")
    for each in sources:
        where = f"{_MARKET} source {each['id']}"
        if not re.match(r"https?://[^\s/]+", each["url"]):
            yield Finding(where, f"has no address to open: {each['url']!r}")
        if not each["seen"] or not each["excerpt"]:
            yield Finding(where, "does not say when it was read or what was read of it")
        if hashlib.sha256(each["excerpt"].encode()).hexdigest() != each["sha256"]:
            yield Finding(where, "its excerpt does not have the hash it should have")


def _cited(market: Mapping[str, Any], read: Collection[str]) -> Iterator[Finding]:
    claims = [(f"contradiction on {each['figure']!r}", c["source_id"]) for each in market["contradictions"]
              for c in each["claims"]]  # fmt: skip
    for kind, title in (("inputs", "id"), ("facts", "statement"), ("competitors", "name"), ("trends", "title")):
        claims += [(f"{kind} {each[title]!r}", id_) for each in market[kind] for id_ in each["source_ids"]]
    for where, id_ in claims:
        if id_ not in read:
            yield Finding(f"{_MARKET} {where}", f"cites {id_}, which is no page that was read")


def _standing(market: Mapping[str, Any], read: Mapping[str, dict[str, Any]]) -> Iterator[Finding]:
    def text(ids: list[str]) -> str:
        return " ".join(f"{read[id_]['title']} {read[id_]['excerpt']}" for id_ in ids if id_ in read)

    for each in market["inputs"]:
        if each["evidence"] == "source":
            stated = {each["low"], each["base"], each["high"]}
            if not any(_says(text(each["source_ids"]), value) for value in stated):
                yield Finding(f"{_MARKET} inputs {each['id']!r}", "is called sourced and stands in no page it cites")
        elif not each["basis"]:
            yield Finding(f"{_MARKET} inputs {each['id']!r}", "is an assumption without a reason")
    for each in market["facts"]:
        if each["value"] is not None and not _says(text(each["source_ids"]), each["value"]):
            yield Finding(f"{_MARKET} facts {each['statement']!r}", "its figure stands in no page it cites")
    for each in market["competitors"]:
        words, where = text(each["source_ids"]), f"{_MARKET} competitors {each['name']!r}"
        first = next((w for w in re.findall(r"\w+", each["name"]) if len(w) > 2), each["name"])
        if each["evidence"] == "source" and first.casefold() not in words.casefold():
            yield Finding(where, "is called sourced and is named in no page it cites")
        if each["price_evidence"] == "source" and not _says(words, each["monthly_price"] or 0):
            yield Finding(where, "its price is called sourced and stands in no page it cites")


def _rows(plan: Mapping[str, Any], read: Mapping[str, dict[str, Any]]) -> Iterator[Finding]:
    addresses = {each["url"] for each in read.values()}
    compared = [(f"comparable {each['name']!r}", each["source"], "") for comparison in plan["price_comparisons"]
                for each in comparison["comparables"]]  # fmt: skip
    rows = [(f"row {row['id']!r}", row["source"], row["evidence"]) for row in plan["assumptions_table"]]
    for where, source, evidence in (*rows, *compared):
        where = f"{_PLAN} {where}"
        kind, _, id_ = source.partition(":")
        if evidence and (evidence == "assumption") != (not source):
            yield Finding(where, f"is called {evidence!r} with the source {source!r}")
        elif kind == "plan":
            known = id_.isdecimal() and 0 < int(id_) <= len(plan["sources"])
            if not known or plan["sources"][int(id_) - 1]["url"] not in addresses:
                yield Finding(where, f"rests on {source}, which is no page that was read")
        elif (kind == "market_research" and id_ and id_ not in read) or kind not in ("", "plan", "market_research"):
            yield Finding(where, f"rests on {source}, which is not there")
    for row in plan["assumptions_table"]:
        if not row["basis"].strip():
            yield Finding(f"{_PLAN} row {row['id']!r}", "has neither source nor reason")


def _says(text: str, value: float) -> bool:
    return any(abs(each - value) <= 1e-9 * max(abs(value), 1) for each in _numbers(text))


def _numbers(text: str) -> Iterator[float]:
    """Every number a text may mean: 1.234 is both 1234 and 1.234, and 1.2 million is 1200000 too."""
    for match in _NUMBER.finditer(text):
        scale = _SCALES.get((re.match(r"\s*([A-Za-z]+)", text[match.end() :]) or ["", ""])[1].lower(), 1.0)
        digits = re.sub(r"[^\d.,]", "", match[0])
        for reading in {
            re.sub(r"[.,]", "", digits),
            digits.replace(",", ""),
            digits.replace(".", "").replace(",", "."),
        }:
            if reading.count(".") <= 1 and reading.strip("."):
                yield from {float(reading), float(reading) * scale}


class _LinkReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") or ""
        if tag == "a" and not address.startswith("#"):
            self.found.add(address)


def _links(html: str) -> set[str]:
    reader = _LinkReader()
    reader.feed(html)
    return reader.found
