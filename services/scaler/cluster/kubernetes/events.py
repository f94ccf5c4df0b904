"""Kubernetes Events about our Deployments, so that `kubectl describe` tells why a count changed.

A courtesy: they are made beside the decisions, never delay one, and what cannot be told is dropped.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog

from chassis.errors import HeyJarvisError
from services.scaler.cluster.kubernetes.api import Api

CONTROLLER = "heyjarvis.dev/scaler"
"""The reporting controller of every event."""
SAME_AGAIN = 300.0
"""Seconds in which the same words about the same Deployment are said once."""
MOST_WAITING = 100
"""Events that wait to be told at most; one more is dropped."""
LONGEST_NOTE = 1024
"""Bytes of a note that the API takes."""

_log = structlog.get_logger(__name__)


class Events:
    """Tells events, one after the other."""

    def __init__(self, api: Api, *, instance: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._instance = instance
        self._clock = clock
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=MOST_WAITING)
        self._told: dict[tuple[str, str, str], float] = {}
        self._failing = False

    def tell(self, *, name: str, uid: str, reason: str, note: str, warning: bool) -> None:
        """Notes an event about a Deployment, unless the same was said a moment ago."""
        now = self._clock()
        self._told = {said: when for said, when in self._told.items() if now - when < SAME_AGAIN}
        if (name, reason, note) in self._told or self._waiting.full():
            return
        self._told[name, reason, note] = now
        namespace = self._api.namespace
        self._waiting.put_nowait(
            {
                "apiVersion": "events.k8s.io/v1",
                "kind": "Event",
                "metadata": {"generateName": f"{name[:57]}-", "namespace": namespace},
                "eventTime": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
                "reportingController": CONTROLLER,
                "reportingInstance": self._instance[:128],
                "action": "Scaling",
                "reason": reason,
                "regarding": {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "name": name,
                    "namespace": namespace,
                    "uid": uid,
                },
                "note": note.encode()[:LONGEST_NOTE].decode(errors="ignore"),
                "type": "Warning" if warning else "Normal",
            }
        )

    async def run(self) -> None:
        """Tells what waits, for ever."""
        path = f"/apis/events.k8s.io/v1/namespaces/{self._api.namespace}/events"
        while True:
            event = await self._waiting.get()
            try:
                await self._api.create("events", path, event)
            except HeyJarvisError as error:
                if not self._failing:
                    _log.warning("Events cannot be told", error=error.message)
                self._failing = True
            else:
                self._failing = False
