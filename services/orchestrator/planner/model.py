"""The planner's model client, when there is a model to reach."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from chassis import Host
from chassis.errors import ConfigurationError
from chassis.model import ModelClient, ModelSettings

log = structlog.get_logger(__name__)


@asynccontextmanager
async def planning_model(host: Host) -> AsyncIterator[ModelClient | None]:
    """The client; None when no model is configured: then plans are templates' graphs.

    It repairs nothing by itself: each refused draft is the planner's to put on record.
    """
    try:
        settings = ModelSettings().check().model_copy(update={"repair_rounds": 0})
    except ConfigurationError as error:
        log.info("No model is configured; plans come from templates", reason=error.reason)
        yield None
        return
    async with ModelClient(settings, host.redis) as model:
        _ = host.spawn(model.warm(), name="warm-model")
        yield model
