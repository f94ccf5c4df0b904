"""What all runners of an orchestrator share, and how they wait for what is away."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog

from agent_sdk.results import ResultStore
from chassis.clock import Clock
from chassis.errors import DeadlineExceeded, Unavailable
from services.orchestrator.agents import Dispatcher
from services.orchestrator.domain.timeouts import TimeoutPolicy
from services.orchestrator.durations import KnownDurations
from services.orchestrator.gates import Gates
from services.orchestrator.outbox import Outbox
from services.orchestrator.planner import Planner
from services.orchestrator.purse import Purse
from services.orchestrator.results import ResultChecker
from services.orchestrator.store import AgendaStore, WorkflowStore
from services.orchestrator.streams import AgentStreams

FIRST_REST, LONGEST_REST = 0.05, 5.0
"""Seconds between tries while Redis or another service is away."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all runners of an orchestrator share."""

    name: str
    """Of this orchestrator process."""
    store: WorkflowStore
    agenda: AgendaStore
    dispatcher: Dispatcher
    streams: AgentStreams
    planner: Planner
    gates: Gates
    outbox: Outbox
    purse: Purse
    results: ResultChecker
    stored: ResultStore
    """What agents stored of how attempts ended."""
    durations: KnownDurations
    now: Clock
    timeouts: TimeoutPolicy
    task_attempts: int
    retry_budget: int
    ask_depth: int
    hand_off_depth: int
    cancel_grace: timedelta


async def patiently(call: Callable[[], Awaitable[T]], *, what: str) -> T:
    """Repeats a call that is harmless to repeat until what it needs is back; a lost lease ends the wait."""
    rest, told = FIRST_REST, False
    while True:
        try:
            return await call()
        except (Unavailable, DeadlineExceeded) as error:
            if not told:
                told = True
                log.warning("Waiting for what is away", what=what, reason=error.reason, detail=error.message)
            await asyncio.sleep(rest * random.uniform(0.5, 1.0))
            rest = min(LONGEST_REST, rest * 2)
