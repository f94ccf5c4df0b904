"""The research as Markdown for people: findings first, then size with its method, then the rest."""

from agent_sdk import markdown as md
from services.agents.market_research.models import (
    Amount,
    BottomUpSegment,
    MarketResearch,
    MarketSize,
    Persona,
    RangeEstimate,
)


def render(research: MarketResearch) -> str:
    """The whole report."""
    parts = [
        f"# Market research\n\n**{md.line(research.headline)}**",
        _simulated(research),
        md.text(research.summary),
        f"## The market\n\n{md.text(research.market_definition)}",
        _size(research.size),
        _inputs(research),
        _segments(research),
        _personas(research),
        _competitors(research),
        _outlook(research),
        "## Open questions\n\n" + md.bullets(research.open_questions),
        "## Assumptions\n\n" + md.assumptions(research.assumptions),
        "## Sources\n\n" + md.sources(research.sources) + _source_note(research),
        _confidence(research),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _simulated(research: MarketResearch) -> str:
    return md.SIMULATED if research.simulated else ""


def _size(size: MarketSize) -> str:
    def row(name: str, amount: Amount) -> tuple[str, ...]:
        return (
            name,
            *(md.amount(value, size.currency) for value in (amount.low, amount.base, amount.high)),
            md.line(amount.formula),
        )

    rows = [
        row("Whole market (TAM)", size.tam),
        row("Serviceable (SAM)", size.sam),
        row("Obtainable in three years (SOM), top-down", size.som),
        row("Obtainable in three years, bottom-up", size.bottom_up),
        *(row(f"- {md.line(each.segment)}", each.amount) for each in size.bottom_up_segments),
    ]
    table = md.table(("Per year", "Low", "Base", "High", "Computed as (base)"), rows, right=(1, 2, 3))
    return (
        f"## Size\n\n{md.line(size.region)}, {size.reference_year}, in {size.currency}. Computed from the inputs "
        f"below.\n\n{table}\n\n"
        f"{_agreement(size)} At {md.compact(size.annual_growth)} % a year the whole market is "
        f"{md.amount(size.tam_in_five_years, size.currency)} in five years."
    )


def _agreement(size: MarketSize) -> str:
    if size.agreement_ratio is None:
        return "One of the two ways gives nothing, so they cannot be compared."
    verdict = {
        "close": "close: they support each other.",
        "same order": "of the same order: good enough to decide on a test, not on an investment.",
        "far apart": "far apart: at least one input is wrong. Settle that before relying on either.",
    }[size.agreement]
    return f"The two ways differ by a factor of {md.compact(size.agreement_ratio)}, which is {verdict}"


def _inputs(research: MarketResearch) -> str:
    top, currency = research.top_down, research.size.currency
    rows = [
        _input("Buyers", top.buyers, ""),
        _input("Yearly spend per buyer", top.annual_spend, currency),
        _input("Serviceable share", top.serviceable_share, "%"),
        _input("Obtainable share", top.obtainable_share, "%"),
        *(row for segment in research.bottom_up for row in _segment_inputs(segment, currency)),
        ("Growth per year", f"{md.compact(research.size.annual_growth)} %", "", md.line(research.annual_growth_basis)),
    ]
    table = md.table(("Input", "Base (low to high)", "Evidence", "Basis"), rows, right=(1,))
    return f"### Inputs\n\nBuyers: {md.line(top.buyer_definition)}\n\n{table}"


def _segment_inputs(segment: BottomUpSegment, currency: str) -> list[tuple[str, ...]]:
    name = md.line(segment.segment)
    return [
        _input(f"{name}: customers", segment.customers, ""),
        _input(f"{name}: reached", segment.reachable_share, "%"),
        _input(f"{name}: converted", segment.conversion_share, "%"),
        _input(f"{name}: revenue a year", segment.annual_revenue, currency),
    ]


def _input(name: str, estimate: RangeEstimate, unit: str) -> tuple[str, ...]:
    figures = md.ranged(estimate.low, estimate.base, estimate.high)
    return name, f"{figures} {unit}".strip(), estimate.evidence, md.line(estimate.basis)


def _segments(research: MarketResearch) -> str:
    rows = [
        (
            md.line(each.name),
            md.line(each.description),
            md.line("; ".join(each.needs)),
            f"{md.compact(each.share_of_demand)} %",
            each.willingness_to_pay,
            each.priority,
        )
        for each in research.segments
    ]
    head = ("Segment", "Who", "Needs", "Share of demand", "Willingness to pay", "Serve")
    return "## Segments\n\n" + md.table(head, rows, right=(3,))


def _personas(research: MarketResearch) -> str:
    return "\n\n".join(["## Personas", *(_persona(persona) for persona in research.personas)])


def _persona(persona: Persona) -> str:
    return (
        f"### {md.line(persona.name)}\n\n*{md.line(persona.segment)}*. {md.text(persona.situation)}\n\n"
        f"- Wants: {md.line('; '.join(persona.goals))}\n"
        f"- Is annoyed by: {md.line('; '.join(persona.frustrations))}\n"
        f"- Starts to look when: {md.line(persona.buying_trigger)}\n\n> {md.line(persona.quote)}"
    )


def _competitors(research: MarketResearch) -> str:
    rows = [
        (
            md.line(each.name),
            each.kind,
            md.line(each.offer),
            md.line(each.price),
            md.line("; ".join(each.strengths)),
            md.line("; ".join(each.weaknesses)),
            md.line(each.source),
        )
        for each in research.competitors
    ]
    head = ("Competitor", "Kind", "Offer", "Price", "Strengths", "Weaknesses", "Source")
    return f"## Competitors\n\n{md.table(head, rows)}\n\n**The gap.** {md.text(research.gap)}"


def _outlook(research: MarketResearch) -> str:
    trends = md.table(
        ("Trend", "What changes", "Effect", "When"),
        [(md.line(each.title), md.line(each.description), each.effect, each.horizon) for each in research.trends],
    )
    risks = md.table(
        ("Risk", "What could happen", "Likelihood", "Impact", "Response"),
        [
            (md.line(each.title), md.line(each.description), each.likelihood, each.impact, md.line(each.response))
            for each in research.risks
        ],
    )
    openings = md.table(
        ("Opportunity", "What", "First step"),
        [(md.line(each.title), md.line(each.description), md.line(each.first_step)) for each in research.opportunities],
    )
    return f"## Trends\n\n{trends}\n\n## Risks\n\n{risks}\n\n## Opportunities\n\n{openings}"


def _source_note(research: MarketResearch) -> str:
    if not research.sources:
        return ""
    return "\n\nThe model named these from memory; nobody has opened them yet. Check one before you rely on it."


def _confidence(research: MarketResearch) -> str:
    return "## Confidence\n\n" + md.confidence(research.confidence, research.confidence_reasons)
