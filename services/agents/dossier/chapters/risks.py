"""The chapter on risks: those of the market and those of the plan in one picture, the most severe first."""

from dataclasses import dataclass

from services.agents.dossier.charts.canvas import Chart
from services.agents.dossier.charts.schedule import LEVELS, Danger, matrix
from services.agents.dossier.material import Material
from services.agents.dossier.readers.shared import Risk

MAX_RISKS = 24
"""Risks shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRisk:
    """A risk with the sign it has in the picture."""

    sign: str
    risk: Risk
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskChapter:
    """All risks, and what is not known yet."""

    risks: tuple[SignedRisk, ...]
    matrix: Chart | None
    open_questions: tuple[str, ...]


def risk_chapter(material: Material) -> RiskChapter | None:
    """The chapter, or None when nobody named a risk or a question."""
    ordered = sorted(_risks(material), key=lambda pair: -severity(pair[0]))[:MAX_RISKS]
    risks = [
        SignedRisk(sign=f"R{number}", risk=risk, origin=origin)
        for number, (risk, origin) in enumerate(ordered, start=1)
    ]
    questions = material.market.open_questions if material.market else ()
    if not risks and not questions:
        return None
    dangers = [
        Danger(sign=each.sign, label=each.risk.title, likelihood=each.risk.likelihood, impact=each.risk.impact)
        for each in risks
    ]
    placed = [danger for danger in dangers if danger.likelihood in LEVELS and danger.impact in LEVELS]
    chart = matrix("risk-matrix", "Risks by likelihood and impact", placed) if len(placed) > 1 else None
    return RiskChapter(risks=tuple(risks), matrix=chart, open_questions=questions)


def _risks(material: Material) -> list[tuple[Risk, str]]:
    """All risks with where they come from; one that market and plan both name is told once, as the plan tells it."""
    market = {risk.title.casefold(): risk for risk in material.market.risks} if material.market else {}
    plan = {risk.title.casefold(): risk for risk in material.plan.risks} if material.plan else {}
    found = [(risk, "Market") for title, risk in market.items() if title not in plan]
    return found + [(risk, "Market and plan" if title in market else "Plan") for title, risk in plan.items()]


def severity(risk: Risk) -> int:
    """Likelihood times impact, each 1 to 3; 0 when one of the words is unknown."""
    if risk.likelihood not in LEVELS or risk.impact not in LEVELS:
        return 0
    return (LEVELS.index(risk.likelihood) + 1) * (LEVELS.index(risk.impact) + 1)
