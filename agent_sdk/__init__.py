"""What an agent author needs: an agent class, its context, and `serve`. See README.md beside this file.

What runs a process is loaded when first used, so that the unit tests of an agent pay for nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from agent_sdk.agent import Agent, AgentCard, Outcome
from agent_sdk.context import BoundModel, Effects, Memory, MemoryEntry, Message, Subscription, TaskContext
from agent_sdk.errors import (
    ArtifactError,
    AskError,
    FailureClass,
    InDoubtError,
    InputError,
    MemoryConflictError,
    TaskError,
)
from agent_sdk.task_input import InputArtifact, TaskInput, TaskOutput

if TYPE_CHECKING:
    from agent_sdk.serving import serve
    from agent_sdk.settings import AgentSettings

__all__ = [
    "Agent",
    "AgentCard",
    "AgentSettings",
    "ArtifactError",
    "AskError",
    "BoundModel",
    "Effects",
    "FailureClass",
    "InDoubtError",
    "InputArtifact",
    "InputError",
    "Memory",
    "MemoryConflictError",
    "MemoryEntry",
    "Message",
    "Outcome",
    "Subscription",
    "TaskContext",
    "TaskError",
    "TaskInput",
    "TaskOutput",
    "serve",
]

_HOME = {"AgentSettings": "settings", "serve": "serving"}


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'agent_sdk' has no attribute {name!r}")
    return getattr(import_module(f"agent_sdk.{home}"), name)
