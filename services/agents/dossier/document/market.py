"""The market as Markdown."""

from collections.abc import Iterator, Sequence

from agent_sdk import markdown as md
from services.agents.dossier.chapters.market import MarketChapter, price_is_assumed
from services.agents.dossier.evidence import Evidence
from services.agents.dossier.readers.market import Market
from services.agents.dossier.wording import formula, money, percent


def market_text(chapter: MarketChapter, evidence: Evidence) -> Iterator[str]:
    """The market."""
    market, currency = chapter.market, chapter.market.size.currency
    yield "## Market"
    yield md.text(market.market_definition)
    if chapter.amounts:
        yield "### Size"
        rows = [
            (
                " ".join(each for each in (f"**{name}**" if name else "", md.line(meaning)) if each),
                *(
                    md.line(money(value, currency)) if value is not None else ""
                    for value in (amount.low, amount.base, amount.high)
                ),
                md.line(formula(amount.formula)),
            )
            for name, meaning, amount in chapter.amounts
        ]
        yield md.table(("Per year", "Low", "Base", "High", "Computed as"), rows, right=(1, 2, 3))
        yield md.line(chapter.agreement)
        yield from _contradictions(market, evidence)
        if market.size.annual_growth is not None:
            number = evidence.number_of(market.annual_growth_basis)
            basis = f"{md.line(market.annual_growth_basis)}{f' [{number}]' if number else ''}"
            yield f"Growth: {percent(market.size.annual_growth)} a year. {basis}".rstrip()
    yield from _buyers(market)
    if market.competitors:
        yield "### Who sells"
        if market.gap:
            yield f"**The gap.** {md.line(market.gap)}"
        yield _competitors(market, evidence)
    if market.trends:
        yield "### Trends"
        trends = [
            (md.line(each.title), md.line(each.description), md.line(each.effect), md.line(each.horizon))
            for each in market.trends
        ]
        yield md.table(("Trend", "What changes", "Effect", "When"), trends)
    if market.opportunities:
        yield "### Openings"
        openings = [
            (md.line(each.title), md.line(each.description), md.line(each.first_step)) for each in market.opportunities
        ]
        yield md.table(("Opening", "What it is", "First step"), openings)


def _buyers(market: Market) -> Iterator[str]:
    if market.segments:
        yield "### Who buys"
        rows = [
            (
                md.line(each.name),
                md.line(each.description),
                md.line("; ".join(each.needs)),
                percent(each.share_of_demand) if each.share_of_demand is not None else "",
                md.line(each.willingness_to_pay),
                md.line(each.priority),
            )
            for each in market.segments
        ]
        head = ("Segment", "Who", "Needs", "Share of demand", "Willingness to pay", "Priority")
        yield md.table(head, rows, right=(3,))
    for persona in market.personas:
        yield f"**{md.line(persona.name)}** ({md.line(persona.segment)}). {md.line(persona.situation)}"
        if persona.quote:
            yield f"> {md.line(persona.quote)}"
        yield md.bullets(
            f"{label}: {words}"
            for label, words in (
                ("Wants", "; ".join(persona.goals)),
                ("Is annoyed by", "; ".join(persona.frustrations)),
                ("Starts to look when", persona.buying_trigger),
            )
            if words
        )


def _contradictions(market: Market, evidence: Evidence) -> Iterator[str]:
    if not market.contradictions:
        return
    yield "### Where sources contradict each other"
    rows = [
        (
            md.line(each.figure),
            "; ".join(f"{md.line(claim.value)}{_cite(evidence, (claim.source_id,))}" for claim in each.claims),
            _cite(evidence, (each.used,)).strip() or "none of them",
            md.line(each.why),
        )
        for each in market.contradictions
    ]
    yield md.table(("Figure", "They say", "Used", "Why"), rows)


def _cite(evidence: Evidence, ids: Sequence[str]) -> str:
    numbers = evidence.numbers_of(ids)
    return f" [{', '.join(str(number) for number in numbers)}]" if numbers else ""


def _competitors(market: Market, evidence: Evidence) -> str:
    rows = []
    for each in market.competitors:
        number = evidence.number_of(each.source)
        cited = _cite(evidence, each.source_ids).strip() or (f"[{number}]" if number else "")
        rows.append(
            (
                md.line(each.name),
                md.line(each.kind),
                md.line(each.offer),
                md.line(each.price) + (" (assumed)" if price_is_assumed(each) else ""),
                md.line("; ".join(each.strengths)),
                md.line("; ".join(each.weaknesses)),
                f"{cited} {md.line(each.as_of)}".strip() if cited else md.line(each.source),
            )
        )
    return md.table(("Competitor", "Kind", "Offer", "Price", "Good at", "Weak at", "Source"), rows)
