"""What a person sees: at every width, in every state, with hostile text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import event_pb2
from rich.console import Console, RenderableType

from tools.jarvis import draw, lines
from tools.jarvis.addresses import find_addresses
from tools.jarvis.ask import picture
from tools.jarvis.client import Client
from tools.jarvis.conversation.speech import spoken
from tools.jarvis.fold import apply
from tools.jarvis.tables import table
from tools.jarvis.view import Spending, TaskState, TaskView, WorkflowState, WorkflowView

NOW = datetime(2026, 11, 23, 12, 1, tzinfo=UTC)
SPENT = Spending(tokens=1234, calls=1, cost_usd=0.0123)


def task(id_: str, state: TaskState, **more: object) -> TaskView:
    base = TaskView(id=id_, title=id_.capitalize(), agent_type="branding", state=state)
    return replace(base, **more)  # type: ignore[arg-type]


def workflow(*tasks: TaskView, **more: object) -> WorkflowView:
    base = WorkflowView(
        name="workflows/x",
        request="a bakery",
        planned=True,
        created=NOW - timedelta(seconds=75),
        tasks={one.id: one for one in tasks},
    )
    return replace(base, **more)  # type: ignore[arg-type]


def drawn(drawing: RenderableType, width: int = 120) -> str:
    out = StringIO()
    Console(file=out, width=width, markup=False, highlight=False).print(drawing)
    return out.getvalue()


EVERY_STATE = [
    task(state.value, state, attempt=1, instance="branding-0a1b2c", started=NOW - timedelta(seconds=5), booked=SPENT)
    for state in TaskState
]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_every_state_fits_every_width(width: int) -> None:
    text = drawn(draw.workflow(workflow(*EVERY_STATE), NOW, width), width)
    assert all(len(line) <= width for line in text.splitlines())
    assert all(state.value.capitalize()[:6] in text for state in TaskState)


def test_a_wide_picture_says_who_since_when_how_far_and_at_what_cost() -> None:
    one = task(
        "brand",
        TaskState.RUNNING,
        attempt=2,
        instance="branding-0a1b2c",
        message="Drawing the logo",
        progress=0.5,
        started=NOW - timedelta(seconds=12),
        spent=SPENT,
    )
    text = drawn(draw.workflow(workflow(one, task("plan", TaskState.PENDING, depends_on=("brand",))), NOW, 120))
    for expected in ("branding-0a1b2c", "12 s", "attempt 2: Drawing the logo", "1.2k", "$0.012", "waits for Brand"):
        assert expected in text
    assert "1:15" in text
    assert "0 of 2 done" in text


def test_text_from_elsewhere_cannot_move_the_cursor_or_be_markup() -> None:
    one = task("a", TaskState.RUNNING, message="\x1b[2Jgone\x07[/bold] [red]x")
    text = drawn(draw.workflow(workflow(one, title="[bold]\x1b]0;t\x07title"), NOW, 120))
    assert "\x07" not in text
    assert "\x1b" not in text
    assert "[/bold] [red]x" in text
    assert "[bold]" in text
    assert "[/x]" in drawn(table(["head"], [["[/x]"]]))


def test_only_the_shrinking_column_of_a_table_gives_way() -> None:
    text = drawn(table(["id", "what", "cost"], [["0123456789", "w" * 80, "$1.00"]], shrinks=["what"]), 40)
    assert "0123456789" in text
    assert "$1.00" in text
    assert "…" in text
    assert len(text.splitlines()) == 2


def test_a_line_says_why_an_instance_was_chosen_when_others_could_have_been() -> None:
    ready = workflow(task("brand", TaskState.READY))
    best, next_ = (event_pb2.Candidate(instance=name, score=score) for name, score in (("b-1", 0.97), ("b-2", 0.8)))
    for candidates, why in (([best, next_], " (scored 0.97, before b-2 0.80)"), ([best], ""), ([], "")):
        started = event_pb2.TaskStarted(instance="b-1", candidates=candidates)
        after = apply(ready, event_pb2.WorkflowEvent(task="brand", attempt=1, started=started))
        assert [line for _, line in lines.lines(ready, after)] == [f"Brand: b-1 works{why}"]


def test_lines_tell_each_change_once() -> None:
    before = workflow(task("brand", TaskState.READY))
    running = workflow(task("brand", TaskState.RUNNING, attempt=1, instance="branding-1"))
    assert lines.lines(before, running) == [("●", "Brand: branding-1 works")]
    moved = workflow(task("brand", TaskState.RUNNING, attempt=1, instance="branding-1", progress=0.7, text="abc"))
    assert lines.lines(running, moved) == []
    waiting = task("brand", TaskState.AWAITING_REVIEW, attempt=1)
    assert lines.lines(moved, workflow(waiting)) == []
    asked = workflow(replace(waiting, approval="approvals/1"))
    assert lines.lines(workflow(waiting), asked)[0] == ("◆", "Brand: its result waits for your approval: approvals/1")


def test_the_end_is_one_line_with_the_sums() -> None:
    done = task("brand", TaskState.SUCCEEDED, attempt=1)
    ended = workflow(done, end=WorkflowState.FAILED, failure="The model refused.", total=SPENT, ended=NOW)
    assert lines.lines(workflow(done), ended) == [
        ("✗", "failed: 1 of 1 task, 1:15, 1.2k tokens, $0.012. The model refused.")
    ]


def test_a_reminder_names_the_question_that_holds_everything() -> None:
    held = replace(workflow(task("plan", TaskState.READY)), plan_approval="approvals/a1")
    said = lines.under_way(held, NOW)
    assert "nothing more begins before approvals/a1 is decided" in said
    assert "waits for an agent" not in said


def test_a_reminder_says_what_is_under_way() -> None:
    one = task("brand", TaskState.RUNNING, started=NOW - timedelta(seconds=30), message="Thinking")
    said = lines.under_way(workflow(one, task("plan", TaskState.READY)), NOW)
    assert said == "still running after 1:15: Brand (30 s, Thinking); Plan waits for an agent"


def test_the_spoken_summary_is_made_of_sentences() -> None:
    view = workflow(
        task("brand", TaskState.SUCCEEDED, attempt=2),
        task("plan", TaskState.SUCCEEDED, attempt=1),
        end=WorkflowState.SUCCEEDED,
        title="A bakery",
        total=Spending(tokens=12_345, calls=3, cost_usd=0.34),
        ended=NOW,
        simulated=True,
    )
    assert spoken(view, "out/x/dossier.html") == (
        "Your request, A bakery, is done. It took 75 seconds. Brand and Plan are finished. "
        "Brand took more than one attempt. It used 12,300 tokens for 34 cents. "
        "The dossier is waiting for you at out/x/dossier.html. "
        "Please keep in mind that this was simulated: the offline model wrote it, not Claude."
    )


async def test_a_question_that_stands_in_the_summary_is_asked_once() -> None:
    asked = approval_pb2.Approval(
        title="Budget", summary="Spent: $2. Go on?", gate=approval_pb2.Gate(question="Go on?")
    )
    assert drawn(await picture(Client(find_addresses("127.0.0.1:1")), asked)).count("Go on?") == 1
    asked.summary = "Spent: $2."
    assert drawn(await picture(Client(find_addresses("127.0.0.1:1")), asked)).count("Go on?") == 1
