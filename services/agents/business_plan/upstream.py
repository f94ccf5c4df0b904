"""What the plan takes from a market research and a brand, whoever made them.

Other agents' outputs arrive as JSON. The prompt gets named parts of it as data; the few figures code
needs are read into small models that ignore everything else, so a research of another shape costs
its checks and nothing more.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent_sdk.evidence import Source
from agent_sdk.prompting import json_block
from services.agents.business_plan.models import Evidence

RESEARCH = "market_research"
"""Agent type of the research."""

BRANDING = "branding"
"""Agent type of the brand."""

_RESEARCH_PARTS = (
    "headline",
    "summary",
    "market_definition",
    "size",
    "segments",
    "personas",
    "competitors",
    "gap",
    "trends",
    "risks",
    "opportunities",
    "open_questions",
)
_BRAND_PARTS = ("name", "tagline", "positioning", "values", "voice")


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Amount(_View):
    """A computed amount per year."""

    high: float


class Size(_View):
    """The market's size, as far as a plan is compared with it."""

    currency: str
    som: Amount
    bottom_up: Amount


class Rival(_View):
    """A competitor with its price per month or usual purchase."""

    name: str
    price: str = ""
    monthly_price: float | None = None
    source_ids: list[str] = Field(default_factory=list)
    price_evidence: str = ""

    @property
    def priced(self) -> bool:
        """Whether the research says what it asks, in words or as an amount."""
        return self.monthly_price is not None or any(sign.isdigit() for sign in self.price)


class Publication(_View):
    """A source of the research; older researches number theirs by their order alone."""

    title: str
    id: str = ""


class Research(_View):
    """The figures of a research that a plan is checked against, and what they rest on."""

    size: Size | None = None
    competitors: list[Rival] = Field(default_factory=list)
    sources: list[Publication] = Field(default_factory=list)

    @property
    def assumed_prices(self) -> frozenset[str]:
        """Competitors, in lower case, whose price the research itself only assumes, or does not know."""
        assumed = (each for each in self.competitors if each.price_evidence == "assumption" or not each.priced)
        return frozenset(each.name.casefold() for each in assumed)

    @property
    def at_hand(self) -> bool:
        """Whether there is one."""
        return bool(self.size or self.competitors or self.sources)


def source_finder(own: Sequence[Source], research: Research) -> Callable[[Evidence, str], tuple[Evidence, str]]:
    """Finds the source a basis names by its title. Evidence that cannot be found is an assumption, whatever it says."""
    titles = [(source.title, "source", f"plan:{number}") for number, source in enumerate(own, start=1)]
    titles += [
        (source.title, "research", f"{RESEARCH}:{source.id or number}")
        for number, source in enumerate(research.sources, start=1)
    ]

    def source_of(evidence: Evidence, basis: str) -> tuple[Evidence, str]:
        if evidence == "assumption":
            return "assumption", ""
        said = basis.casefold()
        for title, kind, id_ in titles:
            if title and title.casefold() in said:
                return ("source" if kind == "source" else "research"), id_
        rival = next((each for each in research.competitors if each.name.casefold() in said), None)
        if rival and rival.source_ids:
            return "research", f"{RESEARCH}:{rival.source_ids[0]}"
        if rival or (evidence == "research" and research.at_hand):
            return "research", RESEARCH
        return "assumption", ""

    return source_of


def read_research(output: Mapping[str, Any] | None) -> Research:
    """The figures of a research; empty when there is none or it has another shape."""
    try:
        return Research.model_validate(output or {})
    except ValidationError:
        return Research()


def brand_name(output: Mapping[str, Any] | None) -> str | None:
    """The name of the brand, when there is one."""
    name = output.get("name") if output else None
    return name if isinstance(name, str) and name.strip() else None


def upstream_blocks(research: Mapping[str, Any] | None, brand: Mapping[str, Any] | None) -> str:
    """Both results as data for the prompt, or sentences that they are missing."""
    return "\n\n".join(
        (
            _block(
                "market_research",
                research,
                _RESEARCH_PARTS,
                "No market research is at hand: every figure about the market is an assumption.",
            ),
            _block("brand", brand, _BRAND_PARTS, "No brand is at hand: speak of 'the business' and propose no name."),
        )
    )


def _block(tag: str, output: Mapping[str, Any] | None, parts: tuple[str, ...], missing: str) -> str:
    if output is None:
        return missing
    return json_block(tag, {part: output[part] for part in parts if part in output})
