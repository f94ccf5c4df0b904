"""The Lua files beside this one, ready to be called. What each promises stands at its top."""

from importlib.resources import files

from chassis.redis import RedisAccess, Script

_FOLDER = files(__package__) / "lua"


def script(redis: RedisAccess, name: str) -> Script:
    """The script of a file."""
    return redis.script((_FOLDER / f"{name}.lua").read_text(encoding="utf-8"))
