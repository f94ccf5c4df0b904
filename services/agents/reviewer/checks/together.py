"""What several deliverables say of the same thing: the name, the currency, the size of the market."""

import re
from collections.abc import Iterator, Sequence

from services.agents.reviewer.deliverables import Deliverable, number, plain
from services.agents.reviewer.models import Finding
from services.agents.reviewer.rubric import BRAND, DECK, MARKET

MUCH = 1.5
"""Times beyond the obtainable market from which the revenue of the third year has to be explained."""
_NAMES = ("brand_name", "company_name", "company")
"""Fields with the name of the business; a deck's `name` is that, other agents' may be anything's."""
_LEAST_NAME = 5
"""Letters of a rejected name that are looked for; shorter ones are words by chance."""


def consistency_findings(each: Deliverable, all_: Sequence[Deliverable]) -> Iterator[Finding]:
    """Everything on which a deliverable differs from the research or the brand."""
    if each.kind in (MARKET, BRAND):
        return
    research = next((other for other in all_ if other.kind == MARKET), None)
    brand = next((other for other in all_ if other.kind == BRAND), None)
    if brand is not None:
        yield from _names(each, brand)
    if research is not None:
        yield from _currency(each, research)
        yield from _obtainable(each, research)


def _names(each: Deliverable, brand: Deliverable) -> Iterator[Finding]:
    name = brand.words("name")
    fields = ("name",) if each.kind == DECK else _NAMES
    stated = next((words for field in fields if (words := each.words(field))), "")
    if name and stated and plain(stated) != plain(name):
        yield each.finding(
            "consistency",
            "major",
            f"It calls the business {stated}; the brand is {name}",
            evidence=stated,
            suggestion=f"Use the name {name}.",
        )
    rejected = [str(row.get("name")) for row in brand.rows("candidates") if plain(str(row.get("name"))) != plain(name)]
    texts = list(each.texts())
    for other in rejected:
        hit = next((text for text in texts if re.search(rf"\b{re.escape(other)}\b", text)), None)
        if len(other) >= _LEAST_NAME and hit is not None and other.casefold() not in name.casefold():
            yield each.finding(
                "consistency",
                "minor",
                f"It speaks of {other}, a name that was not chosen",
                evidence=hit,
                suggestion=f"Use the name {name}, unless something else is meant.",
            )


def _currency(each: Deliverable, research: Deliverable) -> Iterator[Finding]:
    mine, theirs = each.words("currency"), research.words("size", "currency")
    if mine and theirs and mine != theirs:
        yield each.finding(
            "consistency",
            "major",
            f"It counts in {mine}, the market research in {theirs}",
            evidence=mine,
            suggestion=f"Count in {theirs}, or say why not and at which rate.",
        )


def _obtainable(each: Deliverable, research: Deliverable) -> Iterator[Finding]:
    base = next((row for row in each.rows("scenarios") if row.get("name") == "base"), {})
    years = base.get("years")
    last = years[-1] if isinstance(years, list) and years and isinstance(years[-1], dict) else {}
    revenue = number(last.get("revenue_cents"))
    highs = [high for way in ("som", "bottom_up") if (high := number(research.get("size", way, "high")))]
    if revenue is None or not highs or each.words("currency") != research.words("size", "currency"):
        return
    share = revenue / 100 / max(highs)
    if share > 1:
        yield each.finding(
            "consistency",
            "major" if share > MUCH else "minor",
            f"Revenue of the last year is {share:.1f} times the most the research calls obtainable",
            evidence=f"{each.words('currency')} {revenue / 100:,.0f} against {max(highs):,.0f}",
            suggestion="Plan fewer customers, or have the market measured wider.",
        )
