"""The agents as the registry knows them, as numbers per type. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.registry import MAX_AGE, Entry
from services.scaler.domain.model import Reading

GONE_AFTER = 15.0
"""Seconds without a sign of life after which an instance does not exist for the scaler."""

_LEFT = (pb.AGENT_STATE_STOPPED,)
_NOT_COUNTED = (pb.AGENT_STATE_DRAINING,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The instances of one type. The ages are those of the heartbeats the numbers rest on."""

    replicas: Reading
    """Instances that do not drain."""
    in_flight: Reading
    """Attempts in hand, silent instances taken as empty."""
    in_flight_at_most: Reading
    """Attempts in hand, silent instances taken as full."""
    slots: Reading
    """Attempts an instance works on at the same time: the least of them."""
    throttled: Reading
    """Share of the attempts in hand that the model provider holds up; none of none in hand."""


NOBODY = Fleet(
    replicas=Reading(0.0, 0.0),
    in_flight=Reading(0.0, 0.0),
    in_flight_at_most=Reading(0.0, 0.0),
    slots=Reading(),
    throttled=Reading(0.0, 0.0),
)


def fleets_of(entries: Iterable[Entry]) -> dict[str, Fleet]:
    """The fleets by type; a type whose instances are all gone is still there, with none."""
    by_type: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.instance.type:
            by_type[entry.instance.type].append(entry)
    return {agent_type: _fleet(found) for agent_type, found in sorted(by_type.items())}


def _fleet(entries: Sequence[Entry]) -> Fleet:
    there = [entry for entry in entries if entry.age <= GONE_AFTER and entry.instance.state not in _LEFT]
    heard = [entry for entry in there if entry.age <= MAX_AGE]
    silent = [entry for entry in there if entry.age > MAX_AGE]
    age = max((entry.age for entry in heard), default=0.0)
    in_hand = sum(entry.instance.in_hand for entry in heard)
    throttled = sum(min(entry.instance.throttled, entry.instance.in_hand) for entry in heard)
    full = sum(max(entry.instance.capacity, entry.instance.in_hand) for entry in silent)
    counted = [entry for entry in there if entry.instance.state not in _NOT_COUNTED]
    return Fleet(
        replicas=Reading(float(len(counted)), age),
        in_flight=Reading(float(in_hand), age),
        in_flight_at_most=Reading(float(in_hand + full), age),
        slots=_slots(there or entries),
        throttled=Reading(throttled / in_hand if in_hand else 0.0, age),
    )


def _slots(entries: Sequence[Entry]) -> Reading:
    known = [entry for entry in entries if entry.instance.capacity > 0]
    if not known:
        return Reading()
    least = min(known, key=lambda entry: (entry.instance.capacity, entry.age))
    return Reading(float(least.instance.capacity), least.age)
