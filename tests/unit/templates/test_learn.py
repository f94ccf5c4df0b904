"""What a finished workflow teaches, and how versions follow each other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import Aborted, FailedPrecondition, InvalidArgument
from services.templates.domain.learn import FinishedTask, FinishedWorkflow, learn
from services.templates.domain.model import Gate, GateKind, Origin, Recipe, Task, Template
from services.templates.domain.update import update

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def finished(id: str, *needs: str, **changes: object) -> FinishedTask:
    spec = Task(
        id=id,
        title=id,
        agent_type="branding",
        instructions="Do it well.",
        depends_on=needs,
        estimated_duration=timedelta(minutes=5),
        estimated_cost_usd=1.0,
    )
    task = FinishedTask(
        spec=spec, succeeded=True, simulated=False, duration=timedelta(seconds=90), cost_usd=0.12345, feedback=()
    )
    return replace(task, **changes)  # type: ignore[arg-type]


def workflow(*tasks: FinishedTask, **changes: object) -> FinishedWorkflow:
    made = FinishedWorkflow(
        name="workflows/w1",
        state="SUCCEEDED",
        request="Create a bakery: a bakery that bakes for dogs",
        title="Bakery for dogs",
        template="templates/standard-business@1",
        tasks=tasks,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_measured_time_and_cost_become_the_estimates() -> None:
    (task,) = learn(workflow(finished("a")), None).tasks
    assert (task.estimated_duration, task.estimated_cost_usd) == (timedelta(seconds=90), 0.1235)


def test_what_was_simulated_measures_nothing() -> None:
    (task,) = learn(workflow(finished("a", simulated=True)), None).tasks
    assert (task.estimated_duration, task.estimated_cost_usd) == (timedelta(minutes=5), 1.0)


def test_the_time_a_person_took_is_not_the_tasks() -> None:
    looked_at = finished("a")
    looked_at = replace(looked_at, spec=replace(looked_at.spec, gates=(Gate(kind=GateKind.RESULT),)))
    (task,) = learn(workflow(looked_at), None).tasks
    assert task.estimated_duration == timedelta(minutes=5)


def test_an_unknown_price_keeps_the_estimate() -> None:
    (task,) = learn(workflow(finished("a", cost_usd=None)), None).tasks
    assert task.estimated_cost_usd == 1.0


def test_tasks_that_did_not_succeed_are_left_out_with_what_names_them() -> None:
    recipe = learn(workflow(finished("a"), finished("b", succeeded=False), finished("c", "a", "b")), None)
    assert [(task.id, task.depends_on) for task in recipe.tasks] == [("a", ()), ("c", ("a",))]


def test_feedback_goes_into_the_instructions_once() -> None:
    first = learn(workflow(finished("a", feedback=("shorter\nplease", "warmer", "warmer"))), None).tasks[0]
    assert first.instructions.startswith("Do it well.\n\n")
    assert first.instructions.endswith("- shorter please\n- warmer")
    again = finished("a", spec=first, feedback=("warmer", "no blue"))
    second = learn(workflow(again), None).tasks[0]
    assert second.instructions == first.instructions + "\n- no blue"


def test_keywords_are_the_requests_own_words_then_the_bases() -> None:
    base = Recipe(title="x", tasks=(), keywords=("startup",), plan_gate=Gate(kind=GateKind.PLAN))
    recipe = learn(workflow(finished("a")), base)
    assert recipe.keywords == ("bakery", "create", "bakes", "dogs", "startup")
    assert recipe.plan_gate == base.plan_gate


def test_only_success_teaches() -> None:
    with pytest.raises(FailedPrecondition, match="RUNNING") as refused:
        learn(workflow(finished("a"), state="RUNNING"), None)
    assert refused.value.reason == "WORKFLOW_NOT_SUCCEEDED"
    with pytest.raises(FailedPrecondition, match="nothing to learn"):
        learn(workflow(finished("a", succeeded=False)), None)


CURRENT = Template(
    id="mine",
    owner="acme",
    version=2,
    recipe=Recipe(title="Old", description="Old", tasks=(Task(id="a", title="a", agent_type="branding"),)),
    origin=Origin.CREATED,
    create_time=NOW,
)


def updated(wanted: Recipe, mask: tuple[str, ...] = (), etag: str = "") -> Template:
    return update(CURRENT, wanted, newest=2, mask=mask, etag=etag, owner="acme", now=NOW)


def test_an_update_takes_the_named_fields_only() -> None:
    following = updated(Recipe(title="New", tasks=()), ("title",))
    assert (following.version, following.recipe) == (3, replace(CURRENT.recipe, title="New"))


def test_an_update_without_a_mask_takes_everything_and_checks_it() -> None:
    with pytest.raises(InvalidArgument, match="tasks"):
        updated(Recipe(title="New", tasks=()))


def test_a_stale_etag_and_an_unknown_field_are_refused() -> None:
    with pytest.raises(Aborted, match="read it again"):
        updated(CURRENT.recipe, etag="v1")
    with pytest.raises(InvalidArgument, match="'origin' cannot be updated"):
        updated(CURRENT.recipe, ("origin",))
