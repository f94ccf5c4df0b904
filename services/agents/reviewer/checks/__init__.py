"""What code can say about deliverables. Nothing here believes what a deliverable says of itself."""

from collections.abc import Iterator, Sequence
from itertools import chain

from services.agents.reviewer.checks.brand import brand_findings
from services.agents.reviewer.checks.deck import deck_findings
from services.agents.reviewer.checks.market import market_findings
from services.agents.reviewer.checks.plan import plan_findings
from services.agents.reviewer.checks.together import consistency_findings
from services.agents.reviewer.checks.words import word_findings
from services.agents.reviewer.deliverables import Deliverable
from services.agents.reviewer.models import Finding
from services.agents.reviewer.rubric import BRAND, DECK, MARKET, PLAN

_OWN = {MARKET: market_findings, BRAND: brand_findings, PLAN: plan_findings, DECK: deck_findings}


_UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def findings(all_: Sequence[Deliverable], request: str) -> list[Finding]:
    """Everything code finds in what was made for a request."""
    return [finding for each in all_ for finding in _of(each, all_, request)]


def _of(each: Deliverable, all_: Sequence[Deliverable], request: str) -> list[Finding]:
    """What is wrong with one. A shape that stops a check is itself a finding: nobody passes by being unreadable."""
    own = _OWN.get(each.kind)
    try:
        found: Iterator[Finding] = chain(
            word_findings(each, request), own(each, all_) if own else (), consistency_findings(each, all_)
        )
        return list(found)
    except _UNREADABLE as error:
        said = f"{type(error).__name__}: {error}"
        unread = "It has a shape that cannot be checked"
        return [each.finding("text", "critical", unread, evidence=said, suggestion="Keep to the schema.")]
