"""Where the services are. First match: `--address` (the orchestrator), HEYJARVIS_*_ADDRESS, the system that runs
in this folder (`.heyjarvis/system.json`), the usual local ports."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.errors import FieldViolation, InvalidArgument
from tools.local.options import home_folder
from tools.local.processes import HOST, SERVICES
from tools.local.state import SystemState, read_state

_ADDRESS = re.compile(r"(?:(?:dns|ipv4|ipv6):)?(?:[^\s:/\[\]]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}|unix:\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """host:port of each service, and how that is known."""

    services: Mapping[str, str]
    """By name: orchestrator, templates, analytics, approvals, scaler."""
    system: SystemState | None
    """The local system they belong to, when one runs here."""
    home: Path
    """Home folder of the local system, running or not."""

    def of(self, service: str) -> str:
        """host:port of a service."""
        return self.services[service]


def find_addresses(address: str = "", environment: Mapping[str, str] | None = None) -> Addresses:
    """Raises InvalidArgument when an address that was given is none."""
    environment = os.environ if environment is None else environment
    home = home_folder(environment)
    system = read_state(home)
    found = {service.name: f"{HOST}:{service.port}" for service in SERVICES}
    if system is not None:
        found |= system.services
    for name in found:
        variable = f"HEYJARVIS_{name.upper()}_ADDRESS"
        if given := environment.get(variable):
            found[name] = _checked(variable, given)
    if address:
        found["orchestrator"] = _checked("--address", address)
    return Addresses(services=found, system=system, home=home)


def _checked(source: str, address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise InvalidArgument(FieldViolation(source, f"{address!r} is no address; write it as 127.0.0.1:50051"))
    return address
