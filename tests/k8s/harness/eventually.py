"""Waiting for what controllers bring about in their own time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from kubernetes.aio import client

from tests.k8s.harness.pod import Pod

T = TypeVar("T")

LIMIT = 60.0
"""Seconds before a test gives up. A bound, not an expectation."""
_POLL_SECONDS = 0.05


async def eventually(look: Callable[[], Awaitable[T]]) -> T:
    """What `look` returns once it is true. An AssertionError inside it means "not yet"; the last one is raised."""
    ends = time.monotonic() + LIMIT
    while True:
        last: AssertionError | None = None
        found = None
        try:
            if found := await look():
                return found
        except AssertionError as error:
            last = error
        if time.monotonic() > ends:
            raise last or AssertionError(f"Still {found!r} after {LIMIT:g} s.")
        await asyncio.sleep(_POLL_SECONDS)


async def pods_of(api: client.ApiClient, namespace: str, selector: str = "") -> list[Pod]:
    """The pods of a namespace that match a label selector, oldest first; those told to end are among them."""
    listed = await client.CoreV1Api(api).list_namespaced_pod(namespace, label_selector=selector)
    return sorted((Pod.of(each) for each in listed.items), key=lambda pod: (pod.created, pod.name))
