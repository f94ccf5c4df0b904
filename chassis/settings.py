"""Settings: environment -> typed, frozen, checked at start.

A service subclasses `ServiceSettings` and adds its own fields, each with a docstring. Variables begin with HEYJARVIS_,
except the names the world knows already: REDIS_URL, LOG_LEVEL, ANTHROPIC_*, MAX_CONCURRENT_INVOCATIONS. What counts,
first match: an argument, the environment, the settings file (profile custom only), the profile's own defaults, the
field's default.

    development   the default: readable logs, loopback, no credentials
    production    JSON logs, all interfaces; REDIS_URL and a tokens file must be set
    custom        development, changed by the file HEYJARVIS_SETTINGS_FILE names

A wrong value ends the process with code 2 and a message that names the variable, what is wrong and what it means.
"""

import os
import sys
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from chassis.errors import ConfigurationError
from chassis.settings_report import explain, unknown_variables
from chassis.settings_sources import FileSource, ProfileSource
from chassis.spans import Seconds

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Profile(StrEnum):
    """Which defaults hold."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
    CUSTOM = "custom"


class InvalidSettings(ConfigurationError, SystemExit):
    """A wrong setting. Settings are read before anything runs, so left alone it ends the process without a traceback.

    The message is on stderr already when it is raised.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.code = self.exit_code


def _known_as(name: str) -> AliasChoices:
    return AliasChoices(name, f"HEYJARVIS_{name}")


class LayeredSettings(BaseSettings):
    """Settings read in the order above. Subclassed by `ServiceSettings`, and by settings that stand on their own."""

    model_config = SettingsConfigDict(
        env_prefix="HEYJARVIS_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        populate_by_name=True,
    )

    profile_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Per profile, the defaults that differ from the fields' own, by field name."""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except (ValidationError, SettingsError, ConfigurationError) as error:
            message = explain(type(self), error)
            print(message, file=sys.stderr)
            raise InvalidSettings(message) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # Asked of the arguments and the environment directly, so that settings without a profile field follow it too.
        given = init_settings()

        def named(field: str) -> str:
            return _value_of(field, given) or _value_of(f"heyjarvis_{field}", os.environ)

        profile, file = named("profile").lower(), named("settings_file")
        own = ProfileSource(settings_cls, cls.profile_defaults.get(profile, {}))
        if profile == Profile.CUSTOM and file:
            return init_settings, env_settings, FileSource(settings_cls, Path(file)), own
        return init_settings, env_settings, own

    @classmethod
    def unknown_variables(cls, environment: Mapping[str, str]) -> list[str]:
        """One line for each HEYJARVIS_ variable that looks like a misspelt setting of ours."""
        return unknown_variables(cls, environment)


def _value_of(name: str, values: Mapping[str, Any]) -> str:
    return next((str(value) for key, value in values.items() if key.lower() == name), "")


class ServiceSettings(LayeredSettings):
    """What every service can be told; a service adds fields of its own in a subclass."""

    profile_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "production": {"log_format": "json", "host": "0.0.0.0"}
    }

    anonymous_services: ClassVar[Collection[str]] = ()
    """Full names of gRPC services that anybody may call, because their callers have no way to show a token."""

    profile: Profile = Profile.DEVELOPMENT
    """Which defaults hold: development, production or custom."""
    settings_file: Path | None = None
    """File with settings for the profile custom: NAME=value lines, or TOML when it ends in .toml. Default: none."""

    host: str = "127.0.0.1"
    """Address to listen on. Default: loopback; in production all interfaces."""
    port: int = Field(default=0, ge=0, le=65535)
    """TCP port to listen on. Default 0: any free one."""
    advertise: str | None = None
    """HOST or HOST:PORT under which others reach this process. Default: the address it listens on."""
    node: str = Field(default="", max_length=253)
    """The Kubernetes node this process runs on, from the downward API. Default: none."""
    zone: str = Field(default="", max_length=253)
    """The zone it runs in, such as `eu-west-1a`; Kubernetes 1.35 and newer write it on every pod. Who chooses
    among instances may prefer near ones. Default: none, nothing is near or far."""
    health_port: int | None = Field(default=None, ge=1, le=65535)
    """TCP port on `host` that answers probes, for the process and not its work: see `chassis/probes.py`. Default: none,
    health is asked on the main port alone."""
    health_stall: Seconds = Field(default=30.0, gt=0, le=600)
    """Seconds the event loop may stand still before the process counts as dead for liveness probes. Default: 30."""
    connection_age: Seconds = Field(default=300.0, ge=0, le=24 * 3600)
    """Seconds after which a client is asked to connect anew, so that it finds servers that came later; spread by a
    tenth. Calls under way, and streams, go on. 0 never asks. Default: 5 minutes."""
    max_message_bytes: int = Field(default=8 * 1024 * 1024, ge=64 * 1024, le=256 * 1024 * 1024)
    """Largest gRPC message, in bytes, in both directions. Default: 8 MiB."""
    max_concurrent_rpcs: int = Field(default=2000, ge=1)
    """Calls served at once, open streams included; one more is refused with RESOURCE_EXHAUSTED. Default: 2000."""
    max_concurrent_invocations: int | None = Field(
        default=None, ge=1, validation_alias=_known_as("MAX_CONCURRENT_INVOCATIONS")
    )
    """Pieces of work done at once, where a service has such a bound. Default: what the service finds right."""

    redis_url: SecretStr = Field(default=SecretStr("redis://127.0.0.1:6379/0"), validation_alias=_known_as("REDIS_URL"))
    """Where Redis is: redis://host:port/db, redis+sentinel://host:port,host:port/name/db, redis+cluster://host:port,...,
    the same with rediss (TLS), or unix://. Production has no default."""
    redis_prefix: str = Field(default="hj:", pattern=r"^[A-Za-z0-9_:.-]{1,32}$")
    """Starts every key, so that installations can share one Redis. Default: hj:"""
    redis_wait: Seconds = Field(default=30.0, ge=0, le=3600)
    """Seconds to wait for Redis at start before giving up with exit code 3. Default: 30."""

    log_level: LogLevel = Field(default="INFO", validation_alias=_known_as("LOG_LEVEL"))
    """Least severe line that is written: DEBUG, INFO, WARNING or ERROR. Default: INFO."""
    log_format: Literal["console", "json"] = "console"
    """How lines look: console (for people) or json (for machines). Default: console; in production json."""
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """TCP port for Prometheus to scrape, on `host`. Default: none, nothing is measured."""
    drain_grace: Seconds = Field(default=10.0, ge=0, le=3600)
    """Seconds that work under way gets to finish when the process is asked to stop. Default: 10."""
    uvloop: bool = True
    """Use the faster event loop where it is installed. Default: true."""

    tokens_file: Path | None = None
    """JSON file of who may call: {"TOKEN": {"tenant": "acme", "subject": "ana"}}. Default: none, everybody may."""
    allow_anonymous: bool = False
    """Lets production run without a tokens file, for example behind a mesh that authenticates. Default: false."""
    service_token: SecretStr | None = None
    """Token this process sends to the services it calls. Default: none."""

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        level = value.upper() if isinstance(value, str) else value
        return "WARNING" if level == "WARN" else level

    @field_validator("profile", mode="before")
    @classmethod
    def _any_case_profile(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits_its_profile(self) -> "ServiceSettings":
        problems = []
        if self.profile is Profile.PRODUCTION:
            if "redis_url" not in self.model_fields_set:
                problems.append("REDIS_URL is not set; production does not guess where Redis is.")
            if self.tokens_file is None and not self.allow_anonymous:
                problems.append(
                    "HEYJARVIS_TOKENS_FILE is not set; production wants callers to show a token. "
                    "HEYJARVIS_ALLOW_ANONYMOUS=true lifts this."
                )
        if self.profile is Profile.CUSTOM and self.settings_file is None:
            problems.append("HEYJARVIS_SETTINGS_FILE is not set; the profile custom reads its settings from there.")
        if problems:
            raise ValueError("\n".join(problems))
        return self
