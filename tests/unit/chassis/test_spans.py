"""Spans of time are read as people write them, and what is none is told."""

from datetime import timedelta

import pytest
from pydantic import Field

from chassis.settings import InvalidSettings, ServiceSettings
from chassis.spans import Seconds, Span


class Mine(ServiceSettings):
    """A service's own settings."""

    lease: Span = Field(default=timedelta(seconds=10), ge=timedelta(seconds=1))
    """How long an owner may be silent. Default: 10 s."""
    tick: Seconds = Field(default=5.0, gt=0, le=60)
    """Seconds between decisions. Default: 5."""


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90", 90),
        ("1.5", 1.5),
        ("90 s", 90),
        ("1500ms", 1.5),
        ("2m", 120),
        ("2 min", 120),
        ("1 H", 3600),
        ("30 days", 30 * 86_400),
        ("1 day", 86_400),
        ("PT90S", 90),
        ("0:01:30", 90),
    ],
)
def test_a_span_is_read_as_it_is_written(monkeypatch: pytest.MonkeyPatch, written: str, seconds: float) -> None:
    monkeypatch.setenv("HEYJARVIS_LEASE", written)
    assert Mine().lease == timedelta(seconds=seconds)


@pytest.mark.parametrize(("written", "seconds"), [("7", 7), ("0.5", 0.5), ("1 min", 60), ("200 ms", 0.2)])
def test_those_who_count_in_seconds_read_the_same(
    monkeypatch: pytest.MonkeyPatch, written: str, seconds: float
) -> None:
    monkeypatch.setenv("HEYJARVIS_TICK", written)
    assert Mine().tick == seconds


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("soon", "write it as '90 s', '5 min', '2 h' or '30 days'"),
        ("-5 s", "write it as"),
        ("999999999999 days", "write it as"),
        ("0.5 s", "greater than or equal to 1 second"),
    ],
)
def test_what_is_none_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], written: str, told: str
) -> None:
    monkeypatch.setenv("HEYJARVIS_LEASE", written)
    with pytest.raises(InvalidSettings):
        Mine()
    assert told in capsys.readouterr().err
