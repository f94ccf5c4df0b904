"""The border to Redis: its errors become ours, and waiting for it to come back is done in one way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from redis.exceptions import RedisError

from chassis.errors import Unavailable
from chassis.redis import away

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

FIRST_REST = 0.05
"""Seconds before the second try."""
LONGEST_REST = 2.0
"""Most seconds between two tries."""


@contextmanager
def border() -> Iterator[None]:
    """Within the block, a Redis that cannot serve for now raises `chassis.errors.Unavailable`."""
    try:
        yield
    except RedisError as error:
        if (known := away(error)) is not None:
            raise known from error
        raise


def at_the_border(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Lets a method raise `chassis.errors.Unavailable` instead of Redis's own errors."""

    @wraps(method)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        with border():
            return await method(*args, **kwargs)

    return guarded


async def until_it_answers(call: Callable[[], Awaitable[T]], *, seconds: float, what: str) -> T:
    """Repeat `call` while Redis is away, for at most `seconds`; then Unavailable. It must be harmless to repeat."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + seconds
    rest = FIRST_REST
    told = False
    while True:
        try:
            # Also a call that hangs ends in time; the connection it used is dropped.
            async with asyncio.timeout_at(ends_at):
                return await call()
        except TimeoutError as error:
            raise Unavailable(
                f"Redis did not answer within {seconds:.1f} s.", retry_after=1.0, reason="REDIS_UNAVAILABLE"
            ) from error
        except Unavailable as error:
            remaining = ends_at - loop.time()
            if remaining <= 0:
                raise
            if not told:
                told = True
                log.warning("waiting for redis", what=what, reason=error.reason, seconds=round(remaining, 1))
            await asyncio.sleep(min(rest, remaining))
            rest = min(rest * 2, LONGEST_REST)
