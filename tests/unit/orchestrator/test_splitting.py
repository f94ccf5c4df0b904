"""A task is split by its items where its agent allows it, within bounds, and nobody behind it sees a difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.orchestrator.domain.plan import Gate, GateKind, TaskSpec, ordered
from services.orchestrator.domain.plan_checks import MAX_DRAFTED, Bounds, KnownAgent, problems
from services.orchestrator.domain.splitting import LONGEST_ID, MAX_PARTS, SplitRule, split

RULES = {"research": SplitRule("region", 3)}
RESEARCH = TaskSpec(id="market", title="Market", agent_type="research", instructions="Look.", budget_usd=2.0)
PLAN = TaskSpec(id="plan", title="Plan", agent_type="planner", depends_on=("market",))
CITIES = ["Lisbon", "Porto"]


def test_parts_run_side_by_side_and_the_task_itself_merges_them() -> None:
    gated = replace(RESEARCH, gates=(Gate(kind=GateKind.RESULT),), depends_on=("brief",))
    first, second, whole, plan = split([gated, PLAN], {"market": CITIES}, RULES, room=9)
    assert (first.id, first.title, first.depends_on) == ("market-part-1", "Market (Lisbon)", ("brief",))
    assert first.instructions == "Look.\nOnly this part, by region: Lisbon."
    assert second.title == "Market (Porto)"
    assert whole.depends_on == ("brief", "market-part-1", "market-part-2")
    assert (whole.id, whole.gates, first.gates) == ("market", gated.gates, ())
    assert plan == PLAN
    assert first.budget_usd == second.budget_usd == whole.budget_usd == pytest.approx(2 / 3)


def test_more_items_than_parts_are_dealt_out() -> None:
    made = split([RESEARCH], {"market": ["a", "b", "c", "d", " a ", ""]}, RULES, room=9)
    assert [task.title for task in made] == ["Market (a, d)", "Market (b)", "Market (c)", "Market"]


@pytest.mark.parametrize(
    ("task", "items", "room"),
    [
        (RESEARCH, ["Lisbon"], 9),
        (RESEARCH, ["Lisbon", "Lisbon "], 9),
        (RESEARCH, CITIES, 1),
        (replace(RESEARCH, agent_type="planner"), CITIES, 9),
        (replace(RESEARCH, gates=(Gate(kind=GateKind.BEFORE_TASK),)), CITIES, 9),
        (replace(RESEARCH, id="m" * (LONGEST_ID + 1)), CITIES, 9),
    ],
    ids=["one item", "the same twice", "no room", "an agent that cannot", "people are asked before it", "a long id"],
)
def test_what_cannot_be_split_stays_whole(task: TaskSpec, items: list[str], room: int) -> None:
    assert split([task], {task.id: items}, RULES, room=room) == (task,)


def test_a_task_with_parts_already_stays_whole() -> None:
    plan = (replace(RESEARCH, id="market-part-1"), RESEARCH)
    assert split(plan, {"market": CITIES}, RULES, room=9) == plan


@given(st.lists(st.text(max_size=200), max_size=60), st.integers(-3, 1000), st.integers(1, MAX_DRAFTED))
def test_a_sound_plan_stays_sound_whatever_is_asked_for(items: list[str], most: int, tasks: int) -> None:
    agents = {"research": KnownAgent(splits=SplitRule("region", most))}
    before = [replace(RESEARCH, id=f"t{n}", depends_on=(f"t{n - 1}",) if n else ()) for n in range(tasks)]
    bounds = Bounds(agents=agents)
    after = bounds.split(before, {task.id: items for task in before})
    assert problems(after, bounds) == ()
    assert ordered(after)
    assert len(after) <= MAX_DRAFTED
    assert sum(task.id.startswith("t0-part-") for task in after) <= MAX_PARTS
