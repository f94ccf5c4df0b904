"""Which Model Context Protocol servers an agent is given, and what of them it may use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

Word = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
ToolName = Annotated[str, Field(min_length=1, max_length=128)]


class SecretFile(BaseModel):
    """A secret in a file, read whenever a session begins: another one is taken without a restart."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Path
    """Where it is, such as a mounted Secret; space around the content is cut off."""

    def get_secret_value(self) -> str:
        """What the file says now. Raises OSError."""
        return self.file.read_text("utf-8").strip()


Secret = SecretStr | SecretFile
"""The secret itself, or `{"file": "/run/secrets/crm"}`."""


class McpServer(BaseModel):
    """One server: a program to start, or an address. Nothing of it is used that is not named in `tools`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Word
    """What it is called here; its tools are `NAME__TOOL` for the model."""
    command: tuple[str, ...] = ()
    """Program and arguments of a server that talks over stdin and stdout; started when first needed."""
    environment: dict[str, Secret] = Field(default_factory=dict)
    """Variables of that program, beside PATH, HOME and the like: it does not see the agent's own."""
    url: str = ""
    """Address of a server that speaks Streamable HTTP, such as `http://tools:8000/mcp`; instead of `command`."""
    headers: dict[str, Secret] = Field(default_factory=dict)
    """Headers of each request to that address, such as `{"authorization": "Bearer ..."}`."""
    tools: tuple[ToolName, ...] = Field(min_length=1, max_length=64)
    """The tools the model may use, by their names at the server; every other one is refused."""
    changing: tuple[ToolName, ...] = ()
    """Those of `tools` that may change something outside. Each call goes through the effect ledger: at most once over
    all attempts. A tool that its server does not call read-only is refused unless it is named here."""
    required: bool = False
    """Whether an attempt fails, to be tried again, when one of `tools` is not there: the server is away, answers
    garbage or does not offer it. Default: no, the work goes on without."""
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
