from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Redis of these tests is there, however long a busy machine keeps it from being heard."""
    monkeypatch.setattr("chassis.model.redis_limiter.REDIS_PATIENCE", 60.0)


@pytest.fixture(autouse=True)
def library(anthropic_library: None) -> None:
    """Every test here asks the model."""
