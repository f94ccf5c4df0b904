"""What the dossier rests on: numbered sources, the figures everything is computed from, statements taken on trust.

A source that several agents name is one entry. A text that names a source by its title can be
given that source's number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.agents.dossier.entries import Entry, Figure, number_of
from services.agents.dossier.evidence_market import market_figures, market_formulas, source_numbers
from services.agents.dossier.material import BRAND, CHAPTERS, MARKET, PLAN, Material
from services.agents.dossier.readers.shared import Result
from services.agents.dossier.wording import exact, web_address

PROVEN = ("source", "research")
"""What an agent calls an input that is not an assumption."""


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
    ids: Mapping[str, int] = field(default_factory=dict)
    """Numbers of the sources by the ids the research gives them."""

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
        return number_of(self.sources, text)

    def numbers_of(self, ids: Sequence[str]) -> list[int]:
        """Numbers of the sources the research gives those ids."""
        return [self.ids[each] for each in ids if each in self.ids]


def evidence_of(material: Material) -> Evidence:
    """Collect it from all results."""
    results = [
        (CHAPTERS[kind], result)
        for kind, result in ((MARKET, material.market), (BRAND, material.brand), (PLAN, material.plan))
        if result
    ]
    sources = _sources(results)
    ids = source_numbers(material.market, sources)
    figures = [*market_figures(material.market, sources, ids), *_plan_figures(material, sources, ids)]
    return Evidence(
        sources=sources,
        figures=tuple(figures),
        statements=_statements(results),
        formulas=tuple(_formulas(material)),
        formula_notes=material.plan.formula_notes if material.plan else (),
        ids=ids,
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
                seen=entry.seen or source.seen,
                excerpt=entry.excerpt or source.excerpt,
            )
    return tuple(entries.values())


def _with(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    word = word.rstrip(".")
    return (*words, word) if word and word not in words else words


def _plan_figures(material: Material, sources: tuple[Entry, ...], ids: Mapping[str, int]) -> Iterator[Figure]:
    for row in material.plan.assumptions_table if material.plan else ():
        yield Figure(
            group="Projection",
            label=row.label,
            shown=_with_unit(row.value, row.unit),
            span=f"{exact(row.low)} to {exact(row.high)}" if row.low is not None and row.high is not None else "",
            evidence=row.evidence,
            basis=row.basis,
            source=ids.get(row.source.removeprefix(f"{MARKET}:")) or number_of(sources, row.basis),
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
        yield from market_formulas(material.market)
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
