"""Settings from the environment, and the check that some call could succeed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from chassis.errors import ConfigurationError
from chassis.model import ModelClient, ModelSettings


def test_standard_names_are_read_and_secrets_stay_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:8089/")
    monkeypatch.setenv("HEYJARVIS_MODEL", "claude-fable-5-2")
    monkeypatch.setenv("HEYJARVIS_MODEL_MAX_TOKENS", "1234")
    settings = ModelSettings()
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "sk-secret"
    assert settings.base_url == "http://127.0.0.1:8089"
    assert (settings.model, settings.max_tokens) == ("claude-fable-5-2", 1234)
    assert "sk-secret" not in repr(settings)
    assert "sk-secret" not in repr(ModelClient(settings))


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "")
    settings = ModelSettings()
    assert settings.api_key is None
    assert settings.base_url is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("base_url", "localhost:8089"), ("max_tokens", 0), ("timeout", 0), ("repair_rounds", -1), ("effort", "extreme")],
)
def test_impossible_values_are_refused(field: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match="Wrong:"):
        ModelSettings(**{field: value})


def test_without_key_and_address_the_message_says_what_to_do() -> None:
    with pytest.raises(ConfigurationError, match=r"ANTHROPIC_API_KEY.*ANTHROPIC_BASE_URL.*tools\.offline_model"):
        ModelClient(ModelSettings())


@pytest.mark.parametrize("field", ["api_key", "auth_token", "base_url", "credential_profile", "federation_rule"])
def test_any_one_way_in_is_enough(field: str) -> None:
    values: dict[str, Any] = {field: "http://127.0.0.1:1" if field == "base_url" else "x"}
    ModelClient(ModelSettings(**values))


def test_the_package_does_not_import_the_anthropic_library() -> None:
    program = (
        "import sys, chassis.model as m; m.ModelClient(m.ModelSettings(api_key='k'));"
        "sys.exit(any(name in sys.modules for name in ('anthropic', 'httpx2')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=50).returncode == 0
