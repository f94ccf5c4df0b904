from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from chassis.model import ModelClient, ModelSettings
from chassis.model.limiter import Limiter
from tests.support.model_wire import ScriptedModel

MakeClient = Callable[..., ModelClient]


class Clock:
    """The clock of a limiter; it stands still unless a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def library(anthropic_library: None) -> None:
    """Every test here asks the model."""


@pytest.fixture
async def make_client() -> AsyncIterator[MakeClient]:
    """Makes a client of a scripted model whose rests are too short to wait for."""
    made: list[ModelClient] = []

    def make(script: ScriptedModel, *, limiter: Limiter | None = None, **settings: Any) -> ModelClient:
        fields: dict[str, Any] = {
            "api_key": "test-key",
            "base_url": "http://model.test",
            "backoff": 0.001,
            "rate_limit_spacing": 0.001,
            "text_interval": 0.0,
            **settings,
        }
        client = ModelClient(ModelSettings(**fields), limiter=limiter, transport=script.transport)
        made.append(client)
        return client

    yield make
    for client in made:
        await client.aclose()
