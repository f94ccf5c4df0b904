"""How the local system is to be started: command line first, then environment, then default.

A frozen dataclass and argparse rather than pydantic: this program shows its first line after a
tenth of a second, and what it reads is small.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The repository, or where the packages were installed."""

_CREDENTIALS = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_PROFILE",
    "ANTHROPIC_FEDERATION_RULE_ID",
)
_MOST_INSTANCES = 64
_OFFLINE_LATENCY_MS = 400.0


class OptionError(Exception):
    """A setting cannot be understood; the message quotes it and shows a good one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOptions:
    """Every knob of the local system."""

    root: Path = ROOT
    """Working folder of all services. Default: the repository."""
    home: Path
    """What a run leaves behind: Redis data, logs, state. `HEYJARVIS_HOME`; default `.heyjarvis` in the repository."""
    redis_url: str = ""
    """`REDIS_URL`: a Redis that runs already. Empty: one is started, with its data in `home`."""
    offline_model: bool = True
    """Whether the offline model is started: when no variable names a key, a token or another model server."""
    offline_latency_ms: float = _OFFLINE_LATENCY_MS
    """`HEYJARVIS_OFFLINE_LATENCY_MS`: how long the offline model takes for a call in milliseconds, so that
    a person can follow what happens."""
    instances: Mapping[str, int] = field(default_factory=dict)
    """`--instances branding=2` or `HEYJARVIS_LOCAL_INSTANCES=branding=2,dossier=1`: processes per agent type.
    0 starts none. Default: 1; for services that run on request, such as a2a, 0."""
    ports: Mapping[str, int] = field(default_factory=dict)
    """`--port orchestrator=6000` or `HEYJARVIS_LOCAL_PORTS`: fixed ports; 0 takes a free one. A service that
    is not named takes its usual port, or a free one when that is taken."""
    start_limit: float = 60.0
    """Seconds a process may take from its start to its first healthy answer."""
    start_attempts: int = 3
    """How often a process may fail before it was healthy once; then the start is given up."""
    restart_attempts: int = 8
    """How often in a row a process that was healthy once is started again."""
    restart_first: float = 0.5
    """Seconds before the first restart; doubles with every failure."""
    restart_longest: float = 30.0
    """Longest rest before a restart in seconds."""
    settle: float = 60.0
    """Seconds of good health after which earlier failures are forgotten."""
    drain_grace: float = 5.0
    """Seconds a service may take to finish what it has in hand when it is stopped."""
    stop_grace: float = 8.0
    """Seconds between asking a process to end and ending it."""
    log_bytes: int = 8 * 1024 * 1024
    """Size in bytes at which a log is moved aside; one older file is kept for each process."""

    @property
    def logs(self) -> Path:
        """One file for each process."""
        return self.home / "logs"


def home_folder(environment: Mapping[str, str]) -> Path:
    """Where a local system keeps its state: the same answer for whoever starts it and whoever looks for it."""
    if named := environment.get("HEYJARVIS_HOME"):
        return Path(named).expanduser().resolve()
    base = ROOT if (ROOT / "pyproject.toml").exists() else Path.cwd()
    return base / ".heyjarvis"


def read_options(
    environment: Mapping[str, str] | None = None, *, instances: list[str] | None = None, ports: list[str] | None = None
) -> LocalOptions:
    """Reads the environment and what the command line named. Raises OptionError."""
    environment = os.environ if environment is None else environment
    counts = _pairs("HEYJARVIS_LOCAL_INSTANCES", environment) | _words("--instances", instances)
    fixed = _pairs("HEYJARVIS_LOCAL_PORTS", environment) | _words("--port", ports)
    for name, count in counts.items():
        if count > _MOST_INSTANCES:
            raise OptionError(f"{count} instances of {name!r} are too many for one machine; at most {_MOST_INSTANCES}.")
    for name, port in fixed.items():
        if port > 65_535:
            raise OptionError(f"Port {port} of {name!r} does not exist; a port is 0 (any) to 65535.")
    return LocalOptions(
        home=home_folder(environment),
        redis_url=environment.get("REDIS_URL", ""),
        offline_model=not any(environment.get(name) for name in _CREDENTIALS),
        offline_latency_ms=_number("HEYJARVIS_OFFLINE_LATENCY_MS", environment, _OFFLINE_LATENCY_MS),
        instances=counts,
        ports=fixed,
    )


def _words(source: str, words: list[str] | None) -> dict[str, int]:
    return _parse(source, [part for word in words or [] for part in word.split(",")])


def _pairs(name: str, environment: Mapping[str, str]) -> dict[str, int]:
    return _parse(name, environment.get(name, "").split(","))


def _parse(source: str, parts: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in filter(None, map(str.strip, parts)):
        name, equals, value = part.partition("=")
        if not equals or not value.strip().isdecimal():
            raise OptionError(f"{source} has {part!r}; it wants NAME=NUMBER, for example branding=2.")
        found[name.strip()] = int(value)
    return found


def _number(name: str, environment: Mapping[str, str], default: float) -> float:
    text = environment.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if not 0 <= value <= 3_600_000:
        raise OptionError(f"{name} is {text!r}; it wants milliseconds from 0 to 3600000.")
    return value
