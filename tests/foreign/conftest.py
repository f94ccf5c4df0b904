"""A small HeyJarvis, as in the orchestrator's own tests, and an agent beside it that knows nothing but the contract."""

from __future__ import annotations

from tests.integration.orchestrator.conftest import world

__all__ = ["world"]
