"""The processes of each agent type: what they say, beside what orchestrators believe to run in them. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.registry import Entry
from services.scaler.domain.deployed import Instance
from services.scaler.inputs.fleet import GONE_AFTER


def instances_of(
    entries: Iterable[Entry], leases: Mapping[str, int] | None, *, since: float
) -> dict[str, tuple[Instance, ...]]:
    """Those that gave a sign of life lately, by agent type; the entries were read `since` seconds ago.

    Without a lease table (None) each counts as having an attempt: nobody can say that it is empty.
    """
    found: defaultdict[str, list[Instance]] = defaultdict(list)
    for entry in entries:
        said, age = entry.instance, entry.age + since
        if not said.type or age > GONE_AFTER or said.state == pb.AGENT_STATE_STOPPED:
            continue
        found[said.type].append(
            Instance(
                name=said.instance,
                pod_uid=said.pod_uid,
                endpoint=said.endpoint,
                capacity=said.capacity,
                in_hand=said.in_hand,
                leased=max(said.in_hand, 1) if leases is None else leases.get(said.instance, 0),
                draining=said.state == pb.AGENT_STATE_DRAINING,
                age=age,
            )
        )
    return {agent_type: tuple(instances) for agent_type, instances in found.items()}


def until_empty(attempts: int, takes: float | None) -> float | None:
    """Seconds until so many attempts are all expected to be over; None when nobody knows how long one takes.

    How long each has run is not known here, so each is taken to end at any moment with the same chance: the last of n
    is then expected after 1 + 1/2 + ... + 1/n means.
    """
    if attempts == 0:
        return 0.0
    return None if takes is None else takes * math.fsum(1 / number for number in range(1, attempts + 1))
