"""What a person reads when the system runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tools.local.options import read_options
from tools.local.state import SystemState
from tools.local.telling import addresses

STATE = SystemState(
    pid=1,
    mode="up",
    started="",
    services={"orchestrator": "127.0.0.1:26444", "templates": "127.0.0.1:50052", "scaler": "127.0.0.1:7000"},
    redis="redis://127.0.0.1:50079/0",
)


def table(state: SystemState, tmp_path: Path) -> dict[str, str]:
    options = read_options({"HEYJARVIS_HOME": str(tmp_path), "HEYJARVIS_LOCAL_PORTS": "scaler=7000"})
    rows = (line.strip().split("  ", 1) for line in addresses(state, options, 0.0) if "127.0.0.1" in line)
    return {name: " ".join(rest.split()) for name, rest in rows}


def test_a_port_that_was_taken_is_told_and_one_that_was_asked_for_is_not(tmp_path: Path) -> None:
    told = table(STATE, tmp_path)
    assert told["orchestrator"] == "127.0.0.1:26444 its usual port 50051 is taken"
    assert told["templates"] == "127.0.0.1:50052"
    assert told["scaler"] == "127.0.0.1:7000"


def test_the_door_of_other_peoples_agents_has_its_address(tmp_path: Path) -> None:
    assert "a2a, HTTP" not in table(STATE, tmp_path)
    told = table(replace(STATE, a2a="http://127.0.0.1:50058"), tmp_path)
    assert told["a2a, HTTP"] == "http://127.0.0.1:50058 for agents of other people; docs/a2a.md"
