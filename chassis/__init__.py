"""What every service stands on, written once. This is its face; README.md says what lies where.

Names are loaded when first used: a rule that imports `chassis.errors` pays for nothing else.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from chassis.errors import (
    Aborted,
    AlreadyExists,
    ConfigurationError,
    DeadlineExceeded,
    FailedPrecondition,
    FieldViolation,
    HeyJarvisError,
    Internal,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
    Unimplemented,
)

# gRPC's fork handlers start its threads anew in a forked child. uvloop forks for every program it starts, and of those
# that a busy process starts one in ten dies by SIGSEGV before it is that program. Read when grpc is imported.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

if TYPE_CHECKING:
    from chassis.channels import connect
    from chassis.clock import Clock, new_id, utc_now
    from chassis.host import Host, Servicer
    from chassis.identity import Identity, acting_as, current_identity
    from chassis.redis import RedisAccess, Script, open_redis
    from chassis.server import running, serve
    from chassis.settings import Profile, ServiceSettings
    from chassis.status import peer_errors

__all__ = [
    "Aborted",
    "AlreadyExists",
    "Clock",
    "ConfigurationError",
    "DeadlineExceeded",
    "FailedPrecondition",
    "FieldViolation",
    "HeyJarvisError",
    "Host",
    "Identity",
    "Internal",
    "InvalidArgument",
    "NotFound",
    "PermissionDenied",
    "Profile",
    "RedisAccess",
    "ResourceExhausted",
    "Script",
    "ServiceSettings",
    "Servicer",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
    "acting_as",
    "connect",
    "current_identity",
    "new_id",
    "open_redis",
    "peer_errors",
    "running",
    "serve",
    "utc_now",
]

_HOME = {
    "Clock": "clock",
    "Host": "host",
    "Identity": "identity",
    "Profile": "settings",
    "RedisAccess": "redis",
    "Script": "redis",
    "ServiceSettings": "settings",
    "Servicer": "host",
    "acting_as": "identity",
    "connect": "channels",
    "current_identity": "identity",
    "new_id": "clock",
    "open_redis": "redis",
    "peer_errors": "status",
    "running": "server",
    "serve": "server",
    "utc_now": "clock",
}


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'chassis' has no attribute {name!r}")
    import_module("chassis.lean_imports")
    return getattr(import_module(f"chassis.{home}"), name)
