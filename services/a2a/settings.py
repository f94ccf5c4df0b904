"""Every knob of the A2A service."""

from pydantic import Field, field_validator

from chassis.settings import ServiceSettings
from chassis.spans import Seconds


class Settings(ServiceSettings):
    """What the door for foreign agents can be told, besides what every service can."""

    orchestrator_address: str = "127.0.0.1:50051"
    """HOST:PORT of the orchestrator. Default: 127.0.0.1:50051."""
    approvals_address: str = "127.0.0.1:50054"
    """HOST:PORT of the approvals service. Default: 127.0.0.1:50054."""
    templates_address: str = "127.0.0.1:50052"
    """HOST:PORT of the templates service. Default: 127.0.0.1:50052."""

    a2a_port: int = Field(default=50058, ge=0, le=65535)
    """TCP port on `host` where A2A is spoken over HTTP; `port` answers gRPC health. 0: any free one. Default: 50058."""
    a2a_url: str = Field(default="", pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$")
    """Where callers reach that port, as the agent card says it, such as https://agents.example.com. Default: the host
    under which others reach this process, and the port."""
    a2a_card_tenant: str = Field(default="default", pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    """Whose templates the card shows that anybody may read. Callers see their own on the extended card. Default:
    default."""
    a2a_card_age: Seconds = Field(default=30.0, ge=0, le=3600)
    """Seconds a card may be old before templates and agents are asked again. Default: 30."""

    a2a_body_bytes: int = Field(default=1024 * 1024, ge=1024, le=16 * 1024 * 1024)
    """Largest body of a request, in bytes; a larger one is refused with 413. Default: 1 MiB."""
    a2a_body_seconds: Seconds = Field(default=10.0, gt=0, le=300)
    """Seconds a body may take to arrive; then 408. Default: 10."""
    a2a_inline_bytes: int = Field(default=64 * 1024, ge=0, le=1024 * 1024)
    """Artifacts up to this size stand in an answer, larger ones as a URL. 0: always a URL. Default: 64 KiB."""
    a2a_inline_total: int = Field(default=512 * 1024, ge=0, le=8 * 1024 * 1024)
    """Bytes of artifacts in one answer; beyond it they are URLs too. Default: 512 KiB."""
    a2a_blocking: Seconds = Field(default=50.0, gt=0, le=600)
    """Seconds SendMessage waits for the end when the caller wants to wait; then it answers with the task as it is.
    Default: 50, below what proxies allow."""
    a2a_connections: int = Field(default=500, ge=1, le=10_000)
    """Connections served at once, open streams included; one more gets 503. Default: 500."""

    @field_validator("a2a_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")
