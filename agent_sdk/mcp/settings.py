"""Which Model Context Protocol servers an agent is given, and what of them it may use."""

from __future__ import annotations

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

Word = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
ToolName = Annotated[str, Field(min_length=1, max_length=128)]


class McpServer(BaseModel):
    """One server: a program to start, or an address. Nothing of it is used that is not named in `tools`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Word
    """What it is called here; its tools are `NAME__TOOL` for the model."""
    command: tuple[str, ...] = ()
    """Program and arguments of a server that talks over stdin and stdout; started when first needed."""
    environment: dict[str, SecretStr] = Field(default_factory=dict)
    """Variables of that program, beside PATH, HOME and the like: it does not see the agent's own."""
    url: str = ""
    """Address of a server that speaks Streamable HTTP, such as `http://tools:8000/mcp`; instead of `command`."""
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    """Headers of each request to that address, such as `{"authorization": "Bearer ..."}`."""
    tools: tuple[ToolName, ...] = Field(min_length=1, max_length=64)
    """The tools the model may use, by their names at the server; every other one is refused."""
    changing: tuple[ToolName, ...] = ()
    """Those of `tools` that may change something outside. Each call goes through the effect ledger: at most once over
    all attempts. A tool that its server does not call read-only is refused unless it is named here."""
    agents: tuple[Word, ...] = ()
    """The kinds of agent it is for. Default: every one that has this setting."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.command) == bool(self.url):
            raise ValueError(f"server '{self.name}' needs either a command or a url")
        parts = urlsplit(self.url)
        if self.url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError(f"the url of server '{self.name}' must be like http://tools:8000/mcp")
        if unknown := set(self.changing) - set(self.tools):
            raise ValueError(f"server '{self.name}': changing names {sorted(unknown)}, which tools does not")
        return self
