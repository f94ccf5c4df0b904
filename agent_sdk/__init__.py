"""What an agent author needs: an agent class, its context, and `serve`. See README.md beside this file."""

from agent_sdk.agent import Agent, AgentCard, Outcome
from agent_sdk.context import (
    BoundModel,
    Effects,
    InputArtifact,
    Memory,
    MemoryEntry,
    TaskContext,
    TaskInput,
    TaskOutput,
)
from agent_sdk.errors import (
    ArtifactError,
    AskError,
    FailureClass,
    InDoubtError,
    InputError,
    MemoryConflictError,
    TaskError,
)

__all__ = [
    "Agent",
    "AgentCard",
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
    "Outcome",
    "TaskContext",
    "TaskError",
    "TaskInput",
    "TaskOutput",
]
