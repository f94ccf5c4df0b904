"""What a person sees and types, in a real terminal."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.contract.jarvis.conftest import JARVIS, fake
from tests.support.fake_heyjarvis import environment
from tests.support.pty_program import PtyProgram


def typed(told: dict[str, str], folder: Path, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """A command without a terminal."""
    return subprocess.run(
        [*JARVIS, *words], check=False, input=said, env=told, cwd=folder, capture_output=True, text=True, timeout=50
    )


def test_a_run_is_a_live_picture_that_asks_and_ends_with_the_files(told: dict[str, str], home: Path) -> None:
    with PtyProgram([*JARVIS, "run", "ask for a bakery"], told, folder=home) as program:
        program.expect("Take this brand?")
        program.expect("Which name?")
        program.expect("later (l) ›")
        program.press("r\r")
        program.expect("what should be better? ›")
        program.press("bolder please\r")
        program.expect("rejected")
        program.expect("» Brand identity: says on name: “Levedo”")
        program.expect("4 of 4 done")
        program.expect("dossier.html")
        program.expect("Simulated: written by the offline model")
        assert program.wait() == 0
    assert "branding was sent back: “bolder”" in typed(told, home, "show").stdout


def test_put_off_it_goes_on_waiting_and_ctrl_c_leaves_it_running(told: dict[str, str], home: Path) -> None:
    with PtyProgram([*JARVIS, "run", "human decides"], told, folder=home) as program:
        program.expect("later (l) ›")
        program.press("nonsense\r")
        program.expect("Please type a, r, e, s or l.")
        program.press("s\r")
        program.expect("── branding.md")
        program.press("l\r")
        program.expect("then approve or reject it")
        program.press("\x03")
        program.expect("It goes on without you.")
        assert program.wait() == 130


def test_a_decision_made_elsewhere_ends_the_question(told: dict[str, str], home: Path) -> None:
    with PtyProgram([*JARVIS, "run", "human decides"], told, folder=home) as program:
        shown = program.expect("later (l) ›")
        approval = shown.partition("approvals/")[2].split()[0]
        assert typed(told, home, "approvals", "approve", approval).returncode == 0
        program.expect("It was decided elsewhere.")
        program.expect("4 of 4 done")
        assert program.wait() == 0


def test_ctrl_c_at_the_question_leaves_too(told: dict[str, str], home: Path) -> None:
    with PtyProgram([*JARVIS, "run", "human decides"], told, folder=home) as program:
        program.expect("later (l) ›")
        program.press("\x03")
        program.expect("It goes on without you.")
        assert program.wait() == 130


def test_a_conversation(told: dict[str, str], home: Path) -> None:
    with fake("0.4") as address, PtyProgram(JARVIS, {**told, **environment(address)}, folder=home) as program:
        program.expect("HeyJarvis · concurrent")
        program.expect("jarvis ›")
        program.press("A bakery for dogs\r")
        program.expect("#1 ○ A bakery for dogs")
        program.press("slow museum\r")
        program.expect("#2 ○ slow museum")
        program.expect("jarvis (2 running) ›")
        program.press("half a li")
        program.expect("#1 ✓ Dossier: done")
        program.expect("dossier.html")
        program.press("ne\x15status\r")
        program.expect("0 of 4 done")
        program.press("templates\r")
        program.expect("Standard business creation")
        program.press("cancel\r")
        program.expect("■ cancelled")
        program.press("/nothing\r")
        program.expect("There is no /nothing")
        program.press("show 1\r")
        program.expect("4 of 4 done")
        program.press("\x03")
        program.expect("Ctrl-D or `quit` leaves")
        program.press("\x04")
        assert program.wait() == 0
    assert list(home.glob("out/*/dossier.html"))


def test_a_number_is_a_workflow_also_while_an_approval_begins_with_it(told: dict[str, str], home: Path) -> None:
    with PtyProgram(JARVIS, told, folder=home) as program:
        program.press("ask for a bakery\r")
        program.expect("its result waits for your approval: approve")
        program.press("show 1\r")
        program.expect("· autopilot")
        program.press("approve\r")
        program.expect("#1 ✓ done")
        program.press("quit\r")
        assert program.wait() == 0


def test_intelligence_brings_every_gate_to_the_prompt(told: dict[str, str], home: Path) -> None:
    with PtyProgram([*JARVIS, "--intelligence"], told, folder=home) as program:
        program.expect("intelligence")
        program.press("ask for a bakery\r")
        program.expect("Take this brand?")
        program.expect("approve (a), reject (r WHY)")
        program.press("r\r")
        program.expect("Say what should be better")
        program.press("r bolder\r")
        program.expect("#1 ✓ done")
        program.press("quit\r")
        assert program.wait() == 0


@pytest.mark.parametrize("mode", ["--concurrent", "--branding", "--jarvis"])
def test_a_pipe_is_a_whole_conversation(told: dict[str, str], home: Path, mode: str) -> None:
    done = typed(told, home, mode, said="A bakery\n")
    assert done.returncode == 0, done.stderr
    assert "#1 ✓ done" in done.stdout
    if mode == "--jarvis":
        assert "Your request, A bakery, is done." in done.stdout
    assert list(home.glob("out/*/dossier.html"))


def test_a_conversation_with_nobody_is_one_line(told: dict[str, str], home: Path) -> None:
    done = typed(told, home, "--address", "127.0.0.1:1")
    assert done.returncode == 3
    assert done.stderr.splitlines() == ["✗ No HeyJarvis at 127.0.0.1:1. Start it with `make up` or `jarvis up`."]


def test_two_modes_are_refused(told: dict[str, str], home: Path) -> None:
    done = typed(told, home, "--branding", "--jarvis")
    assert done.returncode == 2
    assert "Choose one of" in done.stderr


def test_a_reader_that_leaves_is_no_error(told: dict[str, str], home: Path) -> None:
    command = [*JARVIS, "run", "slow bakery"]
    with subprocess.Popen(command, env=told, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        while b"plan: 4 tasks" not in program.stdout.readline():
            pass
        program.stdout.close()
        said = program.stderr.read()
    assert said == b""
