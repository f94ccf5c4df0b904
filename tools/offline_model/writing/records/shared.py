"""Pieces every kind of answer uses: ranges, sources, assumptions, and what the business is in words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tools.offline_model.writing.world import NOTE, YEAR, World, round_to

Record = dict[str, Any]

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """Text as it may stand in an address."""
    return _NOT_SLUG.sub("-", text.lower()).strip("-")[:60]


def spread(
    base: float,
    basis: str,
    *,
    low: float = 0.75,
    high: float = 1.3,
    most: float = 1e13,
    source_ids: Sequence[str] = (),
) -> Record:
    """A figure with its uncertainty; an assumption unless pages are named for it."""
    return {
        "low": min(round_to(base * low, 2), base),
        "base": base,
        "high": max(min(round_to(base * high, 2), most), base),
        "value": base,
        "evidence": "source" if source_ids else "assumption",
        "basis": basis,
        "source_ids": list(source_ids),
        "as_of": str(YEAR) if source_ids else "",
        "unit": "",
    }


def sources(world: World, what: str) -> list[Record]:
    """Publications that do not exist, and say so."""
    found = []
    for index, (title, publisher) in enumerate(world.trade.sources):
        shown = f"{title}, {world.place.country.name} (simulated)"
        month = world.draw("source", index).randint(1, 9)
        found.append(
            {
                "title": shown,
                "url": f"https://example.org/simulated/{slug(world.trade.label)}/{slug(title)}",
                "publisher": f"{publisher} (simulated)",
                "author": f"{publisher} (simulated)",
                "date": f"{YEAR}-{month:02d}",
                "year": YEAR,
                "supports": f"{what}. {NOTE}: the publication does not exist.",
                "notes": f"{NOTE}; the publication does not exist.",
                "quote": f"{NOTE}.",
                "reliability": "low",
            }
        )
    return found


def page_address(world: World, page: str) -> str:
    """Where a page of `reading.py` would stand; the first two are the publications every answer names."""
    printed = dict(zip(("statistics", "growth"), world.trade.sources, strict=False))
    name = printed[page].title if page in printed else page
    return f"https://example.org/simulated/{slug(world.trade.label)}/{slug(name)}"


def cited(world: World, page: str) -> list[str]:
    """The id the prompt gives that page, in a list; empty when it has not been read."""
    address = page_address(world, page)
    return [identity for url, identity in world.brief.sources if url == address]


def assumptions(*rows: tuple[str, str]) -> list[Record]:
    """The disclosure first, then what is assumed here."""
    disclosed = (f"{NOTE}: names, figures and sources are invented", "No model was called and nothing was looked up")
    return [{"statement": statement, "basis": basis, "impact": "medium"} for statement, basis in (disclosed, *rows)]


def reading(world: World) -> tuple[str, str]:
    """What the request was taken to mean, as an assumption."""
    request = shorten(world.brief.request, 80)
    if world.guessed:
        return f"“{request}” means a {world.category} for {world.audience}", "The request does not say more; a guess"
    return f"The business is a matter of {world.trade.label}", f"Words of the request “{request}”"


def lines(world: World, texts: Iterable[str]) -> list[str]:
    """Each text with its slots filled."""
    return [world.text(text) for text in texts]


def basics(world: World) -> Record:
    """Fields any answer may ask for."""
    trade = world.trade
    where = world.place.name
    return {
        "currency": world.currency,
        "region": where,
        "geography": where,
        "location": where,
        "country": world.place.country.name,
        "language": (world.brief.languages or ("English",))[0],
        "languages": list(world.brief.languages or ("English",)),
        "industry": trade.label,
        "category": world.category,
        "audience": world.audience,
        "customer_word": trade.customer,
        "brand_name": world.brand,
        "company": world.brand,
        "reference_year": YEAR,
        "year": YEAR,
        "need": trade.need,
        "problem": trade.need,
        "difference": world.text(trade.difference),
        "proof": trade.proof,
        "value_proposition": world.text(trade.promise),
        "unfair_advantage": world.text(trade.advantage),
        "confidence": 0.35,
        "notes": f"{NOTE} for the request: {shorten(world.brief.request, 120)}",
        "disclaimer": f"{NOTE}; nothing here has been researched.",
        "methodology": f"{NOTE}: drawn from a fixed vocabulary of {trade.label} and the words of the request.",
        "simulated": True,
        "mission": world.text(f"To give {world.audience} what they lack today: {low(trade.need)}."),
        "vision": world.text(
            f"In ten years, the first name people in {world.place.country.name} think of for a [category]."
        ),
        "goal": world.text(f"Prove in {where} that {world.audience} pay for it and come back"),
        "idea": world.text("A [category] for [audience]"),
        "tone": trade.traits[0],
        "tagline": trade.taglines[0],
    }


def low(text: str) -> str:
    """For the middle of a sentence: "A fair price" becomes "a fair price"; "SaaS tools" stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text.startswith("A ") else text


def shorten(text: str, length: int) -> str:
    """The text on one line, cut at a word."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    return flat[: max(1, length - 1)].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def pick(world: World, rows: Iterable[Mapping[str, Any]], *key: object) -> list[Record]:
    """The rows in an order of the seed, so that another seed reads differently."""
    found = [dict(row) for row in rows]
    world.draw("order", *key).shuffle(found)
    return found
