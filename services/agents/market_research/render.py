"""The research as Markdown for people: findings first, then size with its method, then the rest."""

from agent_sdk import markdown as md
from services.agents.market_research import render_evidence as evidence
from services.agents.market_research.models import Persona
from services.agents.market_research.results import Amount, MarketResearch, MarketSize


def render(research: MarketResearch) -> str:
    """The whole report."""
    parts = [
        f"# Market research\n\n**{md.line(research.headline)}**",
        _simulated(research),
        md.text(research.summary),
        f"## The market\n\n{md.text(research.market_definition)}",
        _size(research.size),
        evidence.inputs(research),
        evidence.formulas(research),
        evidence.contradictions(research),
        _segments(research),
        _personas(research),
        _competitors(research),
        _outlook(research),
        "## Open questions\n\n" + md.bullets(research.open_questions),
        "## Assumptions\n\n" + md.assumptions(research.assumptions),
        evidence.corrections(research),
        evidence.sources(research),
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
        f"{md.text(size.agreement_comment)} At {md.compact(size.annual_growth)} % a year the whole market is "
        f"{md.amount(size.tam_in_five_years, size.currency)} in five years."
    )


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
            evidence.marked(md.line(each.price), each.price_evidence if each.monthly_price is not None else "source"),
            md.line("; ".join(each.strengths)),
            md.line("; ".join(each.weaknesses)),
            evidence.basis(each.evidence, each.source_ids, each.as_of),
        )
        for each in research.competitors
    ]
    head = ("Competitor", "Kind", "Offer", "Price", "Strengths", "Weaknesses", "Rests on")
    return f"## Competitors\n\n{md.table(head, rows)}\n\n**The gap.** {md.text(research.gap)}"


def _outlook(research: MarketResearch) -> str:
    trends = md.table(
        ("Trend", "What changes", "Effect", "When", "Read in"),
        [
            (md.line(each.title), md.line(each.description), each.effect, each.horizon, ", ".join(each.source_ids))
            for each in research.trends
        ],
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


def _confidence(research: MarketResearch) -> str:
    return "## Confidence\n\n" + md.confidence(research.confidence, research.confidence_reasons)
