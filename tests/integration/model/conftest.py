from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Redis of these tests is there, however long a busy machine keeps it from being heard."""
    monkeypatch.setattr("chassis.model.redis_limiter.REDIS_PATIENCE", 60.0)


@pytest.fixture(autouse=True, scope="session")
def library() -> None:
    """Loaded beforehand: a client does it on a thread that comes last, for a minute on a busy machine."""
    import anthropic  # noqa: F401
