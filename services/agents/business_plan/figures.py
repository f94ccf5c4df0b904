"""The computed figures a text may name, by placeholder, and a watch over figures that came from nowhere.

The model writes `{revenue_year_3}` and code puts the number in, so that no text can disagree with the
tables. What it writes as an amount or percentage of its own is compared with the assumptions and the
computed figures; what fits neither is named in the plan's checks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel

from services.agents.business_plan.results import AssumptionRow, FundingAsk, ScenarioProjection

NOT_COMPUTED = "n/a"
"""Put in for a placeholder nobody offered."""

_PLACEHOLDER = re.compile(r"\{([a-z0-9_]{1,40})\}")
_NUMBER = r"\d[\d.,'\u00a0\u202f]*"
_MONEY = r"[€$£¥]|\b(?:EUR|USD|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CZK|BRL|INR|MXN)\b"
_CLAIM = re.compile(
    rf"(?:(?:{_MONEY})\s?({_NUMBER}))|(?:({_NUMBER})\s?(?:%|percent\b|Prozent\b|por ciento\b|{_MONEY}))"
)


def figures(
    base: ScenarioProjection, ask: FundingAsk, opening_cash_cents: int, launch_month: int, currency: str
) -> dict[str, str]:
    """Placeholder to text, in a form that reads the same in every language."""
    unit = base.unit_economics

    def money(cents: int) -> str:
        return f"{currency} {cents / 100:,.0f}"

    found = {
        "funding_ask": money(ask.amount_cents),
        "founders_cash": money(opening_cash_cents),
        "launch_month": str(launch_month),
        "price_per_customer_month": f"{currency} {unit.revenue_per_customer_cents / 100:,.2f}",
        "cac": money(unit.cac_cents),
        "ltv": money(unit.ltv_cents),
        "gross_margin": f"{unit.gross_margin_percent:g} %",
        "cash_low": money(base.cash_low_cents),
        "cash_low_month": str(base.cash_low_month),
        "cash_after_36_months": money(base.cash_end_cents),
    }
    if unit.ltv_to_cac is not None:
        found["ltv_to_cac"] = f"{unit.ltv_to_cac:.1f}"
    if unit.payback_months is not None:
        found["payback_months"] = f"{unit.payback_months:.1f}"
    if base.break_even_month is not None:
        found["break_even_month"] = str(base.break_even_month)
    for year in base.years:
        found[f"revenue_year_{year.year}"] = money(year.revenue_cents)
        found[f"result_year_{year.year}"] = money(year.result_cents)
        found[f"customers_year_{year.year}"] = f"{year.customers_end:,.0f}"
        found[f"people_year_{year.year}"] = str(year.headcount_end)
    return found


def fill(text: str, offered: Mapping[str, str]) -> str:
    """Put the figures in; a placeholder that was not offered becomes `n/a`."""
    return _PLACEHOLDER.sub(lambda match: offered.get(match.group(1), NOT_COMPUTED), text)


def unknown_placeholders(texts: Iterable[str], offered: Mapping[str, str]) -> list[str]:
    """Placeholders in the texts nobody offered, each once, sorted."""
    return sorted({name for text in texts for name in _PLACEHOLDER.findall(text) if name not in offered})


def untraced(
    texts: Iterable[str], rows: Iterable[AssumptionRow], offered: Mapping[str, str], researched: Iterable[str] = ()
) -> list[str]:
    """Amounts and percentages in the texts that are neither an assumption, nor computed, nor of the research."""
    stated = (value for row in rows for value in (row.value, row.low, row.high) if value is not None)
    known = {round(abs(value), 2) for value in stated}
    known |= {value for text in (*offered.values(), *researched) for value in _values(text)}
    claims = {match.group(0): match.group(1) or match.group(2) for text in texts for match in _CLAIM.finditer(text)}
    return sorted(claim for claim, number in claims.items() if not known.intersection(_readings(number)))


_REASONS = frozenset({"basis", "sources", "comparables", "assumptions", "currency"})
"""Fields in which figures are evidence: they are why a number is assumed, not claims that need one."""


def claims_of(*drafts: BaseModel) -> list[str]:
    """All texts of the drafts that may claim a figure."""
    return [text for draft in drafts for text in _texts(draft.model_dump(mode="json"))]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in _REASONS:
                yield from _texts(each)


def _values(text: str) -> Iterator[float]:
    for number in re.findall(_NUMBER, text):
        yield from _readings(number)


def _readings(number: str) -> set[float]:
    """What a written number may mean: 1.200 is 1200 here and 1.2 there."""
    bare = re.sub(r"['\u00a0\u202f]", "", number).rstrip(".,")
    candidates = {bare.replace(",", ""), bare.replace(".", "").replace(",", ".")}
    return {round(float(candidate), 2) for candidate in candidates if re.fullmatch(r"\d+(\.\d+)?", candidate)}
