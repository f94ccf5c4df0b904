"""Imports structlog and redis-py without what they would load just in case.

structlog loads rich (and with it attrs and pygments) wherever it is installed, redis-py the metrics half of the
OpenTelemetry SDK; a service uses neither through them. That is 0.12 s of CPU in each of a dozen processes that start at
the same time. Whoever imported the two before pays for it and loses nothing; the libraries themselves stay importable.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _absent(module: str) -> Iterator[None]:
    """Within the block, importing `module` fails as if it were not installed, unless it is loaded already."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # the import system's own mark for "not there"
    try:
        yield
    finally:
        del sys.modules[module]


with _absent("rich"):
    importlib.import_module("structlog")
with _absent("opentelemetry.sdk.metrics"):
    importlib.import_module("redis.asyncio")
