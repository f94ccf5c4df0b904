"""Every knob of the templates service."""

from pathlib import Path

from pydantic import Field

from chassis.settings import ServiceSettings
from chassis.spans import Seconds
from services.templates.catalogue_files import SHIPPED


class Settings(ServiceSettings):
    """What templates can be told, besides what every service can."""

    catalogue: Path = SHIPPED
    """Folder with the built-in templates, one YAML file each. Default: what comes with the service."""
    orchestrator_address: str = "127.0.0.1:50051"
    """HOST:PORT of the orchestrator, which LearnTemplate asks for the workflow. Default: 127.0.0.1:50051."""
    orchestrator_timeout: Seconds = Field(default=5.0, gt=0, le=60)
    """Seconds the orchestrator has to answer that. Default: 5."""
    max_templates: int = Field(default=1000, ge=1, le=10_000)
    """Templates a tenant may have of its own, deleted ones not counted. Default: 1000."""
    max_versions: int = Field(default=1000, ge=1, le=100_000)
    """Versions a template may have. Default: 1000."""
