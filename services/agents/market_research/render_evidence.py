"""What the report rests on, as Markdown: inputs, formulas, contradictions, corrections, sources."""

from collections.abc import Sequence

from agent_sdk import markdown as md
from services.agents.market_research.models import Contradiction
from services.agents.market_research.results import Formula, Input, MarketResearch, ReadSource
from services.agents.market_research.sizing import PERCENT, YEARS


def inputs(research: MarketResearch) -> str:
    """The table everything is computed from."""
    rows = [
        (
            f"`{each.id}`",
            md.line(each.label),
            _value(each),
            basis(each.evidence, each.source_ids, each.as_of),
            md.line(each.basis),
        )
        for each in research.inputs
    ]
    table = md.table(("Id", "Input", "Base (low to high)", "Rests on", "Basis"), rows, right=(2,))
    return f"### Inputs\n\nBuyers: {md.line(research.top_down.buyer_definition)}\n\n{table}"


def formulas(research: MarketResearch) -> str:
    """How every number was computed, by the ids of the inputs."""
    rows = [
        (
            f"`{each.id}`",
            md.line(each.label),
            _calculation(each),
            *(_end(end) for end in (each.low, each.base, each.high)),
        )
        for each in research.formulas
    ]
    table = md.table(("Id", "Result", "Computed as", "Low", "Base", "High"), rows, right=(3, 4, 5))
    return (
        "### Formulas\n\nShares and rates are percent. Low multiplies the low ends, high the high ends. Results are "
        f"rounded to whole units.\n\n{table}"
    )


def contradictions(research: MarketResearch) -> str:
    """Where pages differ; empty when none do."""
    if not research.contradictions:
        return ""
    rows = [
        (md.line(each.figure), _claims(each), each.used or "none of them", md.line(each.why))
        for each in research.contradictions
    ]
    return "### Where sources contradict each other\n\n" + md.table(("Figure", "They say", "Used", "Why"), rows)


def corrections(research: MarketResearch) -> str:
    """What code had to correct; empty when nothing was."""
    if not research.corrections:
        return ""
    return (
        "### Corrected by code\n\nCalled sourced by the model, but not found in what was read; counted as assumptions."
        f"\n\n{md.bullets(research.corrections)}"
    )


def sources(research: MarketResearch) -> str:
    """The pages with dates and what was cited of them."""
    if not research.sources:
        why = "nothing was found" if research.reading.offered else "the model could not search the web"
        return f"## Sources\n\nNo page was read: {why}. Every figure above is an assumption."
    rows = [
        (
            md.line(each.id),
            _link(each),
            md.line(each.publisher),
            each.date or "not known",
            each.seen or "not known",
            md.line(each.supports),
        )
        for each in research.sources
    ]
    table = md.table(("Id", "Page", "Publisher", "Published", "Read", "Cited for"), rows)
    quotes = "\n".join(f"- {md.line(each.id)}: “{md.line(each.excerpt)}”" for each in research.sources if each.excerpt)
    return f"## Sources\n\n{_reading(research)}\n\n{table}\n\nWhat was cited of them, word for word:\n\n{quotes}"


def basis(evidence: str, ids: Sequence[str], as_of: str) -> str:
    """`S1, S2 (2025-04)`, or that it is assumed."""
    named = md.line(", ".join(ids))
    when = f" ({as_of})" if as_of else ""
    if evidence == "source":
        return f"{named}{when}"
    return f"**assumption**, with {named}" if named else "**assumption**"


def marked(words: str, evidence: str) -> str:
    """The words, marked when they are assumed."""
    return words if evidence == "source" else f"{words} (assumed)"


def _value(each: Input) -> str:
    unit = "%" if each.unit == PERCENT else each.unit
    shown = md.compact(each.base) if each.low == each.high else md.ranged(each.low, each.base, each.high)
    return f"{shown} {unit}".strip()


def _calculation(each: Formula) -> str:
    terms = [f"`{term}`" for term in each.terms]
    if each.operation == "growth":
        return f"{terms[0]} x (1 + {terms[1]}) to the power of {YEARS}"
    if each.operation == "ratio":
        return f"larger of {' and '.join(terms)} / smaller"
    return (" x " if each.operation == "product" else " + ").join(terms)


def _end(value: float | None) -> str:
    return "" if value is None else md.compact(value)


def _claims(each: Contradiction) -> str:
    return "; ".join(f"{md.line(claim.source_id)}: {md.line(claim.value)}" for claim in each.claims)


def _link(each: ReadSource) -> str:
    return f"[{md.line(each.title)}](<{each.url}>)" if each.url else md.line(each.title)


def _reading(research: MarketResearch) -> str:
    record = research.reading
    left_out = f" {record.facts_left_out} facts were left out: their figure is not in their page." * bool(
        record.facts_left_out
    )
    return (
        f"{record.searches} searches found {record.pages_found} pages; those cited are listed. The model read them, "
        f"code looked each sourced figure up in what was cited. Open a page before you rely on it.{left_out}"
    )
