"""The dossier before it is set: every chapter with its charts, in order, ready for HTML and for Markdown."""

from dataclasses import dataclass

from services.agents.dossier.chapters.brand import BrandChapter, brand_chapter
from services.agents.dossier.chapters.market import MarketChapter, market_chapter
from services.agents.dossier.chapters.plan import PlanChapter, plan_chapter
from services.agents.dossier.chapters.risks import RiskChapter, risk_chapter
from services.agents.dossier.evidence import Evidence, evidence_of
from services.agents.dossier.material import BRAND, CHAPTERS, MARKET, PLAN, REVIEW, Drawing, Material
from services.agents.dossier.summary import Summary, summarise
from services.agents.dossier.theme import Theme, theme_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """An entry of the contents."""

    anchor: str
    """Address within the page, and name of the chapter's template."""
    title: str
    about: str
    """What is in it, in a few words."""
    number: int
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A composed dossier."""

    material: Material
    theme: Theme
    summary: Summary
    market: MarketChapter | None
    brand: BrandChapter | None
    plan: PlanChapter | None
    risks: RiskChapter | None
    evidence: Evidence
    contents: tuple[Chapter, ...]
    cover_logo: Drawing | None
    """The logo made for the cover's colour, or None."""
    cover_mark: Drawing | None
    """The mark made for the cover's colour, or None."""
    icon: Drawing | None
    """For the browser's tab."""


def compose(material: Material) -> Book:
    """Make the chapters there is something for."""
    market, brand, plan = market_chapter(material), brand_chapter(material), plan_chapter(material)
    risks, evidence = risk_chapter(material), evidence_of(material)
    summary = summarise(market, brand, plan, risks, evidence)
    simulated = {name for name in CHAPTERS.values() if name in material.simulated}
    by_name = {CHAPTERS[MARKET]: "market", CHAPTERS[BRAND]: "brand", CHAPTERS[PLAN]: "plan", CHAPTERS[REVIEW]: "review"}
    there = [
        ("summary", "Summary", "The dossier in short", bool(summary.lead or summary.findings)),
        ("market", "Market", "How big it is, who buys, who sells", market is not None),
        ("brand", "Brand", "Name, logo, colours, letters, voice", brand is not None),
        ("plan", "Business plan", "What is sold, what it costs, what comes of it", plan is not None),
        ("risks", "Risks", "What could stop it, and what nobody knows yet", risks is not None),
        ("review", "Review", "What was found, what was mended, what is open", material.review is not None),
        (
            "evidence",
            "About these numbers",
            "Sources, assumptions and formulas",
            bool(evidence.figures or evidence.statements or evidence.sources),
        ),
        ("appendix", "Appendix", "What lies beside this page", bool(material.appendix)),
        ("making", "About this dossier", "Who did what, and what is missing", True),
    ]
    return Book(
        material=material,
        theme=theme_of(material.brand),
        summary=summary,
        market=market,
        brand=brand,
        plan=plan,
        risks=risks,
        evidence=evidence,
        contents=tuple(
            Chapter(
                anchor=anchor,
                title=title,
                about=about,
                number=number,
                simulated=any(by_name[name] == anchor for name in simulated),
            )
            for number, (anchor, title, about, _) in enumerate((each for each in there if each[3]), start=1)
        ),
        cover_logo=_for_cover(material, "logo"),
        cover_mark=_for_cover(material, "mark"),
        icon=next((each for name, each in material.drawings.items() if "icon" in name.lower()), None),
    )


def _for_cover(material: Material, what: str) -> Drawing | None:
    """The drawing of the logo or of the mark that is made for the primary colour."""
    names = ((name.lower(), drawing) for name, drawing in material.drawings.items())
    return next((drawing for name, drawing in names if "reversed" in name and name.startswith(what)), None)
