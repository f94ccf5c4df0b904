"""Templates: which steps a kind of work has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import chassis
from chassis import Host
from services.templates.bookkeeping import Bookkeeper
from services.templates.catalogue_files import read_catalogue
from services.templates.orchestrator import OrchestratorWorkflows
from services.templates.seed import seed
from services.templates.service import TemplateService
from services.templates.settings import Settings
from services.templates.store.templates import RedisTemplateStore


@asynccontextmanager
async def templates(settings: Settings, host: Host) -> AsyncIterator[list[TemplateService]]:
    """Wires the service."""
    store = RedisTemplateStore(host.redis, most_templates=settings.max_templates, most_versions=settings.max_versions)
    await seed(store, read_catalogue(settings.catalogue), host.now)
    async with host.connect(settings.orchestrator_address) as channel:
        workflows = OrchestratorWorkflows(
            channel, address=settings.orchestrator_address, timeout=settings.orchestrator_timeout
        )
        yield [TemplateService(store=store, books=Bookkeeper(store, host.now), workflows=workflows)]


if __name__ == "__main__":
    chassis.serve(templates, Settings(), name="templates")
