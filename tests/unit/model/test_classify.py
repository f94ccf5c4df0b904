"""How long a server asked to wait, and which exceptions are not the library's."""

from __future__ import annotations

from datetime import UTC, datetime

import anthropic
import httpx2
import pytest

from chassis.model.classify import classify, retry_after
from chassis.model.errors import ErrorClass

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "30"}, 30.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "30"}, 0.25),
        ({"retry-after-ms": "x", "retry-after": "30"}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 12:01:30 GMT"}, 90.0),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, 86400.0),
        ({"retry-after": "1e12"}, 86400.0),
    ],
)
def test_retry_after_is_read_in_all_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(httpx2.Headers(headers), NOW) == seconds


def test_an_error_in_mid_stream_is_judged_by_its_type() -> None:
    response = httpx2.Response(200, request=httpx2.Request("POST", "http://model.test"))
    body = {"error": {"type": "rate_limit_error", "message": "slow down", "details": {"error_code": "x_new"}}}
    found = classify(anthropic.APIStatusError("m", response=response, body=body), model="m", host="model.test")
    assert found is not None
    assert found.kind is ErrorClass.RATE_LIMITED
    assert "slow down" in found.message


def test_a_message_is_quoted_briefly() -> None:
    response = httpx2.Response(400, request=httpx2.Request("POST", "http://model.test"))
    found = classify(
        anthropic.APIStatusError("x" * 5000, response=response, body="<html>"), model="m", host="model.test"
    )
    assert found is not None
    assert len(found.message) < 700


@pytest.mark.parametrize("error", [ValueError("ours"), KeyError("ours"), TimeoutError()])
def test_a_bug_of_ours_stays_what_it_is(error: Exception) -> None:
    assert classify(error, model="m", host="h") is None
