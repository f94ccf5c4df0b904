"""What the market size rests on: its inputs with their sources, its formulas.

A research that brings a table of inputs and formulas as data is shown by their ids, so that a reader can compute every
number again; an older one by what its fields say.
"""

from collections.abc import Iterator, Mapping, Sequence

from services.agents.dossier.entries import Entry, Figure, number_of
from services.agents.dossier.readers.market import Estimate, Formula, Input, Market
from services.agents.dossier.wording import exact, money, web_address

GROUP = "Market size"
"""The computation these figures are inputs of."""

PERCENT = "percent"
"""Unit of shares and rates."""


def source_numbers(market: Market | None, sources: Sequence[Entry]) -> dict[str, int]:
    """Numbers of the sources by the ids the research gives them."""
    if not market:
        return {}
    known = {(entry.title.casefold(), entry.url.casefold()): entry.number for entry in sources}
    return {
        source.id: known[key]
        for source in market.sources
        if source.id and (key := (source.title.casefold(), web_address(source.url).casefold())) in known
    }


def market_figures(market: Market | None, sources: Sequence[Entry], ids: Mapping[str, int]) -> Iterator[Figure]:
    """The inputs of the market size."""
    if not market:
        return
    if not market.inputs:
        yield from _stated_figures(market, sources)
    for row in market.inputs:
        yield Figure(
            group=GROUP,
            label=row.label,
            shown=f"{exact(row.base)} {'%' if row.unit == PERCENT else row.unit}".strip(),
            span=_span(row),
            evidence=row.evidence,
            basis=_dated(row),
            source=next((ids[each] for each in row.source_ids if each in ids), None),
            id=row.id,
        )


def market_formulas(market: Market) -> Iterator[tuple[str, str]]:
    """Name and formula of everything computed for the market."""
    if not market.formulas:
        yield from _stated_formulas(market)
    for each in market.formulas:
        if each.base is not None:
            yield each.label, f"{each.id} = {_calculation(each)} = {_result(each)}"


def _calculation(each: Formula) -> str:
    if each.operation == "growth" and len(each.terms) > 1:
        return f"{each.terms[0]} x (1 + {each.terms[1]})^5"
    if each.operation == "ratio":
        return f"the larger of {' and '.join(each.terms)}, divided by the smaller"
    return (" + " if each.operation == "sum" else " x ").join(each.terms)


def _result(each: Formula) -> str:
    def shown(value: float) -> str:
        return money(value, each.unit) if each.unit else exact(value)

    base = shown(each.base or 0.0)
    if each.low is None or each.high is None or each.low == each.high:
        return base
    return f"{base} ({shown(each.low)} to {shown(each.high)})"


def _dated(row: Input) -> str:
    return f"{row.basis} ({row.as_of})" if row.as_of and row.evidence == "source" else row.basis


def _stated_figures(market: Market, sources: Sequence[Entry]) -> Iterator[Figure]:
    """The inputs of a research that has no table of them."""
    currency, top = market.size.currency, market.top_down
    rows: list[tuple[str, Estimate | None, str]] = [
        ("Buyers in the whole market", top.buyers, ""),
        ("Yearly spend per buyer", top.annual_spend, currency),
        ("Share that can be served", top.serviceable_share, "%"),
        ("Share that can be won in three years", top.obtainable_share, "%"),
    ]
    for each in market.bottom_up:
        rows += [
            (f"{each.segment}: customers", each.customers, ""),
            (f"{each.segment}: reached", each.reachable_share, "%"),
            (f"{each.segment}: of these, customers", each.conversion_share, "%"),
            (f"{each.segment}: revenue per customer and year", each.annual_revenue, currency),
        ]
    for label, estimate, unit in rows:
        if estimate:
            yield Figure(
                group=GROUP,
                label=label,
                shown=f"{exact(estimate.base)} {unit}".strip(),
                span=_span(estimate),
                evidence=estimate.evidence,
                basis=estimate.basis,
                source=number_of(sources, estimate.basis),
            )
    if market.size.annual_growth is not None:
        basis = market.annual_growth_basis
        number = number_of(sources, basis)
        yield Figure(
            group=GROUP,
            label="Growth of the market per year",
            shown=f"{exact(market.size.annual_growth)} %",
            span="",
            evidence="source" if number else "assumption",
            basis=basis,
            source=number,
        )


def _span(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None or estimate.low == estimate.high:
        return ""
    return f"{exact(estimate.low)} to {exact(estimate.high)}"


def _stated_formulas(market: Market) -> Iterator[tuple[str, str]]:
    size = market.size
    named = (
        ("Whole market (TAM)", size.tam),
        ("Serviceable market (SAM)", size.sam),
        ("Obtainable market (SOM)", size.som),
        *((f"Bottom-up: {each.segment}", each.amount) for each in size.bottom_up_segments),
        ("Bottom-up, all segments", size.bottom_up),
    )
    for name, amount in named:
        if amount and amount.formula:
            yield name, f"{amount.formula} = {money(amount.base, size.currency)}"
