"""Seeding: at start, each built-in template whose content is new becomes a new version.

The content decides, not the file's date or a number somebody has to raise. Any number of processes may seed at once:
each version is written onto what its writer saw, so the slower one looks again and finds nothing left to do.
"""

from collections.abc import Mapping

import structlog

from chassis.clock import Clock
from chassis.errors import Aborted
from services.templates.domain.model import BUILT_IN, Origin, Recipe, Template
from services.templates.store.templates import RedisTemplateStore

_ROUNDS = 20

_log = structlog.get_logger(__name__)


async def seed(store: RedisTemplateStore, catalogue: Mapping[str, Recipe], now: Clock) -> None:
    """Brings the shipped templates in line with the catalogue; what it does not hold any more leaves the lists."""
    for id, recipe in catalogue.items():
        written = await _seed_one(store, id, recipe, now)
        if written is not None:
            _log.info("Built-in template written", template=written.ref)
    for id in await store.shipped_ids():
        if id not in catalogue:
            current = (await store.look(BUILT_IN, id)).current
            if current is not None and await store.retire(current):
                _log.info("Built-in template retired", template=current.ref)


async def _seed_one(store: RedisTemplateStore, id: str, recipe: Recipe, now: Clock) -> Template | None:
    """The version written; None when the newest one is this recipe already."""
    for _ in range(_ROUNDS):
        seen = await store.look(BUILT_IN, id)
        if seen.current is not None and seen.current.recipe == recipe:
            return None
        template = Template(
            id=id,
            owner=BUILT_IN,
            version=seen.shipped + 1,
            recipe=recipe,
            origin=Origin.BUILT_IN,
            create_time=now(),
        )
        if await store.write(template, seen):
            return template
    raise Aborted(f"templates/{id} was written by others {_ROUNDS} times while it was seeded.", reason="CONTENDED")
