"""The scaler's simulation, played in this process: the one place where a tool takes from a service more than its
contract (docs/adr/0022). What it takes is pure, needs no service to run, and is the very code that decides for real.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from google.protobuf.json_format import ParseDict, ParseError

from chassis.errors import FieldViolation, InvalidArgument
from services.scaler.convert import policy_from, policy_message
from services.scaler.domain.policy import Policy, check
from services.scaler.domain.strategy import Strategy
from services.scaler.simulation.comparison import BOUND, OURS, RULES, Comparison, Row, compare, plays
from services.scaler.simulation.engine import TooLong
from services.scaler.simulation.gate import Check, checks
from services.scaler.simulation.load import Load
from services.scaler.simulation.loads import NAMES, synthetic
from services.scaler.simulation.picture import picture
from services.scaler.simulation.setting import Faults, Setting
from services.scaler.simulation.traces import Trace, TraceError, azure_functions
from services.scaler.strategies import installed

__all__ = [
    "BOUND",
    "NAMES",
    "OURS",
    "RULES",
    "Check",
    "Comparison",
    "Faults",
    "Row",
    "Setting",
    "Strategy",
    "TooLong",
    "checks",
    "compare",
    "loads_of",
    "picture",
    "plays",
    "policy_of",
    "strategy_of",
]

MOST_REPLICAS = 40
"""Upper bound of the default policy here, so that the loads are carried and rules are compared, not bounds."""
LARGEST_POLICY = 64 * 1024
"""Characters of a policy file."""


def policy_of(given: str) -> Policy:
    """`default`, or the policy in a JSON file as `jarvis scale policy AGENT --json` prints it; what the file leaves out
    is as by default. Raises InvalidArgument, and OSError when the file cannot be read."""
    default = replace(Policy(agent_type="simulated"), max_replicas=MOST_REPLICAS)
    if given == "default":
        return default
    text = Path(given).read_text(encoding="utf-8")
    if len(text) > LARGEST_POLICY:
        raise InvalidArgument(
            FieldViolation("--policy", f"{given} has {len(text)} characters, at most {LARGEST_POLICY}")
        )
    message = policy_message(default)
    try:
        ParseDict(_object(json.loads(text)), message)
    except (ValueError, ParseError) as error:
        told = f"{given} is no policy: {error}; `jarvis scale policy AGENT --json` prints one"
        raise InvalidArgument(FieldViolation("--policy", told)) from None
    return policy_from(message)


def strategy_of(policy: Policy) -> Strategy:
    """The strategy a policy names. Raises InvalidArgument with all that is wrong with the policy."""
    strategies = installed()
    wrong = check(policy)
    strategy = strategies.get(policy.strategy)
    if strategy is None:
        known = ", ".join(sorted(strategies))
        wrong.append(FieldViolation("policy.strategy", f"{policy.strategy!r} is not installed; these are: {known}"))
    else:
        told = strategy.check(policy.strategy_params)
        wrong += [FieldViolation("policy.strategy_params", one) for one in told]
    if wrong or strategy is None:
        raise InvalidArgument(wrong)
    return strategy


def loads_of(
    given: str, *, seeds: Sequence[int], hours: float, skip_hours: float, app: str
) -> tuple[list[Load], Trace | None]:
    """A load by its name, once for each seed; or the one of a trace file, with what was read. Raises InvalidArgument,
    and OSError when the file cannot be read."""
    if given in NAMES:
        return [synthetic(given, seed=seed, hours=hours) for seed in seeds], None
    path = Path(given)
    if not path.is_file():
        told = f"{given!r} is neither a file nor one of {', '.join(NAMES)}"
        raise InvalidArgument(FieldViolation("--trace", told))
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            trace = azure_functions(path.stem, lines, hours=hours, skip_hours=skip_hours, app=app)
    except TraceError as error:
        raise InvalidArgument(FieldViolation("--trace", str(error))) from None
    return [trace.load], trace


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("it holds no JSON object")
    return value
