"""From words and results to a deck: figures in, untraced numbers out, charts and tables beside the words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent_sdk.evidence import SIMULATED_LIMIT, Rating
from services.agents.pitch_deck.exhibits import exhibit
from services.agents.pitch_deck.figures import BRAND, PLAN, RESEARCH, Results, dig, rows, texts
from services.agents.pitch_deck.models import DeckDraft, Figure, PitchDeck, Slide, SlideDraft, Topic
from services.agents.pitch_deck.wording import Cleaner, slides_of, untraced

LABELS: Mapping[Topic, str] = {
    "problem": "The problem",
    "solution": "The solution",
    "why_now": "Why now",
    "market": "Market",
    "competition": "Competition",
    "business_model": "Business model",
    "go_to_market": "Go to market",
    "projection": "Projection",
    "team": "Team",
    "risks": "Risks",
    "ask": "The ask",
}
"""Topics for people."""

_USUAL: Mapping[str, Sequence[str]] = {
    "market": ("market.tam", "market.sam", "market.som"),
    "business_model": ("plan.revenue_per_customer", "plan.gross_margin", "plan.payback"),
    "projection": ("plan.break_even", "plan.customers_year_3", "plan.cash_low"),
    "ask": ("plan.ask", "plan.break_even", "plan.cash_low"),
}
"""Figures a slide is not shown without, where they exist; what is left of the room is the model's choice."""
_MOST_FIGURES = 3
_MISSING = {
    RESEARCH: "No market research was at hand: market size and competitors are not shown.",
    BRAND: "No brand was at hand: the deck has no name and no look of its own.",
    PLAN: "No business plan was at hand: prices, projection and the ask are not shown.",
}
_LIMITS = {RESEARCH: 0.6, BRAND: 0.8, PLAN: 0.6}
"""Confidence without the result of that kind."""


def names_in(results: Results) -> list[str]:
    """Names that may hold digits: the brand's, competitors', those of offers."""
    brand = [dig(results[BRAND].values, "name")] if BRAND in results else []
    rivals = rows(results[RESEARCH].values, "competitors", most=50) if RESEARCH in results else []
    offers = rows(results[PLAN].values, "pricing", most=20) if PLAN in results else []
    found = [*brand, *(each.get("name") for each in (*rivals, *offers))]
    return [name for name in map(texts, found) if name]


def assemble(draft: DeckDraft, results: Results, figures: Mapping[str, Figure], *, simulated: bool) -> PitchDeck:
    """The deck."""
    cleaner = Cleaner(untraced(names_in(results)))
    slides = [_slide(topic, words, results, figures, cleaner) for topic, words in slides_of(draft)]
    brand = results[BRAND].values if BRAND in results else {}
    one_liner = cleaner.text("Cover", draft.one_liner)
    simulated = simulated or any(result.simulated for result in results.values())
    rating = _rating(draft.confidence, results, cleaner.corrections, simulated=simulated)
    return PitchDeck(
        name=texts(brand.get("name"), 60) or "Investor pitch",
        tagline=texts(brand.get("tagline"), 120),
        one_liner=one_liner,
        slides=slides,
        built_on=sorted(results),
        missing=[sentence for kind, sentence in _MISSING.items() if kind not in results],
        corrections=cleaner.corrections,
        assumptions=draft.assumptions,
        confidence=rating.value,
        confidence_reasons=rating.reasons,
        simulated=simulated,
    )


def _slide(topic: Topic, words: SlideDraft, results: Results, figures: Mapping[str, Figure], cleaner: Cleaner) -> Slide:
    label = LABELS[topic]
    shown, exhibit_trace = exhibit(topic, results) or (None, "")
    chosen = list(dict.fromkeys([*_USUAL.get(topic, ()), *words.figures]))
    known = [figures[each] for each in chosen if each in figures][:_MOST_FIGURES]
    return Slide(
        topic=topic,
        label=label,
        title=cleaner.text(label, words.title, otherwise=label),
        message=cleaner.text(label, words.message),
        points=cleaner.points(label, words.points),
        figures=known,
        exhibit=shown,
        traces=list(
            dict.fromkeys([*filter(None, [exhibit_trace]), *(f"{each.source}: {each.trace}" for each in known)])
        ),
        notes=cleaner.text(f"{label}, notes", words.notes),
    )


def _rating(own: float, results: Results, corrections: Sequence[str], *, simulated: bool) -> Rating:
    rating = Rating(own)
    rating.cap(SIMULATED_LIMIT, "The offline model wrote part of it", when=simulated)
    for kind, limit in _LIMITS.items():
        rating.cap(limit, _MISSING[kind], when=kind not in results)
    rating.cap(0.6, "Numbers without a source had to be taken out of the words", when=bool(corrections))
    return rating
