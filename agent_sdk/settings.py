"""Every knob of an agent process. An agent that needs more subclasses `AgentSettings`."""

from __future__ import annotations

from pydantic import Field

from agent_sdk.mcp.settings import McpServer
from chassis.model.tools import ToolBounds
from chassis.settings import ServiceSettings
from chassis.spans import Seconds, SomeSeconds

MIB = 1024 * 1024


class AgentSettings(ServiceSettings):
    """What an agent process can be told beside what every service can. `MAX_CONCURRENT_INVOCATIONS` is its capacity."""

    connection_age: Seconds = Field(default=0.0, ge=0, le=24 * 3600)
    """Seconds after which a client is asked to connect anew. Default 0, never: orchestrators find each instance in the
    registry, and hold one stream to it for as long as it lives."""

    pod_uid: str = Field(default="", pattern=r"^[A-Za-z0-9-]{0,63}$")
    """UID of the Kubernetes pod this process runs in, from the downward API, so that the scaler knows which instance a
    pod is. Default: none, it is no pod."""
    unready_when_drained: bool = False
    """Whether an instance that is drained and has nothing in hand says NOT_SERVING. Kubernetes takes such pods first,
    so this chooses the victim where the scaler may not mark pods. Default: false, it stays ready."""

    agent_heartbeat: SomeSeconds = 2.0
    """Seconds between two signs of life in the registry; changes of state are told at once. Default: 2."""

    agent_result_ttl: Seconds = Field(default=24 * 3600, ge=60, le=30 * 24 * 3600)
    """Seconds a stored outcome is kept, so that a repeated assignment never runs twice. Default: a day."""
    agent_artifact_ttl: Seconds = Field(default=30 * 24 * 3600, ge=60)
    """Seconds the content of an artifact is kept after it was last stored. Default: 30 days."""
    agent_memory_ttl: Seconds = Field(default=30 * 24 * 3600, ge=60)
    """Seconds a workflow's blackboard and effect ledgers are kept after their last change. Default: 30 days."""

    agent_artifact_bytes: int = Field(default=5 * MIB, ge=1024)
    """Largest artifact in bytes. Default: 5 MiB."""
    agent_artifact_count: int = Field(default=50, ge=1, le=1000)
    """Most artifacts of one attempt, `result.json` not counted. Default: 50."""
    agent_artifact_total: int = Field(default=32 * MIB, ge=1024)
    """Most bytes of all artifacts of one attempt together; they wait in memory until it ends. Default: 32 MiB."""
    agent_input_total: int = Field(default=64 * MIB, ge=1024)
    """Most bytes of all inputs of one attempt together; they are read into memory. Default: 64 MiB."""

    agent_mcp_servers: tuple[McpServer, ...] = Field(default=(), max_length=16, repr=False)
    """Model Context Protocol servers whose tools the agent may let the model use, as a JSON list; see
    `agent_sdk/mcp/settings.py`. Default: none."""
    agent_tool_rounds: int = Field(default=8, ge=1, le=50)
    """How often the model may ask for tools on the way to one answer. Default: 8."""
    agent_tool_calls: int = Field(default=24, ge=1, le=200)
    """Calls of tools on the way to one answer. Default: 24."""
    agent_tool_timeout: SomeSeconds = 30.0
    """Seconds one call of a tool may take. Default: 30."""
    agent_tool_chars: int = Field(default=20_000, ge=1000, le=200_000)
    """Characters of one tool's result that reach the model; of all together five times as many. Default: 20 000."""

    agent_finished_kept: int = Field(default=256, ge=1, le=100_000)
    """Most finished attempts kept in memory until they are acknowledged; older ones are in Redis. Default: 256."""
    agent_finished_age: SomeSeconds = 3600.0
    """Seconds a finished attempt is kept in memory at most. Default: an hour."""
    agent_stop_grace: SomeSeconds = 5.0
    """Seconds a cancelled attempt gets to stop before the receipt says that it did not. Default: 5."""
    agent_store_patience: SomeSeconds = 600.0
    """Seconds after an attempt's deadline during which storing its outcome is tried again when Redis is away; meanwhile
    it stays in memory. So long, within its deadline, an attempt also waits to read or write the workflow's memory.
    Default: 10 minutes."""

    @property
    def tool_bounds(self) -> ToolBounds:
        """How much the model may use tools for one answer."""
        return ToolBounds(
            rounds=self.agent_tool_rounds,
            calls=self.agent_tool_calls,
            seconds=self.agent_tool_timeout,
            chars=self.agent_tool_chars,
            total_chars=5 * self.agent_tool_chars,
        )


def model_id(choice: str) -> str | None:
    """An agent's choice of a model, `small`, `large` or an id, as `context.model` takes it: None, for `large`, is the
    configured model, or the plan's choice."""
    return None if choice == "large" else choice
