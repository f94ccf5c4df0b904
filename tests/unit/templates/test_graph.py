"""Sound graphs, their length and their weight."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidArgument
from services.templates.domain.graph import (
    check_recipe,
    complexity,
    critical_path,
    estimated_cost,
    find_cycle,
    in_order,
    violations,
)
from services.templates.domain.model import Complexity, Fallback, Gate, GateKind, Recipe, Task


def task(id: str, *needs: str, minutes: float = 1, **more: object) -> Task:
    made = Task(id=id, title=id, agent_type="dossier", depends_on=needs, estimated_duration=timedelta(minutes=minutes))
    return replace(made, **more)  # type: ignore[arg-type]


def recipe(*tasks: Task) -> Recipe:
    return Recipe(title="A recipe", tasks=tasks)


DIAMOND = (task("a", minutes=4), task("b", minutes=3), task("c", "a", "b", minutes=5), task("d", "a", "b", "c"))


def wrong(*tasks: Task) -> dict[str, str]:
    return {violation.field: violation.description for violation in violations(recipe(*tasks))}


def test_a_sound_graph_has_nothing_wrong() -> None:
    check_recipe(recipe(*DIAMOND))


def test_a_cycle_is_named() -> None:
    found = wrong(task("a", "b"), task("b", "c"), task("c", "a"), task("d", "a"))
    assert found == {"template.tasks[0].depends_on": "is a cycle, each waits for the next: a -> b -> c -> a"}


def test_a_task_that_waits_for_itself_is_a_cycle() -> None:
    assert "a -> a" in wrong(task("a", "a"))["template.tasks[0].depends_on"]


def test_a_cycle_far_from_the_start_is_named_without_the_way_to_it() -> None:
    found = wrong(task("a", "b"), task("b", "c"), task("c", "b"))
    assert found == {"template.tasks[1].depends_on": "is a cycle, each waits for the next: b -> c -> b"}


def test_an_unknown_dependency_names_the_others() -> None:
    found = wrong(task("a"), task("b", "a", "x"))
    assert found == {"template.tasks[1].depends_on[1]": "there is no task 'x'; the others are: a"}


def test_a_duplicate_id_names_the_first() -> None:
    assert wrong(task("a"), task("a")) == {"template.tasks[1].id": "'a' is the id of tasks[0] already"}


def test_every_violation_is_told_at_once() -> None:
    bad = task("a", "x", title=" ", estimated_cost_usd=float("nan"), timeout=timedelta(days=31))
    assert set(wrong(bad)) == {
        "template.tasks[0].title",
        "template.tasks[0].estimated_cost_usd",
        "template.tasks[0].timeout",
        "template.tasks[0].depends_on[0]",
    }


@pytest.mark.parametrize("budget", [0.0, -1.0, float("nan"), float("inf"), 100_000.01])
def test_a_budget_is_more_than_nothing_and_not_endless(budget: float) -> None:
    assert list(wrong(task("a", budget_usd=budget))) == ["template.tasks[0].budget_usd"]
    assert not list(wrong(task("a", budget_usd=0.01)))


def test_gates_stand_where_they_belong() -> None:
    plan, result = Gate(kind=GateKind.PLAN), Gate(kind=GateKind.RESULT)
    found = wrong(task("a", gates=(plan, result, result)))
    assert set(found) == {"template.tasks[0].gates[0].kind", "template.tasks[0].gates"}
    with pytest.raises(InvalidArgument, match="must be PLAN"):
        check_recipe(replace(recipe(task("a")), plan_gate=result))


@pytest.mark.parametrize("count", [0, 101, 500])
def test_the_number_of_tasks_is_bounded(count: int) -> None:
    assert wrong(*(task(f"t{at}") for at in range(count))) == {"template.tasks": f"must be 1 to 100 tasks, are {count}"}


def test_the_critical_path_is_the_longest_way() -> None:
    assert critical_path(DIAMOND) == timedelta(minutes=10)
    assert critical_path((task("a"), task("b"), task("c"))) == timedelta(minutes=1)
    assert estimated_cost([task("a", estimated_cost_usd=0.1)] * 3) == pytest.approx(0.3)


def chain(length: int) -> list[Task]:
    return [task("t0"), *(task(f"t{at}", f"t{at - 1}") for at in range(1, length))]


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        (chain(1), Complexity.LOW),
        (chain(2), Complexity.LOW),
        (chain(3), Complexity.MEDIUM),
        (chain(4), Complexity.MEDIUM),
        (chain(5), Complexity.HIGH),
        ([task(f"t{at}") for at in range(5)], Complexity.MEDIUM),
        ([task(f"t{at}") for at in range(6)], Complexity.HIGH),
    ],
)
def test_complexity_counts_tasks_and_depth(tasks: list[Task], expected: Complexity) -> None:
    assert complexity(tasks) is expected


_IDS = [f"t{at}" for at in range(8)]
_GRAPHS = st.lists(st.lists(st.sampled_from(_IDS), max_size=4, unique=True), min_size=len(_IDS), max_size=len(_IDS))


@given(_GRAPHS)
def test_a_graph_is_sound_exactly_when_its_tasks_can_be_put_in_order(needs: list[list[str]]) -> None:
    tasks = [task(id, *needed) for id, needed in zip(_IDS, needs, strict=True)]
    cycle = find_cycle(tasks)
    if cycle:
        assert cycle[0] == cycle[-1]
        assert len(set(cycle)) == len(cycle) - 1
        depends = {task.id: task.depends_on for task in tasks}
        assert all(following in depends[id] for id, following in pairwise(cycle))
        assert violations(recipe(*tasks))
    else:
        assert not violations(recipe(*tasks))
        order = [task.id for task in in_order(tasks)]
        assert sorted(order) == _IDS
        assert all(order.index(needed) < order.index(task.id) for task in tasks for needed in task.depends_on)


@given(st.lists(st.lists(st.integers(0, 99), max_size=6, unique=True), min_size=1, max_size=100))
def test_graphs_that_only_look_back_are_sound(needs: list[list[int]]) -> None:
    tasks = [task(f"t{at}", *(f"t{n}" for n in needed if n < at)) for at, needed in enumerate(needs)]
    assert not violations(recipe(*tasks))
    longest = max(task.estimated_duration for task in tasks)
    assert longest <= critical_path(tasks) <= sum((task.estimated_duration for task in tasks), timedelta(0))


@given(
    st.lists(
        st.builds(
            task,
            st.sampled_from(["a", "b", "c", "d"]),
            st.sampled_from(["a", "b", "c", "x"]),
            estimated_cost_usd=st.floats(allow_nan=True),
        ),
        max_size=6,
    )
)
def test_any_graph_gets_an_answer(tasks: list[Task]) -> None:
    for violation in violations(recipe(*tasks)):
        assert violation.field.startswith("template.")
        assert violation.description


@pytest.mark.parametrize("fallback", [Fallback(), Fallback(agent_type="dossier"), Fallback(capability="pdf")])
def test_a_fallback_that_changes_nothing_is_wrong(fallback: Fallback) -> None:
    told = wrong(task("a", capability="pdf", fallback=fallback))
    assert told == {"template.tasks[0].fallback": "must name another agent_type, capability or model"}


@pytest.mark.parametrize(
    "fallback", [Fallback(agent_type="other"), Fallback(capability="html"), Fallback(model="small")]
)
def test_a_fallback_names_another_agent_capability_or_model(fallback: Fallback) -> None:
    assert wrong(task("a", capability="pdf", fallback=fallback)) == {}
