"""The way to Redis: commands, reads that block, key names, scripts, subscriptions.

`REDIS_URL` may name one server, a Sentinel set or a Redis Cluster, and nothing outside this package knows which.

| file | knows |
|---|---|
| `urls.py` | what a URL means (pure) |
| `server.py`, `cluster.py` | the clients: for one server or the primary that Sentinels name; for a cluster |
| `scripts.py` | Lua scripts, one by one and many in one round trip |
| `outages.py` | which errors say "not now" |
| `access.py` | what a service holds; waiting at start |

Two rules for who writes stores: keys that one script or command names share a hash tag, and what must be read or
written at one moment is a script. There is no MULTI here; a pipeline saves round trips and promises nothing else.
"""

from chassis.redis.access import NO_REDIS_EXIT_CODE, RedisAccess, WaitingLine, open_redis
from chassis.redis.outages import UNSAFE, away
from chassis.redis.scripts import Script
from chassis.redis.urls import masked

__all__ = ["NO_REDIS_EXIT_CODE", "UNSAFE", "RedisAccess", "Script", "WaitingLine", "away", "masked", "open_redis"]
