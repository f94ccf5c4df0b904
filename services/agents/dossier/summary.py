"""The executive summary, composed by code: figures and findings that stand elsewhere in the dossier, nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.agents.dossier.chapters.brand import BrandChapter
from services.agents.dossier.chapters.market import MarketChapter
from services.agents.dossier.chapters.plan import PlanChapter, when_even
from services.agents.dossier.chapters.risks import RiskChapter, severity
from services.agents.dossier.evidence import Evidence
from services.agents.dossier.wording import cents, joined, money, percent

_FORMULAS = {"Revenue in year": "Revenue of a year"}
"""Names of formulas that differ from those of the key figures they give."""

MAX_FIGURES = 6
MAX_CHECKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A figure to remember."""

    label: str
    value: str
    note: str = ""
    place: str = ""
    """Where on the page it is derived: the id of its formula, or of its chapter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A paragraph of the summary."""

    title: str
    text: str
    chapter: str
    """Id of the chapter it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The summary."""

    lead: str
    """The one sentence to remember; empty without results."""
    figures: tuple[KeyFigure, ...]
    findings: tuple[Finding, ...]
    checks: tuple[str, ...]
    """What a careful reader should look at before relying on the rest."""
    next_steps: tuple[str, ...]


def summarise(
    market: MarketChapter | None,
    brand: BrandChapter | None,
    plan: PlanChapter | None,
    risks: RiskChapter | None,
    evidence: Evidence,
) -> Summary:
    """Compose the summary of the chapters there are; each key figure knows where it is derived."""
    figures = [
        *(_derived(each, "market", evidence) for each in _market_figures(market)),
        *(_derived(each, "plan", evidence) for each in _plan_figures(plan)),
    ]
    if len(figures) < 3:
        figures += (replace(each, place="brand") for each in _brand_figures(brand))
    lead = _lead(market, brand, plan)
    findings = [*_market(market), *_brand(brand, lead), *_plan(plan, lead), *_risks(risks)]
    return Summary(
        lead=lead,
        figures=tuple(figures[:MAX_FIGURES]),
        findings=tuple(findings),
        checks=tuple(_checks(market, brand, plan))[:MAX_CHECKS],
        next_steps=plan.plan.next_steps if plan else (),
    )


def _derived(figure: KeyFigure, chapter: str, evidence: Evidence) -> KeyFigure:
    """The figure with the place of its formula; of its chapter when it has none of its own."""
    name = figure.label.rstrip(" 0123456789")
    return replace(figure, place=evidence.place_of(_FORMULAS.get(name, name)) or chapter)


def _lead(market: MarketChapter | None, brand: BrandChapter | None, plan: PlanChapter | None) -> str:
    candidates = (
        market.market.headline if market else "",
        brand.brand.positioning.statement if brand else "",
        plan.plan.value_proposition if plan else "",
    )
    return next((each for each in candidates if each), "")


def _market_figures(chapter: MarketChapter | None) -> Iterator[KeyFigure]:
    if not chapter:
        return
    size = chapter.market.size
    if size.tam:
        yield KeyFigure(
            label="Whole market", value=money(size.tam.base, size.currency), note=f"a year, {size.region}".rstrip(", ")
        )
    if size.som:
        note = "a year, within three years"
        if size.som.low is not None and size.som.high is not None:
            note = f"a year; {money(size.som.low, size.currency)} to {money(size.som.high, size.currency)}"
        yield KeyFigure(label="Obtainable market", value=money(size.som.base, size.currency), note=note)
    if size.annual_growth is not None:
        yield KeyFigure(label="Market growth", value=percent(size.annual_growth), note="a year")


def _plan_figures(chapter: PlanChapter | None) -> Iterator[KeyFigure]:
    if not chapter or not chapter.plan.base:
        return
    plan, base = chapter.plan, chapter.plan.base
    even = f"Month {base.break_even_month}" if base.break_even_month else "None yet"
    others = [f"{name}: {when}" for name in ("pessimistic", "optimistic") if (when := when_even(plan, name))]
    yield KeyFigure(label="Break-even", value=even, note="; ".join(others) or f"within {chapter.horizon} months")
    if base.years:
        last = base.years[-1]
        yield KeyFigure(
            label=f"Revenue in year {last.year}",
            value=cents(last.revenue_cents, plan.currency),
            note=f"result {cents(last.result_cents, plan.currency)}",
        )
    if plan.funding.amount_cents is not None:
        note = "beyond the founders' own money" if plan.funding.amount_cents else "the founders' own money is enough"
        yield KeyFigure(label="Funding need", value=cents(plan.funding.amount_cents, plan.currency), note=note)


def _brand_figures(chapter: BrandChapter | None) -> Iterator[KeyFigure]:
    if not chapter:
        return
    if chapter.brand.name:
        yield KeyFigure(
            label="Name", value=chapter.brand.name, note=f"of {len(chapter.names)} weighed" if chapter.names else ""
        )
    text = next((pair for pair in chapter.pairs if pair.foreground.role == "text"), None)
    if text:
        yield KeyFigure(
            label="Text contrast", value=f"{text.ratio} : 1", note=f"{text.grade}; {text.required} is required"
        )
    heading = chapter.brand.typography.heading
    if heading:
        yield KeyFigure(label="Headings", value=heading.family, note=heading.category)


def _market(chapter: MarketChapter | None) -> Iterator[Finding]:
    if not chapter:
        return
    market = chapter.market
    if market.summary:
        yield Finding(title="The market", text=market.summary, chapter="market")
    if market.gap:
        yield Finding(title="The gap", text=market.gap, chapter="market")


def _brand(chapter: BrandChapter | None, lead: str) -> Iterator[Finding]:
    if not chapter:
        return
    brand = chapter.brand
    text = " ".join(each for each in (brand.positioning.statement, brand.name_because) if each not in ("", lead))
    if text:
        yield Finding(title="The brand", text=text, chapter="brand")


def _plan(chapter: PlanChapter | None, lead: str) -> Iterator[Finding]:
    if not chapter:
        return
    plan = chapter.plan
    text = " ".join(each for each in (plan.value_proposition, plan.business_model) if each not in ("", lead))
    if text:
        yield Finding(title="The business", text=text, chapter="plan")
    numbers = _numbers(chapter)
    if numbers:
        yield Finding(title="The numbers", text=numbers, chapter="plan")


def _numbers(chapter: PlanChapter) -> str:
    plan, base = chapter.plan, chapter.plan.base
    if not base:
        return ""
    sentences = []
    if base.years:
        revenues = joined([cents(year.revenue_cents, plan.currency) for year in base.years])
        results = joined([cents(year.result_cents, plan.currency) for year in base.years])
        sentences.append(f"Revenue by year is {revenues}; the result is {results}.")
    even = when_even(plan, base.name)
    sentences.append(f"Break-even: {even} in the {base.name} scenario" + _other_scenarios(chapter) + ".")
    if base.cash_low_cents is not None and base.cash_low_month:
        low = cents(base.cash_low_cents, plan.currency)
        sentences.append(f"Cash is lowest in month {base.cash_low_month}, at {low}.")
    return " ".join(sentences)


def _other_scenarios(chapter: PlanChapter) -> str:
    base = chapter.plan.base
    others = [each.name for each in chapter.plan.scenarios if base and each.name != base.name]
    found = [f"{when_even(chapter.plan, name)} in the {name} one" for name in others]
    return f", {joined(found)}" if found else ""


def _risks(chapter: RiskChapter | None) -> Iterator[Finding]:
    severe = [each for each in chapter.risks if severity(each.risk) >= 4] if chapter else []
    if severe:
        named = "; ".join(f"{each.risk.title} ({each.sign})" for each in severe[:3])
        yield Finding(
            title="What could stop it",
            text=f"{named}. {len(chapter.risks) if chapter else 0} risks are weighed below.",
            chapter="risks",
        )


def _checks(market: MarketChapter | None, brand: BrandChapter | None, plan: PlanChapter | None) -> Iterator[str]:
    if market:
        if market.market.size.agreement in ("same order", "far apart") and market.agreement:
            yield market.agreement
        yield from _share_of_market(market, plan)
        if not market.market.sources:
            yield "The market research cites no source: all its figures are assumptions."
    if plan:
        yield from plan.plan.checks
    if brand:
        failing = [
            f"{pair.foreground.role} on {pair.background.role} ({pair.ratio})"
            for pair in brand.pairs
            if not pair.passes
        ]
        if failing:
            yield f"Contrast below what its use asks for: {joined(failing)}."
        for row in brand.names:
            if row.chosen:
                yield from (f"The name {row.candidate.name}: {remark.replace(': ', ', ')}." for remark in row.remarks)


def _share_of_market(market: MarketChapter, plan: PlanChapter | None) -> Iterator[str]:
    """Whether plan and market fit: the last year's revenue against what the market gives."""
    size = market.market.size
    base = plan.plan.base if plan else None
    if not plan or not base or not base.years or plan.plan.currency != size.currency:
        return
    last = base.years[-1]
    for name, amount in (("top-down", size.som), ("bottom-up", size.bottom_up)):
        if amount and amount.base > 0 and last.revenue_cents / 100 > amount.base:
            share = last.revenue_cents / amount.base
            yield (
                f"Revenue in year {last.year} is {percent(round(share))} of the obtainable market as measured {name} "
                f"({money(amount.base, size.currency)})."
            )
