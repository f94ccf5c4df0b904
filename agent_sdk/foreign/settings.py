"""Where a foreign agent is, and what it may cost us."""

from typing import Annotated

from httpx import URL
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from chassis.settings import LayeredSettings
from chassis.spans import Seconds


class ForeignSettings(LayeredSettings):
    """What a process that stands for a foreign agent can be told."""

    foreign_url: str = Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$")
    """Base URL of the foreign agent; its card is at /.well-known/agent-card.json below it. Required."""
    foreign_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """HOST or HOST:PORT that may be called, by commas, whatever the card says. Default: the one of the URL."""
    foreign_token: SecretStr | None = None
    """Bearer token sent with every request, to those hosts alone. Default: none."""
    foreign_seconds: Seconds = Field(default=30.0, gt=0, le=600)
    """Seconds one request may take. The whole task is bounded by its attempt's deadline. Default: 30."""
    foreign_answer_bytes: int = Field(default=8 * 1024 * 1024, ge=1024, le=64 * 1024 * 1024)
    """Largest answer to one request, in bytes. Default: 8 MiB."""
    foreign_poll: Seconds = Field(default=2.0, ge=0.01, le=60)
    """Seconds between two looks at a running task. Default: 2."""

    @field_validator("foreign_hosts", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @property
    def hosts(self) -> frozenset[str]:
        """Whom we may call."""
        listed = frozenset(map(str.lower, self.foreign_hosts))
        return listed or frozenset((URL(self.foreign_url).netloc.decode("ascii"),))
