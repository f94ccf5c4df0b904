"""What code can say about a dossier: checks, each a function from what was delivered to what is wrong with it.

A check trusts nothing: a result may lack every field. What stops a check is itself a finding, so that nothing passes
because nobody could look. It shares no code with agents or their SDK, also where the reviewer has a check of the same
thing: what that one overlooks is to be found here.
"""

from __future__ import annotations

from itertools import islice

from tools.eval.checks import (
    artifacts,
    complete,
    consistency,
    contrast,
    deck,
    market,
    marking,
    page,
    plan,
    schemas,
    sources,
    wording,
)
from tools.eval.checks.finding import Check, Finding
from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request

CHECKS = (
    Check("complete", "the workflow succeeded and delivered what is expected of it", complete.look),
    Check("artifacts", "every file is whole, readable and of its kind, and those named are there", artifacts.look),
    Check("schema", "each result.json is what its agent's card says", schemas.look),
    Check("sources", "what is called sourced leads to a page that was read and stands in it", sources.look),
    Check("market", "the size of the market, computed again from its inputs and formulas", market.look),
    Check("plan", "the plan, computed again from its assumptions and formulas", plan.look),
    Check("figures", "the figures of the dossier's summary are figures of the results", plan.look_at_summary),
    Check("deck", "the deck has its slides, and every number on them is one of the results", deck.look),
    Check("contrast", "contrast of palette and page, measured again", contrast.look),
    Check("name", "one name in all deliverables, and the one the request gives", consistency.look_at_name),
    Check("currency", "one currency in all deliverables, and the one of the place", consistency.look_at_currency),
    Check("price", "prices lie near what the research found", consistency.look_at_prices),
    Check("place", "the market that was measured is the one that was asked for", consistency.look_at_place),
    Check("wording", "no placeholder, no leftover of a template, no markup, nothing hostile", wording.look),
    Check("simulated", "what the offline model wrote says so wherever it is seen, and nothing else does", marking.look),
    Check("page", "the page is well-formed, complete in itself and asks the network for nothing", page.look),
)  # fmt: skip
"""All checks, in the order in which they are told."""

MOST_FINDINGS = 10
"""Findings of one check that are kept; the rest would say the same."""

__all__ = ["CHECKS", "Check", "Finding", "look"]


def look(made: Deliverables, request: Request) -> dict[str, list[Finding]]:
    """The findings of every check by its name; none means it passed."""
    return {check.name: list(islice(_looked(check, made, request), MOST_FINDINGS)) for check in CHECKS}


def _looked(check: Check, made: Deliverables, request: Request) -> list[Finding]:
    found: list[Finding] = []
    try:
        found += islice(check.look(made, request), MOST_FINDINGS)
    except Exception as error:  # a broken result may break any line of a check
        found.append(Finding("", f"could not be looked at: {type(error).__name__}: {error}"))
    return found
