"""Every command against a real server: words, JSON, exit codes, and errors in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.jarvis.conftest import Jarvis


def start(jarvis: Jarvis, request: str = "A bakery", *words: str) -> str:
    """The id of a workflow that has ended."""
    answer = jarvis("run", request, "--json", *words)
    assert answer.code in (0, 1), answer.err
    name: str = answer.json_lines[-1]["workflow"]["name"]
    return name.partition("/")[2]


def test_run_tells_each_change_and_writes_what_was_made(jarvis: Jarvis, home: Path) -> None:
    answer = jarvis("run", "A bakery for dogs")
    assert answer.code == 0
    assert "this runs on full autopilot" in answer.out
    for expected in ("plan: 4 tasks", "Market research: market_research-0a1b2c works", "Dossier: done", "4 of 4 tasks"):
        assert expected in answer.out
    assert "Simulated: written by the offline model, not by Claude." in answer.out
    page = next(home.glob("out/*/dossier.html"))
    assert str(page.relative_to(home)) in answer.out
    assert "A bakery for dogs" in page.read_text()
    assert (page.parent / "branding" / "branding.md").exists()
    assert not list(page.parent.rglob("*.part"))


def test_run_as_json_is_one_object_a_line_and_ends_with_the_workflow(jarvis: Jarvis, home: Path) -> None:
    answer = jarvis("run", "A bakery", "--json", "--out", "here")
    assert answer.code == 0
    *events, last = answer.json_lines
    kinds = [
        next(key for key in event["event"] if key not in ("cursor", "time", "task", "attempt")) for event in events
    ]
    assert kinds[:2] == ["submitted", "planned"]
    assert kinds[-1] == "ended"
    assert last["workflow"]["state"] == "WORKFLOW_STATE_SUCCEEDED"
    assert {file["path"] for file in last["files"]} >= {"here/dossier.html", "here/plan/result.json"}
    assert "full autopilot" in answer.err


def test_a_failed_workflow_ends_with_1_and_keeps_what_was_made(jarvis: Jarvis, home: Path) -> None:
    answer = jarvis("run", "fail this")
    assert answer.code == 1
    assert "Failed: The model refused the request." in answer.out
    assert "Try again what failed: jarvis retry" in answer.out
    assert list(home.glob("out/*/market/market.md"))


def test_a_failed_attempt_is_told_and_tried_again(jarvis: Jarvis) -> None:
    answer = jarvis("run", "flaky thing")
    assert answer.code == 0
    assert "attempt 1 failed and is tried again: The model was overloaded." in answer.out
    assert "works, attempt 2" in answer.out


def test_the_same_request_id_yields_the_same_workflow(jarvis: Jarvis) -> None:
    assert start(jarvis, "A bakery", "--request-id", "id-7") == start(jarvis, "A bakery", "--request-id", "id-7")


def test_run_reads_a_request_from_a_file(jarvis: Jarvis, home: Path) -> None:
    (home / "request.txt").write_text("A bakery from a file")
    id_ = start(jarvis, "@request.txt")
    assert jarvis("show", id_, "--json").json["request"] == "A bakery from a file"


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (["run", ""], 2, "request: must say what you want"),
        (["run", "x", "--template", "nope"], 4, "There is no template 'templates/nope'"),
        (["run", "x", "--template", "N OPE"], 2, "template: 'N OPE' is no template name"),
        (["run", "x", "--autopilot", "sometimes"], 2, "--autopilot: 'sometimes' is none of manual, assisted, full"),
        (["run", "x", "--timeout", "soon"], 2, "--timeout: 'soon' is no time"),
        (["show", "nobody"], 4, "There is no workflow 'nobody'. `jarvis list` shows them."),
        (["show", "../x"], 2, "workflow: '../x' is no workflow name"),
        (["list", "--state", "odd"], 2, "--state: 'odd' is none of planning"),
        (["approvals", "show", "nobody"], 4, "There is no approval 'nobody'."),
        (["approvals", "reject", "x"], 2, "--feedback: say what should be better"),
        (["templates", "show", "nobody"], 4, "There is no template"),
        (["list", "--address", "nonsense"], 2, "--address: 'nonsense' is no address"),
        (
            ["list", "--address", "127.0.0.1:1"],
            3,
            "No HeyJarvis at 127.0.0.1:1. Start it with `make up` or `jarvis up`.",
        ),
        (["analytics", "nobody"], 4, "There is no workflow"),
    ],
)
def test_errors_are_a_line_and_a_code(jarvis: Jarvis, words: list[str], code: int, line: str) -> None:
    answer = jarvis(*words)
    assert (answer.code, answer.out) == (code, "")
    assert line in " ".join(answer.err.split())
    assert "Traceback" not in answer.err


def test_every_wrong_field_is_named(jarvis: Jarvis) -> None:
    assert jarvis("run", " ").err.splitlines() == ["✗ request: must say what you want", "  labels: must be few"]


def test_a_service_that_is_away_is_named(jarvis: Jarvis) -> None:
    answer = jarvis("approvals", HEYJARVIS_APPROVALS_ADDRESS="127.0.0.1:1")
    assert answer.code == 3
    assert "The approvals service at 127.0.0.1:1 does not answer." in answer.err


def test_names_may_be_short(jarvis: Jarvis) -> None:
    id_ = start(jarvis)
    for given in (id_, f"workflows/{id_}", "last"):
        assert jarvis("show", given, "--json").json["name"] == f"workflows/{id_}"
    assert jarvis("show", id_[:-1], "--json").json["name"] == f"workflows/{id_}"
    start(jarvis)
    answer = jarvis("show", "w")
    assert answer.code == 2
    assert "'w' fits several" in answer.err


def test_list_and_show_draw_and_emit(jarvis: Jarvis) -> None:
    id_ = start(jarvis, "A bakery with a long name")
    listed = jarvis("list").out
    assert "A bakery with a long name" in listed
    assert listed.count("prices of 2026-11-22") == 1
    assert jarvis("list", "-n", "1", "--json").json["workflows"][0]["name"] == f"workflows/{id_}"
    assert all(
        w["state"] == "WORKFLOW_STATE_SUCCEEDED"
        for w in jarvis("list", "--state", "succeeded", "--json").json["workflows"]
    )
    shown = jarvis("show", id_).out
    assert "Brand identity made" in shown
    assert shown.count("prices of 2026-11-22") == 1
    assert jarvis("show", id_, "--json").json["usage"]["priceDate"] == "2026-11-22"
    assert "branding: result.json, branding.md" in shown
    assert "sent back" not in shown


def test_watch_of_an_ended_workflow_shows_it(jarvis: Jarvis) -> None:
    id_ = start(jarvis)
    answer = jarvis("watch", id_)
    assert answer.code == 0
    assert f"jarvis results {id_}" in answer.out
    events = jarvis("watch", id_, "--from-start", "--json").json_lines
    assert "submitted" in events[0]["event"]


def test_results_are_listed_printed_and_written(jarvis: Jarvis, home: Path) -> None:
    id_ = start(jarvis)
    assert "branding/branding.md" in jarvis("results", id_, "--list").out
    assert len(jarvis("results", id_, "--list", "--json").json["artifacts"]) == 8
    assert jarvis("results", id_, "--print", "branding/branding.md").out.startswith("# Brand identity")
    assert jarvis("results", id_, "--print", "nothing.md").code == 4
    assert jarvis("results", id_, "--out", "there").code == 0
    assert (home / "there" / "dossier.html").exists()


def test_actions_say_what_the_state_forbids(jarvis: Jarvis) -> None:
    id_ = start(jarvis)
    assert jarvis("resume", id_).code == 5
    answer = jarvis("cancel", id_)
    assert answer.code == 5
    assert "it cannot be cancelled" in answer.err
    answer = jarvis("retry", id_)
    assert answer.code == 2
    assert "no task" in answer.err


def test_retry_finds_the_task_that_failed(jarvis: Jarvis) -> None:
    answer = jarvis("retry", start(jarvis, "fail this"))
    assert answer.code == 0
    assert "plan begins afresh" in answer.out


def test_plan_templates_and_recommendations(jarvis: Jarvis) -> None:
    planned = jarvis("plan", "a bakery").out
    assert "market, branding" in planned
    assert "about 2:10, $0.600, prices of 2026-11-22" in planned
    assert jarvis("plan", "a bakery", "--json").json["plan"]["criticalPath"] == ["market", "plan", "dossier"]
    assert "standard-business@1" in jarvis("templates").out
    assert "standard-business@1" in jarvis("templates", "list").out
    assert "Business plan" in jarvis("templates", "show", "standard-business").out
    assert "80%  standard-business@1" in jarvis("templates", "recommend", "a bakery").out


def test_system_commands(jarvis: Jarvis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.jarvis.commands.system._HEALTH_SECONDS", 20.0)
    assert "branding-0a1b2c" in jarvis("status").out
    assert jarvis("agents", "--json").json["agents"][0]["instance"] == "branding-0a1b2c"
    health = jarvis("health")
    assert health.code == 0
    assert health.out.count("serving") == 6
    sick = jarvis("health", HEYJARVIS_SCALER_ADDRESS="127.0.0.1:1")
    assert sick.code == 1
    assert "does not answer" in sick.out
    assert "3 succeeded, 1 failed, success 75%" in jarvis("analytics").out
    assert jarvis("analytics", "--json").json["workflows"]["successRate"] == 0.75


@pytest.mark.parametrize(
    "command", ["run", "watch", "list", "approvals", "templates", "results", "up", "approvals reject"]
)
def test_every_help_page_names_the_exit_codes_or_its_commands(jarvis: Jarvis, command: str) -> None:
    answer = jarvis(*command.split(), "--help")
    assert answer.code == 0
    assert "Exit codes" in answer.out or "Options" in answer.out
