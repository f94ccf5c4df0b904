"""Late reports: what is heard of attempts that nobody follows here any more.

Their owner may be another orchestrator by now, or nobody: the workflow may have ended long ago. So a late report goes
through the door, like a caller's command, onto the workflow as it is in Redis, for as long as that is kept (the
retention); nothing is kept in memory for it. The rules book what the attempt consumed, once, and refuse what it made.
Only then is the agent told that it may forget the outcome: should this process end before, the next one to open a
stream to the agent is told of it again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb

from agent_sdk.names import AttemptKey
from chassis.errors import Aborted, NotFound
from services.orchestrator import convert as to
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain.booking import is_awaited
from services.orchestrator.domain.outcomes import LastWord
from services.orchestrator.door import Door
from services.orchestrator.runner.surroundings import patiently

MOST_WAITING = 10_000
"""Attempts whose reports may wait to be booked; what goes beyond is told again on the agent's next stream."""

log = structlog.get_logger(__name__)


class LateReports:
    """Books what zombies tell."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._waiting: OrderedDict[AttemptKey, tuple[cmd.ComeBack, Callable[[], None]]] = OrderedDict()
        self._filled = asyncio.Event()

    def hear(self, key: AttemptKey, message: pb.WorkResponse, booked: Callable[[], None]) -> None:
        """Something that tells what an attempt consumed; `booked` is called when that is on record, unless something
        newer of the same attempt was heard before."""
        report = _reading(key, message)
        before = self._waiting.get(key)
        if before is not None and before[0].over and not report.over:
            return
        if before is None and len(self._waiting) >= MOST_WAITING:
            log.warning("Late report waits for the agent's next stream", attempt=str(key))
            return
        self._waiting[key] = report, booked
        self._filled.set()

    async def awaited(self, key: AttemptKey) -> bool:
        """Whether any orchestrator waits for the outcome of an attempt that an agent has."""
        stored = await patiently(lambda: self._door.store.load(key.workflow), what="workflow of a stray attempt")
        return stored is not None and is_awaited(stored.workflow, key.task, key.attempt)

    async def run(self) -> None:
        """Books what is heard, for ever."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._waiting:
                key, (report, booked) = self._waiting.popitem(last=False)
                if await self._book(key, report):
                    booked()

    async def _book(self, key: AttemptKey, report: cmd.ComeBack) -> bool:
        try:
            await patiently(lambda: self._door.command(key.workflow, None, report), what="books of a workflow")
        except NotFound:
            # Forgotten with all that belonged to it.
            return True
        except Aborted:
            log.warning("Late report waits for the agent's next stream", attempt=str(key))
            return False
        return True


def _reading(key: AttemptKey, message: pb.WorkResponse) -> cmd.ComeBack:
    kind = message.WhichOneof("kind")
    stopped = after = None
    match kind:
        case "progress":
            usage = message.progress.usage
        case "result":
            usage = message.result.usage
        case "failure":
            usage = message.failure.usage
        case _:
            usage = message.cancelled.usage
            stopped, after = to.stop_from_pb(message.cancelled)
    return cmd.ComeBack(
        task=key.task,
        attempt=key.attempt,
        heard=LastWord(kind or "cancelled"),
        usage=to.usage_from_pb(usage),
        stopped=stopped,
        after=after,
    )
