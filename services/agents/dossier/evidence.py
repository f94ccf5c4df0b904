"""What the dossier rests on: numbered sources, the figures everything is computed from, statements taken on trust.

A source that several agents name is one entry. A text that names a source by its title can be
given that source's number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.agents.dossier.material import BRAND, CHAPTERS, MARKET, PLAN, Material
from services.agents.dossier.readers.market import Estimate, Market
from services.agents.dossier.readers.shared import Result
from services.agents.dossier.wording import exact, money, web_address

_SHORTEST_TITLE = 8
"""Characters a title needs to be looked for inside other texts; shorter ones would be found everywhere."""


PROVEN = ("source", "research")
"""What an agent calls an input that is not an assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A source, once."""

    number: int
    title: str
    url: str
    """Empty when there is none that may become a link."""
    publisher: str
    date: str
    supports: tuple[str, ...]
    used_by: tuple[str, ...]
    """Names of the chapters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An input of the computations."""

    group: str
    """Which computation."""
    label: str
    shown: str
    """The value with its unit."""
    span: str
    """From where to where it may be; empty when no range is stated."""
    evidence: str
    """`source`, `research` or `assumption`, as the agent marked it."""
    basis: str
    source: int | None
    """Number of the source its basis names."""
    id: str = ""
    """Its name in formulas; empty when it is in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something assumed that is not a number of a computation."""

    statement: str
    basis: str
    chapter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All of it."""

    sources: tuple[Entry, ...]
    figures: tuple[Figure, ...]
    statements: tuple[Statement, ...]
    formulas: tuple[tuple[str, str], ...]
    """Name and formula."""
    formula_notes: tuple[str, ...] = ()
    """How to read the formulas."""

    def place_of(self, figure: str) -> str:
        """Where on the page the formula of a figure stands, by how its name begins; empty when there is none."""
        named = (place for place, (name, _) in enumerate(self.formulas, start=1) if name.startswith(figure))
        number = next(named, 0)
        return f"formula-{number}" if number else ""

    @property
    def sourced(self) -> int:
        """How many inputs a source or the research supports."""
        return sum(each.evidence in PROVEN for each in self.figures)

    def number_of(self, text: str) -> int | None:
        """Number of the source a text names by its title."""
        return _number_of(self.sources, text)


def evidence_of(material: Material) -> Evidence:
    """Collect it from all results."""
    results = [
        (CHAPTERS[kind], result)
        for kind, result in ((MARKET, material.market), (BRAND, material.brand), (PLAN, material.plan))
        if result
    ]
    sources = _sources(results)
    figures = [*_market_figures(material.market, sources), *_plan_figures(material, sources)]
    return Evidence(
        sources=sources,
        figures=tuple(figures),
        statements=_statements(results),
        formulas=tuple(_formulas(material)),
        formula_notes=material.plan.formula_notes if material.plan else (),
    )


def _sources(results: Sequence[tuple[str, Result]]) -> tuple[Entry, ...]:
    entries: dict[tuple[str, str], Entry] = {}
    for chapter, result in results:
        for source in result.sources:
            url = web_address(source.url)
            key = (source.title.casefold(), url.casefold())
            entry = entries.get(key) or Entry(
                number=len(entries) + 1,
                title=source.title,
                url=url,
                publisher=source.publisher,
                date=source.date,
                supports=(),
                used_by=(),
            )
            entries[key] = replace(
                entry,
                supports=_with(entry.supports, source.supports),
                used_by=_with(entry.used_by, chapter),
            )
    return tuple(entries.values())


def _with(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    return (*words, word) if word and word not in words else words


def _number_of(sources: tuple[Entry, ...], text: str) -> int | None:
    named = text.strip().casefold()
    for entry in sources:
        title = entry.title.casefold()
        if named == title or (len(title) >= _SHORTEST_TITLE and title in named):
            return entry.number
    return None


def _market_figures(market: Market | None, sources: tuple[Entry, ...]) -> Iterator[Figure]:
    if not market:
        return
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
                group="Market size",
                label=label,
                shown=f"{exact(estimate.base)} {unit}".strip(),
                span=_span(estimate),
                evidence=estimate.evidence,
                basis=estimate.basis,
                source=_number_of(sources, estimate.basis),
            )
    if market.size.annual_growth is not None:
        basis = market.annual_growth_basis
        number = _number_of(sources, basis)
        yield Figure(
            group="Market size",
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


def _plan_figures(material: Material, sources: tuple[Entry, ...]) -> Iterator[Figure]:
    for row in material.plan.assumptions_table if material.plan else ():
        yield Figure(
            group="Projection",
            label=row.label,
            shown=_with_unit(row.value, row.unit),
            span=f"{exact(row.low)} to {exact(row.high)}" if row.low is not None and row.high is not None else "",
            evidence=row.evidence,
            basis=row.basis,
            source=_number_of(sources, row.basis),
            id=row.id,
        )


def _statements(results: Sequence[tuple[str, Result]]) -> tuple[Statement, ...]:
    found: dict[str, Statement] = {}
    for chapter, result in results:
        for each in result.assumptions:
            found.setdefault(
                each.statement.casefold(), Statement(statement=each.statement, basis=each.basis, chapter=chapter)
            )
    return tuple(found.values())


def _formulas(material: Material) -> Iterator[tuple[str, str]]:
    if material.market:
        size = material.market.size
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
    if material.plan:
        yield from ((each.name, f"{each.id} = {each.formula}".removeprefix(" = ")) for each in material.plan.formulas)
        if material.plan.funding.formula:
            yield "Funding need", material.plan.funding.formula


def _with_unit(value: float, unit: str) -> str:
    if unit == "month of the plan":
        return f"month {exact(value)}"
    if unit.startswith("percent"):
        return f"{exact(value)} %{unit.removeprefix('percent')}"
    return f"{exact(value)} {unit}".strip()
