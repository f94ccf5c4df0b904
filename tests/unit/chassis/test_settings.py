import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import Field

from chassis.settings import InvalidSettings, LayeredSettings, Profile, ServiceSettings


class Mine(ServiceSettings):
    """A service's own settings."""

    slots: int = Field(default=4, ge=1)
    """How many at once. Default: 4."""


def test_defaults_are_for_development() -> None:
    settings = Mine()
    assert settings.profile is Profile.DEVELOPMENT
    assert (settings.host, settings.port, settings.log_format) == ("127.0.0.1", 0, "console")
    assert settings.redis_url.get_secret_value() == "redis://127.0.0.1:6379/0"


def test_the_known_names_have_no_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    monkeypatch.setenv("MAX_CONCURRENT_INVOCATIONS", "7")
    monkeypatch.setenv("HEYJARVIS_SLOTS", "9")
    settings = Mine()
    assert settings.redis_url.get_secret_value() == "redis://elsewhere"
    assert (settings.log_level, settings.max_concurrent_invocations, settings.slots) == ("DEBUG", 7, 9)


def test_settings_are_frozen_and_hide_the_redis_password() -> None:
    settings = Mine(redis_url="redis://ana:pa55@h")
    assert "pa55" not in repr(settings)
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings, "port", 1)  # noqa: B010  # the type checker knows it is frozen


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYJARVIS_PORT", "")
    assert Mine().port == 0


def test_a_wrong_value_names_variable_meaning_and_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEYJARVIS_SLOTS", "many")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(InvalidSettings) as raised:
        Mine()
    assert raised.value.code == 2
    told = capsys.readouterr().err
    assert "HEYJARVIS_SLOTS = 'many'" in told
    assert "Means: How many at once. Default: 4." in told
    assert "LOG_LEVEL = 'LOUD'" in told
    assert "unset it" in told
    assert len(told.splitlines()) < 24


def test_a_wrong_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HEYJARVIS_REDIS_PREFIX", "ok:")
    with pytest.raises(InvalidSettings):
        Mine(service_token=["s3cret"])
    assert "s3cret" not in capsys.readouterr().err


def test_production_wants_redis_and_tokens_to_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYJARVIS_PROFILE", "Production")
    with pytest.raises(InvalidSettings) as raised:
        Mine()
    assert "REDIS_URL is not set" in raised.value.message
    assert "HEYJARVIS_TOKENS_FILE is not set" in raised.value.message
    monkeypatch.setenv("REDIS_URL", "redis://redis:6379")
    monkeypatch.setenv("HEYJARVIS_ALLOW_ANONYMOUS", "true")
    settings = Mine()
    assert (settings.log_format, settings.host) == ("json", "0.0.0.0")


def test_a_variable_wins_over_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYJARVIS_LOG_FORMAT", "console")
    settings = Mine(profile=Profile.PRODUCTION, redis_url="redis://r", allow_anonymous=True)
    assert settings.log_format == "console"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("settings.env", "# ours\nREDIS_URL=redis://file\nHEYJARVIS_SLOTS='6'\nport=50051\nHEYJARVIS_DRAIN_GRACE=1\n"),
        ("settings.toml", 'REDIS_URL = "redis://file"\nslots = 6\nHEYJARVIS_PORT = 50051\ndrain_grace = 1.0\n'),
    ],
)
def test_custom_reads_a_file_below_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    monkeypatch.setenv("HEYJARVIS_PROFILE", "custom")
    monkeypatch.setenv("HEYJARVIS_SETTINGS_FILE", str(tmp_path / name))
    monkeypatch.setenv("HEYJARVIS_DRAIN_GRACE", "2")
    settings = Mine()
    assert settings.redis_url.get_secret_value() == "redis://file"
    assert (settings.slots, settings.port, settings.drain_grace) == (6, 50051, 2.0)


def test_settings_of_another_prefix_follow_the_same_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Other(LayeredSettings, env_prefix="HEYJARVIS_OTHER_"):
        size: int = 1
        """A size."""

    (tmp_path / "s.env").write_text("HEYJARVIS_OTHER_SIZE=3\n")
    monkeypatch.setenv("HEYJARVIS_PROFILE", "custom")
    monkeypatch.setenv("HEYJARVIS_SETTINGS_FILE", str(tmp_path / "s.env"))
    assert Other().size == 3


@pytest.mark.parametrize(("name", "content"), [("none.env", None), ("bad.toml", "= 1"), ("deep.toml", "[a]\nb = 1")])
def test_a_settings_file_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, content: str | None
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    monkeypatch.setenv("HEYJARVIS_PROFILE", "custom")
    monkeypatch.setenv("HEYJARVIS_SETTINGS_FILE", str(tmp_path / name))
    with pytest.raises(InvalidSettings, match=name):
        Mine()


def test_custom_without_a_file_is_refused() -> None:
    with pytest.raises(InvalidSettings, match="HEYJARVIS_SETTINGS_FILE is not set"):
        Mine(profile=Profile.CUSTOM)


def test_a_misspelt_variable_is_pointed_out() -> None:
    lines = Mine.unknown_variables(
        {
            "HEYJARVIS_SLOT": "1",
            "HEYJARVIS_METRIC_PORT": "1",
            "HEYJARVIS_PORT": "1",
            "HEYJARVIS_LOG_LEVEL": "INFO",
            "HEYJARVIS_PLANNER_BUDGET": "1",
            "OTHER": "1",
        }
    )
    assert lines == [
        "HEYJARVIS_METRIC_PORT is not a setting and is ignored; did you mean HEYJARVIS_METRICS_PORT?",
        "HEYJARVIS_SLOT is not a setting and is ignored; did you mean HEYJARVIS_SLOTS?",
    ]


def test_a_wrong_setting_ends_a_process_with_code_2_and_no_traceback() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from chassis import ServiceSettings; ServiceSettings()"],
        env={**os.environ, "HEYJARVIS_PORT": "99999"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "HEYJARVIS_PORT = '99999'" in ended.stderr
    assert "Traceback" not in ended.stderr
