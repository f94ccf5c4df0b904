"""The border to Redis: while it is away, a store's methods raise Unavailable."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from agent_sdk.border import border

P = ParamSpec("P")
T = TypeVar("T")


def at_the_border(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Lets a method raise Unavailable instead of Redis's own errors."""

    @wraps(method)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        with border():
            return await method(*args, **kwargs)

    return guarded
