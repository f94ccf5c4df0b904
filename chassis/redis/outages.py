"""Which errors say "not now": Redis is away, changes hands, or takes no writes. All of them heal without us.

gone         no connection, no answer in time, LOADING, BUSY with a script, MASTERDOWN, CLUSTERDOWN, TRYAGAIN
full         OOM: `maxmemory` is reached and nothing may be evicted
read-only    READONLY, UNBLOCKED: what we speak to became a replica, or was one all the time
unsafe       MISCONF: the disk takes no more writes; NOREPLICAS: too few copies for a write to count
"""

from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ClusterError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    SlotNotCoveredError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from chassis.errors import Unavailable

RETRY_AFTER = 1.0
"""Seconds a caller is asked to wait."""

UNSAFE = "REDIS_UNSAFE"
"""The reason of an `Unavailable` while Redis cannot keep what is written."""

_GONE = "Redis is away for now; try again."
_FULL = "Redis is out of memory; it takes no writes until somebody makes room."
_READ_ONLY = "Redis takes no writes here: this server is a replica. Try again when the primary is back."
_UNSAFE = "Redis takes no writes while it cannot keep them safe; see its log."

_LOST = (RedisConnectionError, RedisTimeoutError, ClusterError, SlotNotCoveredError, TryAgainError)
_CREDENTIALS = (AuthenticationError, AuthorizationError)
_BY_CODE = {
    "BUSY": (_GONE, "REDIS_UNAVAILABLE"),
    "UNBLOCKED": (_READ_ONLY, "REDIS_READ_ONLY"),
    "MISCONF": (_UNSAFE, UNSAFE),
    "NOREPLICAS": (_UNSAFE, UNSAFE),
}
"""Errors that redis-py has no class for, by the first word of what the server said."""


def away(error: BaseException) -> Unavailable | None:
    """`error` as Unavailable when it says that Redis cannot answer for now; None when it is another error."""
    told = _told(error)
    return None if told is None else Unavailable(told[0], retry_after=RETRY_AFTER, reason=told[1])


def _told(error: BaseException) -> tuple[str, str] | None:
    if isinstance(error, _CREDENTIALS):
        return None
    if isinstance(error, _LOST):
        return _GONE, "REDIS_UNAVAILABLE"
    if isinstance(error, OutOfMemoryError):
        return _FULL, "REDIS_FULL"
    if isinstance(error, ReadOnlyError):
        return _READ_ONLY, "REDIS_READ_ONLY"
    if isinstance(error, ResponseError):
        return _BY_CODE.get(str(error).partition(" ")[0])
    return None
