"""Which agent instance gets a task: the best live one with room, and why.

An instance is out of the question when it drains, is unhealthy, lacks the capability, has no room, or its circuit is
open. Among the others the score says how good a choice it is: the weighted mean of five parts, each from 0 to 1.

    load      free share of its places
    record    weighted share of attempts that did not end for a reason of the instance's own (lost, retryable)
    latency   how soon it takes an assignment: the network, and how busy its process is
    locality  on the orchestrator's own node, in its zone, or elsewhere
    version   whether it is the newest of its type; the old ones go on with what the new have no room for

What is not known counts as 1, so an instance nobody has met yet is tried and a laptop has no zones. A few failures in a
row open the circuit for a while; then one attempt probes whether it closes again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from services.orchestrator.domain.value import Value

MEMORY = 0.8
"""Weight of the past in a record and in a latency; the newest attempt counts for the rest."""
FAILURES_TO_OPEN = 3
MOST_NAMED = 4
"""Instances named beside the chosen one, of each kind."""
FIRST_OPEN = timedelta(seconds=5)
LONGEST_OPEN = timedelta(minutes=2)
HALF_LATENCY = 0.25
"""Seconds until an assignment is taken at which the part for latency is one half."""
SAME_ZONE, ELSEWHERE = 0.7, 0.0
"""The part for locality of an instance on another node of the orchestrator's zone, and of one outside of it."""
MAX_VERSION = 64
"""Characters of a version that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each part of the score counts; at least 0, and not all 0. Only their proportions matter.

    A failure of its own weighs more than the newest version, so that a bad rollout is left at once.
    """

    load: float = 0.56
    record: float = 0.25
    latency: float = 0.08
    locality: float = 0.07
    version: float = 0.04

    @property
    def total(self) -> float:
        """Their sum."""
        return self.load + self.record + self.latency + self.locality + self.version


PARTS = tuple(field.name for field in fields(Weights))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """How this orchestrator chooses."""

    weights: Weights = Weights()
    node: str = ""
    """The Kubernetes node it runs on; empty when unknown."""
    zone: str = ""
    """The zone it runs in; empty when unknown."""


DEFAULT = Preference()


class Contender(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One instance that could have had the task, as the choice saw it; each part from 0 to 1."""

    instance: str
    score: float
    load: float = 1.0
    record: float = 1.0
    latency: float = 1.0
    locality: float = 1.0
    version: float = 1.0


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
    latency: float | None = None
    """Seconds until it takes an assignment, weighted over the newest; None when none was taken yet."""
    node: str = ""
    zone: str = ""
    version: str = ""

    @property
    def free(self) -> int:
        """Places that are free."""
        return max(0, self.capacity - self.in_hand)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The chosen instance and why."""

    candidate: Candidate
    reason: str
    """For people."""
    contenders: tuple[Contender, ...]
    """The chosen one and those that came next, best first."""


def choose(
    candidates: Iterable[Candidate],
    *,
    capability: str,
    now: datetime,
    depth: int = 0,
    preference: Preference = DEFAULT,
) -> Choice | None:
    """The best instance; None when none can take the work now. Ties go to the first name.

    `depth` is 0 for a task, and for the answer to a question how many wait for it.
    """
    known = sorted(candidates, key=lambda candidate: candidate.instance)
    barred = {one.instance: bar for one in known if (bar := bar_of(one, capability=capability, now=now, depth=depth))}
    newest = max((_order(one.version) for one in known), default=())
    rated = [(one, rate(one, newest, preference)) for one in known if one.instance not in barred]
    rated.sort(key=lambda pair: pair[1].score, reverse=True)
    if not rated:
        return None
    ranking = [contender for _, contender in rated]
    return Choice(
        candidate=rated[0][0],
        reason=_because(rated[0][0], ranking, barred, preference.weights),
        contenders=tuple(ranking[: 1 + MOST_NAMED]),
    )


def rate(candidate: Candidate, newest: Version, preference: Preference) -> Contender:
    """How good a choice an instance with room is."""
    parts = {
        "load": candidate.free / candidate.capacity,
        "record": candidate.record.share,
        "latency": 1.0 if candidate.latency is None else HALF_LATENCY / (HALF_LATENCY + candidate.latency),
        "locality": _locality(candidate, preference),
        "version": 1.0 if _order(candidate.version) == newest else 0.0,
    }
    weights = preference.weights
    score = sum(getattr(weights, part) * share for part, share in parts.items()) / weights.total
    return Contender(instance=candidate.instance, score=score, **parts)


def _locality(candidate: Candidate, preference: Preference) -> float:
    if preference.node and preference.node == candidate.node:
        return 1.0
    if not (preference.zone and candidate.zone):
        return 1.0
    return SAME_ZONE if preference.zone == candidate.zone else ELSEWHERE


def after_latency(before: float | None, seconds: float) -> float:
    """The weighted latency of an instance after one more assignment was taken."""
    return seconds if before is None else MEMORY * before + (1 - MEMORY) * seconds


Version = tuple[tuple[int, str], ...]


@lru_cache(maxsize=256)
def _order(version: str) -> Version:
    """What sorts versions as people do: 1.9 before 1.10, 2 before 10."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", version[:MAX_VERSION])
    return tuple((int(piece), "") if piece[0].isdecimal() else (-1, piece) for piece in pieces)


def _because(best: Candidate, ranking: Sequence[Contender], barred: Mapping[str, str], weights: Weights) -> str:
    """Why the first of them: its score in parts, who came next, and who was out of the question; bounded."""
    first, *others = ranking
    seen = [f"{best.free} of {best.capacity} places free", f"record {best.record.share:.0%}"]
    if best.latency is not None:
        seen.append(f"takes work in {best.latency * 1000:.0f} ms")
    terms = " + ".join(f"{getattr(weights, part):g} * {getattr(first, part):.2f} {part}" for part in PARTS)
    parts = [f"{', '.join(seen)}, score {first.score:.2f} ({terms}), best of {len(ranking)}"]
    if others:
        parts.append("then " + _listed([f"{one.instance} {one.score:.2f}" for one in others]))
    if barred:
        parts.append("not " + _listed([f"{instance} ({why})" for instance, why in barred.items()]))
    return "; ".join(parts)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


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
