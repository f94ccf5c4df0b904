"""Plans that change before a person: sent back, refused, edited, made anew after a failure."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contract.jarvis.conftest import JARVIS, Jarvis, fake_process
from tests.support.fake_heyjarvis import STEPS, environment
from tests.support.pty_program import PtyProgram

EDITOR = """
import json, pathlib, sys
path = pathlib.Path(sys.argv[-1])
plan = json.loads(path.read_text())
word = input("editor: ")
if word == "wrong":
    plan["tasks"][0]["agent_type"] = "wizard"
if word == "right":
    plan["tasks"] = [
        {"id": "survey", "title": "Survey", "agent_type": "market_research"},
        {"id": "dossier", "title": "Dossier", "agent_type": "dossier", "depends_on": ["survey"]},
    ]
path.write_text(json.dumps(plan))
sys.exit(word == "crash")
"""


def row(id_: str, agent: str, *depends_on: str) -> dict[str, Any]:
    return {"id": id_, "title": id_.capitalize(), "agent_type": agent, "depends_on": list(depends_on)}


def edit_of(folder: Path, *rows: dict[str, Any]) -> str:
    file = folder / "edit.json"
    file.write_text(json.dumps({"tasks": rows}), "utf-8")
    return str(file)


@pytest.fixture
def editor(home: Path) -> dict[str, str]:
    """An editor that is told what to do; edits that are kept stay in the home."""
    program = home / "editor.py"
    program.write_text(EDITOR, "utf-8")
    return {"EDITOR": f"{sys.executable} {program}", "VISUAL": "", "TMPDIR": str(home)}


def test_a_plan_is_sent_back_seen_made_anew_and_edited(
    told: dict[str, str], home: Path, editor: dict[str, str]
) -> None:
    with (
        fake_process(STEPS) as (address, fake),
        PtyProgram([*JARVIS, "run", "plan a bakery"], told | environment(address) | editor, folder=home) as program,
    ):
        program.expect("waits for your approval")
        program.expect("Take this plan?")
        program.expect("later (l) ›")
        program.press("s\r")
        program.expect("market, branding")
        program.expect("later (l) ›")
        program.press("r ask people\r")
        program.expect("↻ sent back by tester: “ask people”")
        fake.send_signal(signal.SIGUSR1)
        program.expect("⚠ a draft was refused: The tasks wait for each other in a circle")
        fake.send_signal(signal.SIGUSR1)
        program.expect("~ changed: Business plan: waits for survey, branding")
        program.expect("− gone: Market research")
        program.expect("+ new: Survey (market_research)")
        program.expect("= as before: Brand identity, Dossier")
        program.expect("later (l) ›")
        program.press("e\r")
        program.expect("editor:")
        program.press("wrong\r")
        program.expect("✗ Task 'branding': there is no agent 'wizard'.")
        program.expect("edit again (e) · leave it (l) ›")
        program.press("a\r")
        program.expect("Please type e or l.")
        program.press("e\r")
        program.expect("editor:")
        program.press("right\r")
        program.expect("gone: Business plan")
        program.expect("2 tasks, about 1:10, $0.200  before: 4 tasks, about 2:10, $0.600  (prices of 2026-11-22)")
        program.expect("! Nobody knows yet how long Survey takes")
        program.expect("approve it like this (a)")
        program.press("a\r")
        program.expect("✓ approved as edited")
        program.expect("2 of 2 done")
        assert program.wait() == 0


def test_an_edit_that_is_left_is_kept_and_the_question_stays(
    told: dict[str, str], home: Path, editor: dict[str, str]
) -> None:
    with PtyProgram([*JARVIS, "run", "plan a bakery"], told | editor, folder=home) as program:
        program.expect("later (l) ›")
        program.press("e\r")
        program.expect("editor:")
        program.press("crash\r")
        program.expect("the editor ended with 1, so nothing was decided; what you wrote is in ")
        program.expect("later (l) ›")
        program.press("e\r")
        program.expect("editor:")
        program.press("right\r")
        program.expect("approve it like this (a)")
        program.press("l\r")
        kept = program.expect(".json; go on").partition("Your edit is in ")[2].removesuffix("; go on")
        assert "survey" in Path(kept).read_text()
        program.expect(f"--file {kept}")
        program.expect("later (l) ›")
        program.press("a\r")
        program.expect("4 of 4 done")
        assert program.wait() == 0


def asking(jarvis: Jarvis) -> str:
    """The id of an approval of a plan that waits."""
    name: str = jarvis("approvals", "--json").json["approvals"][0]["name"]
    return name.partition("/")[2]


@pytest.fixture
def waiting(told: dict[str, str], home: Path, jarvis: Jarvis) -> str:
    """An approval of a plan that waits."""
    with PtyProgram([*JARVIS, "run", "plan a bakery"], told, folder=home) as program:
        program.expect("later (l) ›")
        program.press("l\r\x03")
        program.wait()
    return asking(jarvis)


def test_an_edit_from_a_file_is_checked_before_it_counts(jarvis: Jarvis, home: Path, waiting: str) -> None:
    wrong = edit_of(home, row("a", "wizard"), row("b", "wizard"))
    answer = jarvis("approvals", "approve", waiting, "--file", wrong)
    assert answer.code == 2
    assert "✗ Task 'a': there is no agent 'wizard'." in answer.out
    assert "✗ Task 'b': there is no agent 'wizard'." in answer.out
    assert "it is not sound, so nothing was decided" in answer.err
    assert jarvis("approvals", "show", waiting, "--json").json["state"] == "APPROVAL_STATE_PENDING"

    right = edit_of(home, row("survey", "market_research"), row("dossier", "dossier", "survey"))
    checked = jarvis("approvals", "approve", waiting, "--file", right, "--check", "--json")
    assert checked.code == 0
    assert [task["id"] for task in checked.json["plan"]["tasks"]] == ["survey", "dossier"]
    assert checked.json["before"]["estimatedCostUsd"] == 0.6
    assert jarvis("approvals", "show", waiting, "--json").json["state"] == "APPROVAL_STATE_PENDING"

    decided = jarvis("approvals", "approve", waiting, "--file", right, "--json")
    assert decided.code == 0
    assert decided.json["state"] == "APPROVAL_STATE_APPROVED"
    assert decided.json["decisions"][0]["decision"] == "DECISION_EDIT"


@pytest.mark.parametrize(
    ("editor", "why"),
    [
        ("true", "nothing was changed, so nothing was decided"),
        ("false", "the editor ended with 1, so nothing was decided"),
        ("", "set EDITOR to your editor"),
        ("no-such-editor", "the editor 'no-such-editor' cannot be started"),
    ],
)
def test_without_a_change_nothing_is_decided(jarvis: Jarvis, waiting: str, editor: str, why: str) -> None:
    answer = jarvis("approvals", "approve", waiting, "--edit", EDITOR=editor, VISUAL="")
    assert answer.code == 2
    assert why in answer.err
    assert jarvis("approvals", "show", waiting, "--json").json["state"] == "APPROVAL_STATE_PENDING"


def test_an_edited_result_has_to_keep_the_schema_of_its_agent(told: dict[str, str], home: Path, jarvis: Jarvis) -> None:
    with PtyProgram([*JARVIS, "run", "human decides"], told, folder=home) as program:
        program.expect("later (l) ›")
        program.press("l\r\x03")
        program.wait()
    waiting, edit = asking(jarvis), home / "result.json"
    edit.write_text("wrong")
    answer = jarvis("approvals", "approve", waiting, "--file", str(edit))
    assert answer.code == 2
    assert "✗ it breaks the schema at name" in answer.out
    assert "✗ it lacks a logo" in answer.out
    edit.write_text('{"name": "Fermento"}')
    answer = jarvis("approvals", "approve", waiting, "--file", str(edit))
    assert answer.code == 0
    assert '"Levedo" → "Fermento"' in answer.out
    assert "It keeps the schema of its agent." in answer.out
    assert jarvis("approvals", "show", waiting, "--json").json["state"] == "APPROVAL_STATE_APPROVED"


def test_a_check_needs_an_edit(jarvis: Jarvis) -> None:
    answer = jarvis("approvals", "approve", "x", "--check")
    assert answer.code == 2
    assert "--check needs --file" in answer.err


def test_a_part_that_is_planned_anew_is_told_line_by_line(jarvis: Jarvis) -> None:
    answer = jarvis("run", "broken market")
    assert answer.code == 0
    said = [line.partition("  ")[2] for line in answer.out.splitlines()]
    at = said.index("↻ plan: Market research failed, so what needed it is planned anew")
    assert said[at + 1 : at + 5] == [
        "~ changed: Business plan: waits for survey, branding",
        "− gone: Market research",
        "+ new: Survey (market_research)",
        "= as before: Brand identity, Dossier",
    ]
    assert "4 of 5 tasks" in answer.out
