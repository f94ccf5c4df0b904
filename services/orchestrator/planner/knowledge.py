"""What a plan can be made of: the agents that are alive, what they say of themselves, and what they have shown.

An agent's card is asked of one live instance, once per version. An agent that does not answer is known by what the
registry holds; analytics may be away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import grpc
import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as rpc
from msgspec.structs import replace

from services.orchestrator.domain.plan import Plan, TaskSpec
from services.orchestrator.domain.plan_checks import KnownAgent
from services.orchestrator.domain.splitting import SplitRule
from services.orchestrator.durations import Experience, KnownDurations

PATIENCE = 5.0
"""Seconds an agent has to describe itself, also one that is just starting on a busy machine."""
FINAL_TYPE = "dossier"
"""The kind of agent that gathers what all others made."""
MAX_AGENTS = 200
"""Agent types that a plan may be made of, and cards that are kept."""
MAX_TEXT = 1000
"""Characters of an agent's own description that are shown to the model."""

Connect = Callable[[str], AbstractAsyncContextManager[grpc.aio.Channel]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFacts:
    """One kind of agent."""

    card: pb.AgentCard
    instances: int
    """How many are alive."""
    experience: Experience | None
    """What attempts of its kind have shown; None when too little is known."""

    @property
    def known(self) -> KnownAgent:
        """What the checks have to know."""
        splits = SplitRule(self.card.split_by[:MAX_TEXT], self.card.max_parts) if self.card.split_by else None
        consumes = frozenset(self.card.consumes)
        return KnownAgent(
            capabilities=frozenset(self.card.capabilities),
            # What merges parts makes use of results of its own kind.
            consumes=consumes | {self.card.type} if consumes and splits else consumes,
            splits=splits,
        )

    def described(self) -> dict[str, Any]:
        """What does not change from one request to the next, for the prompt that is cached."""
        return {
            "type": self.card.type,
            "title": self.card.title[:MAX_TEXT],
            "description": self.card.description[:MAX_TEXT],
            "capabilities": list(self.card.capabilities)[:50],
            "uses_results_of": list(self.card.consumes)[:50],
            "tasks_at_a_time_per_instance": self.card.capacity,
            **({"can_be_split_by": self.card.split_by[:MAX_TEXT]} if self.card.split_by else {}),
        }

    def shown(self) -> dict[str, Any]:
        """What does change: how many are alive and what was measured."""
        seen = self.experience
        return {"type": self.card.type, "instances": self.instances, **(seen.described() if seen else {})}


class Knowledge:
    """Knows the agents."""

    def __init__(
        self,
        live: Callable[[], list[pb.AgentInstance]],
        connect: Connect,
        durations: KnownDurations,
    ) -> None:
        self._live = live
        self._connect = connect
        self._durations = durations
        self._cards: dict[tuple[str, str], pb.AgentCard] = {}

    def usual(self, agent_type: str) -> timedelta | None:
        """How long half of its attempts take at most; None when too few were measured."""
        known = self._durations.of(agent_type)
        return timedelta(seconds=known.median) if known else None

    async def agents(self) -> dict[str, AgentFacts]:
        """The live agents, by type."""
        by_type: dict[str, list[pb.AgentInstance]] = {}
        for instance in self._live():
            if instance.type in by_type or len(by_type) < MAX_AGENTS:
                by_type.setdefault(instance.type, []).append(instance)
        cards = await asyncio.gather(*(self._card(instances[0]) for instances in by_type.values()))
        return {
            card.type: AgentFacts(
                card=card, instances=len(by_type[card.type]), experience=self._durations.experience(card.type)
            )
            for card in sorted(cards, key=lambda card: card.type)
        }

    async def _card(self, instance: pb.AgentInstance) -> pb.AgentCard:
        key = (instance.type, instance.version)
        if key not in self._cards:
            try:
                async with self._connect(instance.endpoint) as channel:
                    stub: rpc.AgentServiceStub = rpc.AgentServiceStub(channel)
                    answer = await stub.Describe(pb.DescribeRequest(), timeout=PATIENCE)
            except grpc.aio.AioRpcError as error:
                log.info("Agent does not describe itself", instance=instance.instance, code=error.code().name)
                return pb.AgentCard(
                    type=instance.type,
                    title=instance.type,
                    capabilities=instance.capabilities,
                    capacity=instance.capacity,
                )
            while len(self._cards) >= MAX_AGENTS:
                del self._cards[next(iter(self._cards))]
            # Its place in the registry is what it gets work by, whatever it calls itself.
            answer.card.type = instance.type
            self._cards[key] = answer.card
        return self._cards[key]


def estimate(task: TaskSpec, facts: Mapping[str, AgentFacts], known: Sequence[Plan]) -> TaskSpec:
    """The task with the time and cost expected of it. What was measured counts for more than what a plan says; a new
    task is like others of its agent in the plans that are known."""
    agent = facts.get(task.agent_type)
    seen = agent.experience if agent else None
    alike = [spec for plan in known for spec in plan.tasks if spec.agent_type == task.agent_type]
    durations = [spec.estimated_duration for spec in alike if spec.estimated_duration]
    cost = task.estimated_cost_usd or max((spec.estimated_cost_usd for spec in alike), default=0.0)
    return replace(
        task,
        estimated_duration=seen.p50 if seen else task.estimated_duration or max(durations, default=None),
        estimated_cost_usd=seen.cost_usd if seen and seen.cost_usd is not None else cost,
    )
