"""Ending tasks for certain.

On Python 3.11 `asyncio.wait_for` swallows a cancellation that arrives in the very moment its work is done, and the
Redis client sends through it. A loop that was cancelled then goes on as if nothing had happened; so whoever ends
tasks asks again until they are done.
"""

import asyncio
import random
from collections.abc import Collection
from typing import Any

ASK_AGAIN = 0.2
"""Seconds after which a task that still runs is cancelled once more, shortened by chance to between half and all: a
loop of the same rhythm could swallow every one."""


async def end_tasks(tasks: Collection["asyncio.Task[Any] | asyncio.Future[Any]"], *, within: float = 5.0) -> set[Any]:
    """Cancels tasks and waits until they are over, for at most `within` seconds; returns those that are not.

    What they raise is theirs: who started them has looked, or does not care any more.
    """
    pending = {task for task in tasks if not task.done()}
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + within
    while pending and loop.time() < ends_at:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=ASK_AGAIN * random.uniform(0.5, 1.0))
    for task in tasks:
        if task.done() and not task.cancelled():
            task.exception()
    return pending
