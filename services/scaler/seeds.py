"""The policies the installation starts with, from a file: agent type -> policy, YAML or JSON.

Fields have the names of the contract, in its JSON spelling (`maxReplicas`), durations look like "120s", and an enum may
go without its prefix (`mode: KEDA`). What a policy leaves out is the default. A file with anything wrong in it refuses
the start and names every field: an installation that silently scales otherwise than it says is worse than one that
waits.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from google.protobuf.json_format import ParseDict, ParseError
from heyjarvis.scaler.v1 import scaler_service_pb2 as pb

from chassis.errors import ConfigurationError, InvalidArgument
from services.scaler import convert
from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Strategy, problems

LARGEST = 1024 * 1024
"""Bytes of the file."""
_TYPE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SETTING = "HEYJARVIS_POLICIES_FILE"


def seeds_from(path: Path | None, default: Policy, strategies: Mapping[str, Strategy]) -> dict[str, Policy]:
    """The policies of a file, by agent type; none without a file. Raises ConfigurationError with all that is wrong."""
    if path is None:
        return {}
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigurationError(f"{_SETTING}: {path} has more than {LARGEST} bytes; policies take far less.")
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{_SETTING}: {path} cannot be read: {error}.") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{_SETTING}: {path} is neither YAML nor JSON: {error}.") from error
    if not isinstance(content, dict | None):
        raise ConfigurationError(f"{_SETTING}: {path} has to map agent types to policies.")
    seeds, wrong = {}, []
    for agent_type, fields in (content or {}).items():
        try:
            seeds[str(agent_type)] = _policy(str(agent_type), fields, default, strategies)
        except InvalidArgument as error:
            wrong += [f"{violation.field} {violation.description}" for violation in error.violations]
        except (ParseError, ValueError, TypeError) as error:
            wrong.append(f"{agent_type}: {error}")
    if wrong:
        raise ConfigurationError(f"{_SETTING}: {path} has policies that make no sense:\n  " + "\n  ".join(wrong))
    return seeds


def _policy(agent_type: str, fields: Any, default: Policy, strategies: Mapping[str, Strategy]) -> Policy:
    if not _TYPE.fullmatch(agent_type):
        raise ValueError("an agent type is [a-z][a-z0-9_]*, at most 63 characters.")
    if not isinstance(fields, dict):
        raise TypeError("a policy is a map of fields, such as {minReplicas: 1, maxReplicas: 5}.")
    message = ParseDict(dict(_with_prefixes(fields)), pb.ScalingPolicy(name=f"scalingPolicies/{agent_type}"))
    given = {convert.field_name(str(name)) for name in fields}
    fixed = sorted(given - set(convert.SEEDABLE))
    if fixed:
        raise ValueError(f"{', '.join(fixed)} cannot be set here; these can: {', '.join(convert.SEEDABLE)}.")
    wanted = convert.policy_from(message)
    policy = replace(default, agent_type=agent_type, **{name: getattr(wanted, name) for name in given})
    wrong = problems(policy, strategies, prefix=f"{agent_type}.")
    if wrong:
        raise InvalidArgument(wrong)
    return policy


def _with_prefixes(fields: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    prefixes = {"mode": "SCALING_MODE_", "manual_zero": "MANUAL_ZERO_"}
    for name, value in fields.items():
        prefix = prefixes.get(convert.field_name(str(name)))
        if prefix and isinstance(value, str) and not value.startswith(prefix):
            value = prefix + value.upper()
        yield str(name), value
