"""Lists of a tenant's workflows, newest first, and how many are in which state."""

from __future__ import annotations

from collections import Counter

from services.orchestrator.domain.workflow import Workflow, WorkflowState
from services.orchestrator.store import WorkflowStore

SCAN = 200
"""Ids read at a time."""
MAX_SCANNED = 20_000
"""Ids looked at for one page or count at most."""
POSITION = r"[0-9]{1,15} [a-z0-9-]{1,63}"
"""The shape of a position."""


async def list_page(
    store: WorkflowStore, tenant: str, *, states: frozenset[str], size: int, position: str
) -> tuple[list[Workflow], str]:
    """A page after `position`, and the position of the next; empty at the end.

    A position is `MILLISECONDS ID`: everything listed before was submitted later, or in the same
    millisecond under an id that sorts behind.
    """
    found: list[Workflow] = []
    before_ms, last_id = _split(position)
    scanned = 0
    while len(found) <= size and scanned < MAX_SCANNED:
        lines = await store.newest(tenant, before_ms=before_ms, limit=SCAN)
        fresh = [line for line in lines if (line.created_ms, line.id) < (before_ms or 1 << 62, last_id)]
        if not fresh:
            break
        scanned += len(lines)
        ids = [line.id for line in fresh]
        if states:
            now = await store.states(ids)
            ids = [id_ for id_, state in zip(ids, now, strict=True) if state in states]
        found += [workflow for workflow in await store.load_many(ids) if workflow is not None]
        before_ms, last_id = fresh[-1].created_ms, fresh[-1].id
    page = found[:size]
    more = len(found) > size
    return page, _position(page[-1]) if more else ""


async def count_by_state(store: WorkflowStore, tenant: str) -> Counter[WorkflowState]:
    """How many of the tenant's unfinished workflows are in which state."""
    counts: Counter[WorkflowState] = Counter()
    ids = (await store.unfinished(tenant))[:MAX_SCANNED]
    for start in range(0, len(ids), SCAN):
        states = await store.states(ids[start : start + SCAN])
        counts.update(state for state in states if state is not None and not state.ended)
    return counts


def _position(workflow: Workflow) -> str:
    return f"{int(workflow.submission.created.timestamp() * 1000)} {workflow.id}"


def _split(position: str) -> tuple[int | None, str]:
    if not position:
        return None, "\U0010ffff"
    milliseconds, _, id_ = position.partition(" ")
    return int(milliseconds), id_
