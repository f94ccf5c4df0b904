"""What orchestrators told of their demand, added up. Pure.

An orchestrator tells of its own workflows, so the sum counts only when all of them are heard: what is not seen is not
zero. Its age is that of the oldest message in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from google.protobuf.duration_pb2 import Duration
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one orchestrator said last."""

    told: pb.WatchDemandResponse
    age: float
    """Seconds since it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDemand:
    """What all orchestrators together need of one agent type."""

    waiting: float = 0.0
    running: float = 0.0
    oldest_wait: float = 0.0
    """In seconds, until now."""
    unfinished: float = 0.0
    """Unfinished workflows that name the type."""
    curve: tuple[tuple[float, float], ...] | None = ()
    """(seconds ahead, tasks that become ready by then), rising. None when an orchestrator did not foresee anything."""

    def within(self, horizon: float) -> float | None:
        """Tasks that become ready within so many seconds. None when that is not known."""
        if self.curve is None:
            return None
        before, tasks = 0.0, 0.0
        for at, expected in self.curve:
            if horizon <= at:
                return tasks + (expected - tasks) * (horizon - before) / (at - before)
            before, tasks = at, expected
        return tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What all orchestrators said."""

    age: float
    """Seconds since the one of them said it that is silent for longest."""
    agents: Mapping[str, AgentDemand] = field(default_factory=dict)
    leases: Mapping[str, int] = field(default_factory=dict)
    """Attempts that orchestrators believe to run, by agent instance."""
    unclaimed: int | None = 0
    """Workflows that no orchestrator owns now and that may need any agent. None when nobody could count them."""

    def of(self, agent_type: str) -> AgentDemand:
        """That of one type; one that nobody names has nothing to do."""
        return self.agents.get(agent_type, NO_DEMAND)


NO_DEMAND = AgentDemand()


def added_up(messages: Iterable[Message]) -> Demand:
    """The demand of several orchestrators; one that is heard at two addresses counts once."""
    newest: dict[str, Message] = {}
    for message in messages:
        known = newest.get(message.told.orchestrator)
        if known is None or message.age < known.age:
            newest[message.told.orchestrator] = message
    agents: defaultdict[str, list[tuple[pb.AgentDemand, float]]] = defaultdict(list)
    leases: defaultdict[str, int] = defaultdict(int)
    for message in newest.values():
        for told in message.told.agents:
            agents[told.agent_type].append((told, message.age))
        for lease in message.told.leases:
            leases[lease.instance] += lease.running
    counted = [one.told.unclaimed_workflows for one in newest.values() if one.told.HasField("unclaimed_workflows")]
    return Demand(
        age=max((message.age for message in newest.values()), default=0.0),
        agents={agent_type: _together(told) for agent_type, told in agents.items()},
        leases=leases,
        # Each counts the same ones, out of the agenda they share.
        unclaimed=max(counted, default=None),
    )


def _together(told: list[tuple[pb.AgentDemand, float]]) -> AgentDemand:
    return AgentDemand(
        waiting=float(sum(one.waiting for one, _ in told)),
        running=float(sum(one.running for one, _ in told)),
        oldest_wait=max(_seconds(one.oldest_wait) + age if one.HasField("oldest_wait") else 0.0 for one, age in told),
        unfinished=float(sum(one.unfinished_workflows for one, _ in told)),
        curve=_curve([one for one, _ in told]),
    )


def _curve(told: list[pb.AgentDemand]) -> tuple[tuple[float, float], ...] | None:
    expected: defaultdict[float, float] = defaultdict(float)
    for one in told:
        if not one.forecasts:
            return None
        for forecast in one.forecasts:
            expected[_seconds(forecast.within)] += forecast.tasks
    return tuple(sorted((at, tasks) for at, tasks in expected.items() if at > 0))


def _seconds(duration: Duration) -> float:
    return duration.seconds + duration.nanos / 1e9
