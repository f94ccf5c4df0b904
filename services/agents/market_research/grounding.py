"""Does what is said to be sourced stand in what was read? Code decides; the model gets one chance to correct itself.

The same walk does both: `complaints` tells the model what is wrong, in the repair loop; what is still wrong in the
answer that is used becomes an assumption that says so, in `figures`, `players` and `outlook`.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from agent_sdk.evidence import LINE_LIMIT
from services.agents.market_research.models import (
    BottomUpSegment,
    Competitor,
    Contradiction,
    Evidence,
    Fact,
    FactsDraft,
    MarketFiguresDraft,
    MarketOutlookDraft,
    MarketPlayersDraft,
    RangeEstimate,
    TopDownInputs,
)
from services.agents.market_research.sources import Reading

EstimateT = TypeVar("EstimateT", bound=RangeEstimate)
DraftT = TypeVar("DraftT")


class Grounding:
    """One walk over one draft or several; `found` says what did not hold."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.found: list[str] = []
        """What is said to be sourced and is not, a line each."""

    def facts(self, draft: FactsDraft) -> list[Fact]:
        """The facts that stand in the pages they name."""
        return [fact for fact in draft.facts if self._holds(fact)]

    def figures(self, draft: MarketFiguresDraft) -> MarketFiguresDraft:
        """The inputs, with everything that is not sourced marked as an assumption."""
        ids, growth = draft.annual_growth_source_ids, (draft.annual_growth,)
        evidence, ids, basis = self._verdict(
            "annual growth",
            (draft.annual_growth_evidence, ids, draft.annual_growth_basis),
            lambda known: self._reading.says(known, growth),
        )
        return draft.model_copy(
            update={
                "top_down": self._top_down(draft.top_down),
                "bottom_up": [self._segment(each) for each in draft.bottom_up],
                "annual_growth_evidence": evidence,
                "annual_growth_source_ids": ids,
                "annual_growth_basis": basis,
                "annual_growth_as_of": self._when(evidence, ids, draft.annual_growth_as_of),
                "contradictions": [fixed for each in draft.contradictions if (fixed := self._contradiction(each))],
            }
        )

    def players(self, draft: MarketPlayersDraft) -> MarketPlayersDraft:
        """The competitors, likewise."""
        return draft.model_copy(update={"competitors": [self._competitor(each) for each in draft.competitors]})

    def outlook(self, draft: MarketOutlookDraft) -> MarketOutlookDraft:
        """The trends with the pages that were read."""
        trends = [
            each.model_copy(update={"source_ids": self._known(f"trend '{each.title}'", each.source_ids)})
            for each in draft.trends
        ]
        return draft.model_copy(update={"trends": trends})

    def _holds(self, fact: Fact) -> bool:
        ids = self._known(f"fact '{fact.statement}'", fact.source_ids)
        holds = bool(ids) and (fact.value is None or self._reading.says(ids, (fact.value,)))
        if ids and not holds:
            self.found.append(f"fact '{fact.statement}': {fact.value:g} does not stand in {', '.join(ids)}")
        return holds

    def _top_down(self, top: TopDownInputs) -> TopDownInputs:
        names = ("buyers", "annual_spend", "serviceable_share", "obtainable_share")
        return top.model_copy(update={name: self._estimate(name, getattr(top, name)) for name in names})

    def _segment(self, segment: BottomUpSegment) -> BottomUpSegment:
        names = ("customers", "reachable_share", "conversion_share", "annual_revenue")
        return segment.model_copy(
            update={name: self._estimate(f"{segment.segment}: {name}", getattr(segment, name)) for name in names}
        )

    def _estimate(self, where: str, estimate: EstimateT) -> EstimateT:
        evidence, ids, basis = self._verdict(
            where,
            (estimate.evidence, estimate.source_ids, estimate.basis),
            lambda known: self._reading.says(known, (estimate.low, estimate.base, estimate.high)),
        )
        as_of = self._when(evidence, ids, estimate.as_of)
        return estimate.model_copy(update={"evidence": evidence, "source_ids": ids, "basis": basis, "as_of": as_of})

    def _competitor(self, each: Competitor) -> Competitor:
        evidence, ids, _ = self._verdict(
            f"competitor '{each.name}'",
            (each.evidence, each.source_ids, ""),
            lambda known: self._reading.names(known, each.name),
        )
        price: Evidence = "assumption"
        if each.price_evidence == "source" and each.monthly_price is not None:
            price, _, _ = self._verdict(
                f"price of '{each.name}'",
                ("source", ids, ""),
                lambda known: self._reading.says(known, (each.monthly_price or 0.0,)),
            )
        as_of = self._when(evidence, ids, each.as_of)
        return each.model_copy(
            update={"evidence": evidence, "price_evidence": price, "source_ids": ids, "as_of": as_of}
        )

    def _contradiction(self, each: Contradiction) -> Contradiction | None:
        where = f"contradiction on '{each.figure}'"
        ids = self._known(where, [claim.source_id for claim in each.claims])
        claims = [claim for claim in each.claims if claim.source_id in ids]
        if len(ids) < 2:
            self.found.append(f"{where}: it needs claims of two pages that were read")
            return None
        if each.used and each.used not in ids:
            self.found.append(f"{where}: '{each.used}' is used but claims nothing")
            return each.model_copy(update={"claims": claims, "used": ""})
        return each.model_copy(update={"claims": claims})

    def _verdict(
        self, where: str, stated: tuple[Evidence, Sequence[str], str], stands: Callable[[list[str]], bool]
    ) -> tuple[Evidence, list[str], str]:
        """Evidence, known ids and basis as they may be shown."""
        evidence, cited, basis = stated
        ids = self._known(where, cited)
        if evidence == "assumption":
            return evidence, ids, basis
        if ids and stands(ids):
            return evidence, ids, basis
        why = f"does not stand in what was read of {', '.join(ids)}" if ids else "names no page that was read"
        self.found.append(f"{where}: is called sourced, but {why}")
        return "assumption", ids, f"Called sourced, but {why}: an assumption. {basis}"[:LINE_LIMIT].strip()

    def _known(self, where: str, ids: Sequence[str]) -> list[str]:
        known = self._reading.known(ids)
        self.found += [f"{where}: '{each}' is no page that was read" for each in ids if each not in known]
        return known

    def _when(self, evidence: Evidence, ids: Sequence[str], stated: str) -> str:
        return stated or (self._reading.date_of(ids) if evidence == "source" else "")


def complaints(reading: Reading, walk: Callable[[Grounding, DraftT], object]) -> Callable[[DraftT], list[str]]:
    """A check for the repair loop: `complaints(reading, Grounding.figures)`."""
    ids = ", ".join(source.id for source in reading.sources) or "none, because nothing was read"

    def check(draft: DraftT) -> list[str]:
        grounding = Grounding(reading)
        walk(grounding, draft)
        return [f"{line}. Cite a page that says it, or call it an assumption (ids: {ids})" for line in grounding.found]

    return check
