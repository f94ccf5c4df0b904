"""Where settings come from besides arguments and the environment: a profile's defaults, and a file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

from chassis.errors import ConfigurationError


class ProfileSource(PydanticBaseSettingsSource):
    """The defaults of a profile, by field name."""

    def __init__(self, settings: type[BaseSettings], defaults: Mapping[str, Any]) -> None:
        super().__init__(settings)
        self._defaults = defaults

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self._defaults.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return dict(self._defaults)


class FileSource(EnvSettingsSource):
    """A settings file, read as if its lines stood in the environment, so one rule reads a value wherever it stands.

    NAME=value lines, or TOML when it ends in .toml. Names are those of the variables, in upper or lower case; a
    leading HEYJARVIS_ may be left out.
    """

    def __init__(self, settings: type[BaseSettings], path: Path) -> None:
        self._path = path
        super().__init__(settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        given = {name.lower(): value for name, value in self._values().items()}
        return {f"heyjarvis_{name}": value for name, value in given.items()} | given

    def _values(self) -> dict[str, str]:
        try:
            text = self._path.read_text(encoding="utf-8")
            return _toml(text) if self._path.suffix == ".toml" else _lines(text)
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"The settings file {str(self._path)!r} cannot be read: {error}.") from error


def _toml(text: str) -> dict[str, str]:
    import tomllib

    values = {}
    for name, value in tomllib.loads(text).items():
        if isinstance(value, dict):
            raise ValueError(f"[{name}] is a table; settings stand at the top level, as NAME = value")
        values[name] = value if isinstance(value, str) else json.dumps(value, default=str)
    return values


def _lines(text: str) -> dict[str, str]:
    from io import StringIO

    from dotenv import dotenv_values

    return {name: value or "" for name, value in dotenv_values(stream=StringIO(text), interpolate=False).items()}
