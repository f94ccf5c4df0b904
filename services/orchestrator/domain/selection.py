"""Which agent instance gets a task: the best live one with room, and why.

An instance is out of the question when it drains, is unhealthy, lacks the capability, has no room, or
its circuit is open. Among the others the score says how good a choice it is, from 0 to 1:

    score = 0.6 * free share of its places  +  0.4 * record

The record is an exponentially weighted share of attempts that did not end for a reason of the
instance's own (lost, retryable). A few such ends in a row open the circuit for a while; then one
attempt probes whether it closes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

LOAD_WEIGHT = 0.6
RECORD_WEIGHT = 0.4
MEMORY = 0.8
"""Weight of the past in the record; the newest attempt counts for the rest."""
FAILURES_TO_OPEN = 3
MOST_NAMED = 4
"""Instances named beside the chosen one, of each kind."""
FIRST_OPEN = timedelta(seconds=5)
LONGEST_OPEN = timedelta(minutes=2)


class Circuit(StrEnum):
    """What an instance gets: everything, nothing, or one attempt at a time as a probe."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How attempts on an instance have ended, as this orchestrator saw it."""

    share: float = 1.0
    """Weighted share of attempts that ended well, from 0 to 1."""
    failures: int = 0
    """In a row."""
    open_until: datetime | None = None
    """The circuit is open until then; afterwards one attempt at a time probes it. None: closed."""

    def circuit(self, now: datetime) -> Circuit:
        """What the instance gets now."""
        if self.open_until is None:
            return Circuit.CLOSED
        return Circuit.OPEN if now < self.open_until else Circuit.HALF_OPEN

    def after_success(self) -> Record:
        """The record after an attempt that ended well, or for a reason that is not the instance's."""
        return Record(share=MEMORY * self.share + (1 - MEMORY))

    def after_failure(self, now: datetime) -> Record:
        """The record after an attempt that the instance lost or broke."""
        failures = self.failures + 1
        opened = self.open_until
        if failures >= FAILURES_TO_OPEN:
            opened = now + min(LONGEST_OPEN, FIRST_OPEN * (1 << min(failures - FAILURES_TO_OPEN, 10)))
        return replace(self, share=MEMORY * self.share, failures=failures, open_until=opened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An instance as it is known at the moment of choosing."""

    instance: str
    endpoint: str
    capacity: int
    in_hand: int
    """Attempts it works on or that are on their way to it."""
    accepting: bool
    """Whether it is healthy and takes new work."""
    capabilities: tuple[str, ...] = ()
    record: Record = Record()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The chosen instance and why, for people."""

    candidate: Candidate
    reason: str


def choose(candidates: Iterable[Candidate], *, capability: str, now: datetime, depth: int = 0) -> Choice | None:
    """The best instance; None when none can take the work now. Ties go to the first name.

    `depth` is 0 for a task, and for the answer to a question how many wait for it.
    """
    known = sorted(candidates, key=lambda candidate: candidate.instance)
    barred = {one.instance: bar for one in known if (bar := bar_of(one, capability=capability, now=now, depth=depth))}
    possible = sorted((one for one in known if one.instance not in barred), key=score, reverse=True)
    if not possible:
        return None
    return Choice(candidate=possible[0], reason=_because(possible, barred))


def _because(possible: Sequence[Candidate], barred: Mapping[str, str]) -> str:
    """Why the first of them: its score in parts, who came next, and who was out of the question; bounded."""
    best, *others = possible
    free = max(0, best.capacity - best.in_hand)
    parts = [
        f"{free} of {best.capacity} places free, record {best.record.share:.0%}, "
        f"score {score(best):.2f} ({LOAD_WEIGHT} * {free / best.capacity:.2f} free + "
        f"{RECORD_WEIGHT} * {best.record.share:.2f} record), best of {len(possible)}"
    ]
    if others:
        parts.append("then " + _listed([f"{one.instance} {score(one):.2f}" for one in others]))
    if barred:
        parts.append("not " + _listed([f"{instance} ({why})" for instance, why in barred.items()]))
    return "; ".join(parts)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def score(candidate: Candidate) -> float:
    """How good a choice an instance with room is, from 0 to 1."""
    free = max(0, candidate.capacity - candidate.in_hand) / candidate.capacity
    return LOAD_WEIGHT * free + RECORD_WEIGHT * candidate.record.share


def can_take(candidate: Candidate, *, capability: str, now: datetime, depth: int = 0) -> bool:
    """Whether the instance could be given the work now."""
    return not bar_of(candidate, capability=capability, now=now, depth=depth)


def bar_of(candidate: Candidate, *, capability: str, now: datetime, depth: int = 0) -> str:
    """Why the instance cannot be given the work now; empty when it can.

    Answers have one place more than tasks for each that waits for them, so the deepest question of all always finds a
    place in time, and with it everybody goes on who waits (ADR 34).
    """
    if not candidate.accepting:
        return "takes no work"
    if candidate.in_hand >= candidate.capacity + depth:
        return "full"
    if capability and capability not in candidate.capabilities:
        return f"lacks {capability}"
    match candidate.record.circuit(now):
        case Circuit.CLOSED:
            return ""
        case Circuit.OPEN:
            return "circuit open"
        case Circuit.HALF_OPEN:
            # What is in hand may be the probe, or was there before it broke: either way its end has to be seen first.
            return "" if candidate.in_hand == 0 else "being probed"
