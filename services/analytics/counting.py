"""Counting a batch: the events of each workflow are folded over what is remembered of it, and written in one step.

Should somebody else have counted for a workflow meanwhile, its state is read again: what was counted by then adds
nothing any more.
"""

from collections import defaultdict
from collections.abc import Sequence

import structlog

from services.analytics.convert_events import Unreadable, event_from
from services.analytics.domain.events import Event
from services.analytics.domain.reduce import fold
from services.analytics.store.measures import Counted, MeasureStore
from services.analytics.store.stream import Entry

_ROUNDS = 10

_log = structlog.get_logger(__name__)

Named = tuple[str, str]
"""Tenant and id of a workflow."""


class Counting:
    """Counts entries of the stream of all events."""

    def __init__(self, store: MeasureStore) -> None:
        self._store = store

    async def count(self, entries: Sequence[Entry]) -> bool:
        """Counts all events of the entries; False when others were faster again and again, and it is to be repeated."""
        events: dict[Named, list[Event]] = defaultdict(list)
        newest: dict[str, int] = {}
        for entry in entries:
            try:
                tenant, workflow, event = event_from(entry)
            except Unreadable as error:
                _log.error("An event cannot be read and is not counted", error=str(error))
                continue
            events[tenant, workflow].append(event)
            newest[tenant] = max(event.time, newest.get(tenant, 0))
        if newest:
            await self._store.note_tenants(newest)
        for _ in range(_ROUNDS):
            if not events:
                return True
            events = await self._round(events)
        return not events

    async def _round(self, events: dict[Named, list[Event]]) -> dict[Named, list[Event]]:
        """Counts what it can, and gives what is left because others were faster."""
        named = list(events)
        changes = []
        for (tenant, workflow), before in zip(named, await self._store.read(named), strict=True):
            after, tally = fold(before, events[tenant, workflow])
            if after is not before:
                changes.append(Counted(tenant=tenant, workflow=workflow, before=before, after=after, tally=tally))
        written = await self._store.count(changes) if changes else []
        return {
            (change.tenant, change.workflow): events[change.tenant, change.workflow]
            for change, done in zip(changes, written, strict=True)
            if not done
        }
