"""The crowd and the judges against a system that runs. They do no harm: what breaks are their own connections.

Every workflow is real work, which costs money where a real model answers. What is not over in time, or when somebody
interrupts, is cancelled.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chassis.clock import new_id
from tools.chaos.crowd import Crowd
from tools.chaos.judges import LONGEST_SILENCE, Verdict, judge
from tools.chaos.ledger import Ledger
from tools.chaos.report import Report

TELL_EVERY = 5.0
"""Seconds between two lines about how far it is."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The system."""

    orchestrator: str
    """Where OrchestratorService is."""
    approvals: str
    """Where ApprovalService is."""
    token: str | None = None
    """The credential, where it wants one."""
    model: Ledger | None = None
    """Its offline model; None when it has none, or nobody can reach it."""


async def verify(target: Target, *, workflows: int, at_once: int, seed: int, minutes: float, tell: Tell) -> Report:
    """Runs so many workflows and judges them."""
    began = time.monotonic()
    crowd = Crowd(
        target.orchestrator,
        target.approvals,
        seed=seed,
        run=new_id("verify-"),
        at_once=at_once,
        token=target.token,
    )
    try:
        async with asyncio.timeout(minutes * 60), _told(crowd, workflows, tell):
            await crowd.order(workflows)
            calls = None if target.model is None else await asyncio.to_thread(target.model.calls)
            # How long a real model thinks without a word is not for us to say.
            verdict = await judge(crowd, calls, longest_silence=None if target.model is None else LONGEST_SILENCE)
    except TimeoutError:
        verdict = Verdict(violations=[f"not over after {minutes:g} min; what still ran was cancelled"])
    finally:
        await crowd.call_off()
        await crowd.aclose()
    unseen = () if target.model is not None else ("the model server keeps no ledger: its calls could not be judged",)
    return Report(verdict, time.monotonic() - began, unseen=unseen)


@asynccontextmanager
async def _told(crowd: Crowd, workflows: int, tell: Tell) -> AsyncIterator[None]:
    async def telling() -> None:
        while True:
            await asyncio.sleep(TELL_EVERY)
            tell(f"  {crowd.ended} of {workflows} workflows")

    task = asyncio.create_task(telling(), name="tell")
    try:
        yield
    finally:
        task.cancel()
