"""The agents of this repository, by what their folders and cards say, so that no test has a list to be kept."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from agent_sdk import Agent, AgentCard
from tools.images.catalogue import ROOT
from tools.local.processes import agent_types

AGENTS = tuple(agent_types(ROOT))
"""Their types."""


@cache
def card(agent_type: str) -> AgentCard:
    """What an agent says of itself."""
    module = import_module(f"services.agents.{agent_type}.agent")
    (found,) = [
        value.card
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Agent) and value.__module__ == module.__name__
    ]
    return found


def workloads(*, model: bool | None = None) -> set[str]:
    """What they are called as images and in a cluster; with `model`, those that call one, or those that do not."""
    return {f"agent-{each.replace('_', '-')}" for each in AGENTS if model is None or card(each).uses_model is model}
