"""The Lua files beside this one, ready to be called. What each promises stands at its top."""

from importlib.resources import files

from chassis.redis import RedisAccess, Script

_FOLDER = files(__package__) / "lua"
_JOURNAL = "journal"


class Scripts:
    """One callable per script."""

    def __init__(self, redis: RedisAccess) -> None:
        journal = _source(_JOURNAL)
        self.create: Script = redis.script(journal + _source("create"))
        self.commit: Script = redis.script(journal + _source("commit"))
        self.purge: Script = redis.script(_source("purge"))
        self.policy: Script = redis.script(_source("policy"))


def _source(name: str) -> str:
    return (_FOLDER / f"{name}.lua").read_text(encoding="utf-8")
