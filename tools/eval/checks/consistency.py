"""Do the deliverables speak of the same business, in the same money, at the same place?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tools.eval.checks.finding import Finding
from tools.eval.checks.texts import fields, seen
from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request

_PLAN = "business_plan/result.json"
_MONEY = re.compile(r"\b(AUD|BRL|CAD|CHF|CNY|DKK|EUR|GBP|INR|JPY|KES|MXN|NOK|PLN|SEK|SGD|USD|ZAR)\b(?=\s?\d)|(?<=\d)\s?"
                    r"(AUD|BRL|CAD|CHF|CNY|DKK|EUR|GBP|INR|JPY|KES|MXN|NOK|PLN|SEK|SGD|USD|ZAR)\b")  # fmt: skip
_QUOTES = re.compile(r"comparables\[|published|\.basis$|^sources\[|exhibit\.rows\[")
"""Fields that quote what others say, in whatever money they say it."""
_BEARERS = {
    "branding": ("brand.md", "brand-board.svg"),
    "business_plan": ("business-plan.md",),
    "pitch_deck": ("pitch-deck.html",),
    "dossier": ("dossier.html", "dossier.md"),
}
"""Files that carry the name, by who makes them."""
_FAR = 3
"""A price this many times above the dearest comparable, or below the cheapest, needs another comparison."""


def look_at_name(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Brand, plan, deck, page and documents."""
    brand, plan, deck, dossier = (made.result(kind) for kind in ("branding", "business_plan", "pitch_deck", "dossier"))
    if brand is None:
        return
    name = brand["name"]
    if request.name and name.casefold() != request.name.casefold():
        yield Finding("branding/result.json", f"calls it {name!r}; the request calls it {request.name!r}")
    if plan and plan["brand_name"] != name:
        yield Finding(_PLAN, f"calls it {plan['brand_name']!r}; the brand is {name!r}")
    if deck and deck["name"] != name:
        yield Finding("pitch_deck/result.json", f"calls it {deck['name']!r}; the brand is {name!r}")
    if dossier and dossier["title"] != name:
        yield Finding("dossier/result.json", f"calls it {dossier['title']!r}; the brand is {name!r}")
    for kind, names in _BEARERS.items():
        files = made.files(kind)
        for file in (files[each] for each in names if each in files):
            if _plain(name) not in _plain(seen(file)):
                yield Finding(file.where, f"does not carry the name {name!r}")


def _plain(text: str) -> str:
    return re.sub(r"[^\w&]", "", text.replace("&amp;", "&")).casefold()


def look_at_currency(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Research, plan, and every amount that plan, deck and the dossier's summary name in words."""
    market, plan, dossier = (made.result(kind) for kind in ("market_research", "business_plan", "dossier"))
    used = {}
    if market:
        used["market_research"] = market["size"]["currency"]
    if plan:
        used["business_plan"] = plan["currency"]
    if len(set(used.values())) > 1:
        yield Finding("", f"the deliverables count in different currencies: {used}")
    for kind, currency in used.items():
        if request.currency and currency != request.currency:
            yield Finding(f"{kind}/result.json", f"counts in {currency}; that place counts in {request.currency}")
    if plan is None:
        return
    own = plan["currency"]
    for kind, texts in (
        ("business_plan", fields(plan)),
        ("pitch_deck", fields(made.result("pitch_deck"))),
        ("dossier", fields((dossier or {}).get("facts", []), "facts")),
    ):
        for path, text in texts:
            if _QUOTES.search(path):
                continue
            for match in _MONEY.finditer(text):
                code = match[1] or match[2]
                if code != own and code not in request.request:
                    yield Finding(f"{kind}/result.json {path}", f"speaks of {code} in a plan in {own}: {text[:80]!r}")


def look_at_prices(made: Deliverables, request: Request) -> Iterator[Finding]:
    """The plan's prices against its comparables, and those against the research."""
    market, plan = made.result("market_research"), made.result("business_plan")
    if plan is None:
        return
    rivals = {each["name"].casefold(): each for each in market["competitors"]} if market else {}
    for compared in plan["price_comparisons"]:
        where, price = f"{_PLAN} price of {compared['tier']!r}", compared["price_cents"]
        if price > _FAR * compared["high_cents"] or price * _FAR < compared["low_cents"]:
            span = f"{compared['low_cents'] / 100:g} to {compared['high_cents'] / 100:g}"
            yield Finding(where, f"is {price / 100:g}, far from its comparables ({span})")
        for each in compared["comparables"]:
            rival = rivals.get(each["name"].casefold())
            if each["source"].startswith("market_research") and rival is None:
                yield Finding(where, f"is compared with {each['name']!r}, whom the research does not name")
            elif rival and _contradicts(each, rival, compared["billing"]):
                yield Finding(where, f"says {each['name']!r} charges {each['amount_cents'] / 100:g}; the research says "
                                     f"{rival['monthly_price']:g} ({rival['price']})")  # fmt: skip


def _contradicts(compared: dict[str, Any], rival: dict[str, Any], billing: str) -> bool:
    """Whether both speak of the same published price and give different amounts."""
    if billing == "per year" or rival["monthly_price"] is None or compared["published"] != rival["price"]:
        return False
    return bool(abs(compared["amount_cents"] - rival["monthly_price"] * 100) > 1)


def look_at_place(made: Deliverables, request: Request) -> Iterator[Finding]:
    """The region of the research."""
    market = made.result("market_research")
    if market is None or not request.places:
        return
    told = " ".join((market["size"]["region"], market["market_definition"], market["top_down"]["buyer_definition"]))
    if not any(place.casefold() in told.casefold() for place in request.places):
        where = market["size"]["region"]
        yield Finding("market_research/result.json", f"measures {where!r}; asked for was {' or '.join(request.places)}")
