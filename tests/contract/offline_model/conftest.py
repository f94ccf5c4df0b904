"""A real offline model on a free port, and the real client of the Messages API in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from anthropic import AsyncAnthropic

from tools.offline_model import OfflineModel, Options

ASK: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "max_tokens": 8000,
    "messages": [{"role": "user", "content": "<request>Open a zero-waste bakery in Lisbon</request>"}],
}
"""Arguments of a call that works."""


def asking(**changes: Any) -> dict[str, Any]:
    """The same arguments with some of them changed."""
    return ASK | changes


def client_of(model: OfflineModel, **options: Any) -> AsyncAnthropic:
    """The library as an agent uses it, without its own retries."""
    return AsyncAnthropic(base_url=model.url, **{"api_key": "test", "max_retries": 0, **options})


@pytest.fixture
async def model() -> AsyncIterator[OfflineModel]:
    """A server without delay."""
    async with OfflineModel(Options()).running() as running:
        yield running


@pytest.fixture
async def claude(model: OfflineModel) -> AsyncIterator[AsyncAnthropic]:
    """The client of that server."""
    async with client_of(model) as client:
        yield client


@pytest.fixture
async def admin(model: OfflineModel) -> AsyncIterator[httpx2.AsyncClient]:
    """Plain HTTP for the endpoints that are not the Messages API's."""
    async with httpx2.AsyncClient(base_url=model.url) as client:
        yield client
