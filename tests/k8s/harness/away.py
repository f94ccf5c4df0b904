"""What an unreachable API looks like, and how a kubelet bears it: it tries again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
from kubernetes.aio import client

UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError)
"""No answer."""

_RETRY_SECONDS = 0.2
_LONGEST_SECONDS = 300.0


async def repeat_while_away(call: Callable[[], Awaitable[object]]) -> bool:
    """Makes a call until the API answers. False: its object is gone, or is not what it was any more (404, 409)."""
    async with asyncio.timeout(_LONGEST_SECONDS):
        while True:
            try:
                await call()
                return True
            except client.ApiException as error:
                if error.status in (404, 409):
                    return False
                if error.status != 429 and error.status < 500:
                    raise
            except UNREACHABLE:
                pass
            await asyncio.sleep(_RETRY_SECONDS)
