"""A zero-waste bakery in Lisbon, as full as a good model would write it: the long texts a dossier has to carry.

The drafts stand in bakery.json. Fictional throughout: the competitors, the publications and their
addresses do not exist.
"""

import json
from pathlib import Path
from typing import Any

from services.agents.branding.models import BrandStrategyDraft, BrandVisualsDraft
from services.agents.business_plan.kinds import ShopNumbers
from services.agents.business_plan.models import BusinessModelDraft, ExecutionDraft
from services.agents.market_research.models import MarketFiguresDraft, MarketOutlookDraft, MarketPlayersDraft
from services.agents.market_research.results import ReadingRecord, ReadSource
from services.agents.market_research.sources import Reading

_DRAFTS: dict[str, Any] = json.loads(Path(__file__).with_name("bakery.json").read_text("utf-8"))

REQUEST: str = _DRAFTS["request"]


def reading() -> Reading:
    """What was read: the pages the drafts cite."""
    sources = tuple(ReadSource.model_validate(each) for each in _DRAFTS["sources"])
    return Reading(sources, "", ReadingRecord(offered=True, searches=3, pages_found=11))


def figures() -> MarketFiguresDraft:
    """Inputs of the market size."""
    return MarketFiguresDraft.model_validate(_DRAFTS["figures"])


def players() -> MarketPlayersDraft:
    """Segments, personas, competitors."""
    return MarketPlayersDraft.model_validate(_DRAFTS["players"])


def outlook() -> MarketOutlookDraft:
    """Trends, risks, openings."""
    return MarketOutlookDraft.model_validate(_DRAFTS["outlook"])


def strategy() -> BrandStrategyDraft:
    """Names and voice."""
    return BrandStrategyDraft.model_validate(_DRAFTS["strategy"])


def visuals(**palette: str) -> BrandVisualsDraft:
    """Palette, letters and logo; colours can be replaced by role."""
    draft = _DRAFTS["visuals"]
    colours = [colour | {"hex": palette.get(colour["role"], colour["hex"])} for colour in draft["palette"]]
    return BrandVisualsDraft.model_validate(draft | {"palette": colours})


def business() -> BusinessModelDraft:
    """Offer, prices, way to market."""
    return BusinessModelDraft.model_validate(_DRAFTS["business"])


def numbers() -> ShopNumbers:
    """What the projection starts from."""
    return ShopNumbers.model_validate(_DRAFTS["numbers"])


def execution() -> ExecutionDraft:
    """How it is carried out."""
    return ExecutionDraft.model_validate(_DRAFTS["execution"])
