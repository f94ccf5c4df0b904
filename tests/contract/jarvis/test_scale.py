"""`jarvis scale` against a real scaler: words, JSON, and what is wrong in one line."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import redis

from tests.contract.jarvis.conftest import Jarvis
from tests.support.lone_scaler import READY
from tools.local.options import ROOT
from tools.local.redis_server import RedisServer


@pytest.fixture(scope="module")
def scaler_address(redis_server: RedisServer) -> Iterator[str]:
    """A scaler of these tests alone; nothing else here uses this worker's Redis."""
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    command = [sys.executable, "-m", "tests.support.lone_scaler", redis_server.url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ready = next(line for line in process.stdout if line.startswith(READY))
            yield ready.removeprefix(READY).strip()
        finally:
            process.kill()


@pytest.fixture
def scale(jarvis: Jarvis, scaler_address: str, monkeypatch: pytest.MonkeyPatch) -> Jarvis:
    """`jarvis scale ...`, with a scaler."""
    monkeypatch.setenv("HEYJARVIS_SCALER_ADDRESS", scaler_address)
    return lambda *words, **environment: jarvis("scale", *words, **environment)


def test_status_decisions_and_why(scale: Jarvis) -> None:
    status = scale()
    assert status.code == 0, status.err
    assert "branding" in status.out
    assert "research" in status.out
    assert "No Kubernetes API is reached" in status.out
    assert {agent["agentType"] for agent in scale("status", "--json").json["agents"]} == {"branding", "research"}
    assert "research" not in scale("status", "branding").out

    why = scale("why", "branding")
    assert why.code == 0, why.err
    for expected in ("it rests on", "in_flight", "12", "step", "wish", "What would change it"):
        assert expected in why.out
    assert scale("why", "branding", "--json").json["decision"]["agentType"] == "branding"

    ends = time.monotonic() + 30
    while {one["agentType"] for one in scale("decisions", "--json").json["decisions"]} != {"branding", "research"}:
        assert time.monotonic() < ends
    decisions = scale("decisions", "branding", "-n", "1")
    assert decisions.code == 0
    assert "branding" in decisions.out
    assert len(scale("decisions", "--json", "-n", "1").json["decisions"]) == 1


def test_a_policy_is_shown_checked_and_changed(scale: Jarvis, home: Path) -> None:
    shown = scale("policy", "research")
    assert shown.code == 0, shown.err
    assert "down_window" in shown.out

    checked = scale("policy", "research", "set", "max_replicas=20", "target_wait=20s", "--check")
    assert "Nothing was written." in checked.out
    assert scale("policy", "research", "--json").json["maxReplicas"] == 10

    changed = scale("policy", "research", "set", "max_replicas=20", "target_wait=20s", "mode=observe", "--json")
    assert (changed.json["maxReplicas"], changed.json["targetWait"]) == (20, "20s")
    assert scale("policy", "research", "--json").json == changed.json

    nested = scale("policy", "research", "set", "drain.timeout=200s", "manual_zero=override", "--json").json
    assert (nested["drain"]["timeout"], nested["manualZero"]) == ("200s", "MANUAL_ZERO_OVERRIDE")
    assert nested["drain"]["settle"] == changed.json["drain"]["settle"]
    assert scale("policy", "research", "reset", "--json").json["maxReplicas"] == 10

    (home / "policy.json").write_text(json.dumps(changed.json))
    played = scale("simulate", "--policy", "policy.json", "--hours", "0.2", "--compare", "none", "--json")
    assert played.code == 0, played.err


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (["why", "astrology"], 4, "No agent of type 'astrology'"),
        (["policy", "branding", "set", "max_replicas=many"], 2, "max_replicas: 'many' is no whole number"),
        (["policy", "branding", "set", "colour=blue"], 2, "colour: is no field of a policy; these are: mode, "),
        (["policy", "branding", "set", "mode=hard"], 2, "mode: 'hard' is none of native, keda, hpa, observe"),
        (["policy", "branding", "set", "target_wait=soon"], 2, "target_wait: 'soon' is no time"),
        (["policy", "branding", "set", "strategy_params=[1"], 2, "strategy_params: '[1' is no JSON object"),
        (["policy", "branding", "set", "min_replicas=11"], 2, "min_replicas: is 11, above max_replicas 10"),
        (["policy", "branding", "max_replicas=3"], 2, "policy: 'max_replicas=3': write `set` and fields"),
        (["policy", "branding", "set", "max_replicas"], 2, "max_replicas: write it as field=value"),
        (["pin", "branding", "3", "--for", "ever"], 2, "--for: 'ever' is no time"),
        (["pause", "Branding!"], 2, "agent_type"),
    ],
)
def test_what_is_wrong_is_a_line_and_a_code(scale: Jarvis, words: list[str], code: int, line: str) -> None:
    answer = scale(*words)
    assert (answer.code, answer.out) == (code, "")
    assert line in answer.err


def test_a_persons_word(scale: Jarvis) -> None:
    assert "is left alone" in scale("pause", "branding", "--reason", "a demo").out
    assert "paused" in scale("status", "branding").out
    assert "is held at 3 replicas for 30:00" in scale("pin", "branding", "3", "--for", "30m").out
    assert scale("status", "branding", "--json").json["agents"][0]["mode"] == "SCALING_MODE_PINNED"
    assert "by its policy again" in scale("resume", "branding").out
    assert "pinned" not in scale("status", "branding").out


def test_a_simulation_needs_nothing_that_runs(jarvis: Jarvis, home: Path) -> None:
    words = [
        "scale",
        "simulate",
        "--trace",
        "on-off",
        "--compare",
        "kpa,static,oracle",
        "--hours",
        "0.5",
        "--slots",
        "2",
    ]
    answer = jarvis(*words, "--svg", "pictures/on-off.svg", HEYJARVIS_SCALER_ADDRESS="127.0.0.1:9")
    assert answer.code == 0, answer.err
    for expected in ("on-off", "heyjarvis", "kpa, grace 30 s", "kpa, grace 330 s", "static", "oracle", "pod-hours; "):
        assert expected in answer.out
    assert ElementTree.parse(home / "pictures" / "on-off.svg").getroot().tag.endswith("svg")

    again = jarvis(*words, "--json")
    rows = again.json["loads"][0]["rows"]
    assert [row["name"] for row in rows] == ["heyjarvis", "kpa", "kpa", "static", "oracle"]
    assert again.json["loads"] == jarvis(*words, "--json").json["loads"], "by its seed it is always the same"


def test_a_trace_file_is_played_and_its_bad_lines_are_told(jarvis: Jarvis, home: Path) -> None:
    lines = ["app,func,end_timestamp,duration", *(f"a,f,{60 + number * 9},{number % 50}" for number in range(300))]
    (home / "azure.txt").write_text("\n".join([*lines, "a,f,soon,1", "a,f"]))
    answer = jarvis("scale", "simulate", "--trace", "azure.txt", "--hours", "1", "--compare", "none")
    assert answer.code == 0, answer.err
    assert "300 tasks of 302 lines, 0 outside of what is played, 2 bad" in answer.out
    assert "line 302 is left out: end_timestamp is 'soon', which is no number" in answer.err
    assert "line 303 is left out: has 2 columns; 4 are needed" in answer.err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--trace", "full-moon"], "--trace: 'full-moon' is neither a file nor one of step, ramp"),
        (["--trace", "words.txt"], "--trace: line 1 must name the columns app, func, end_timestamp, duration"),
        (["--compare", "luck"], "--compare: luck cannot be compared with; these can: hpa"),
        (["--grace", "long"], "--grace: 'long' are no seconds"),
        (["--policy", "words.txt"], "--policy: words.txt is no policy"),
        (["--policy", "bad.json"], "policy.min_replicas: is 50, above max_replicas 40"),
        (["--trace", "all", "--svg", "one.svg"], "--svg: is one picture, and there are 9 loads"),
        (["--trace", "rare", "--gate", "--hours", "0.1"], "--gate: judges on-off and fan-out"),
    ],
)
def test_a_simulation_that_makes_no_sense_is_refused(jarvis: Jarvis, home: Path, words: list[str], line: str) -> None:
    (home / "words.txt").write_text("once upon a time\n")
    (home / "bad.json").write_text('{"minReplicas": 50}')
    answer = jarvis("scale", "simulate", *words)
    assert answer.code == 2
    assert line in answer.err


def test_the_gate_fails_a_policy_that_is_too_slow(jarvis: Jarvis, home: Path) -> None:
    (home / "slow.json").write_text('{"upRate": 0.0, "upWindow": "300s", "panicThreshold": 1000}')
    words = ["scale", "simulate", "--trace", "on-off", "--hours", "1", "--compare", "kpa", "--gate"]
    answer = jarvis(*words, "--policy", "slow.json")
    assert answer.code == 1
    assert "✗ on-off: 95 % wait" in answer.err
