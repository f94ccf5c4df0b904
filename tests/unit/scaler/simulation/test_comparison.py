"""Several autoscalers on the same loads, the gate, and the picture."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from services.scaler.simulation.comparison import OURS, RULES, Comparison, compare, plays
from services.scaler.simulation.gate import AGAINST, checks
from services.scaler.simulation.loads import synthetic
from services.scaler.simulation.picture import picture
from services.scaler.simulation.setting import Setting
from services.scaler.strategies.utilization import Utilization
from tests.unit.scaler.situations import policy


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(
        [synthetic("fan-out", seed=seed, hours=1) for seed in (1, 2)],
        list(RULES),
        policy=policy(max_replicas=40),
        strategy=Utilization(),
        setting=Setting(cold_start_spread=0.2),
        graces=(30.0, 330.0),
    )


def test_all_do_the_same_work(comparison: Comparison) -> None:
    assert len({row.tasks for row in comparison.rows}) == 1
    labels = [row.label for row in comparison.rows]
    assert labels[0] == OURS
    assert {"kpa, grace 30 s", "kpa, grace 330 s", "static", "oracle"} < set(labels)
    assert plays(list(RULES), (30.0, 330.0)) == len(labels) - 1


def test_nobody_beats_the_oracle(comparison: Comparison) -> None:
    bound = next(row for row in comparison.rows if row.name == "oracle")
    assert all(row.pod_hours >= bound.pod_hours for row in comparison.rows)


def test_only_those_that_delete_what_is_busy_kill(comparison: Comparison) -> None:
    killed = {row.label: row.killed_tasks for row in comparison.rows}
    assert killed[OURS] == killed["static"] == killed["kpa, grace 330 s"] == 0
    assert killed["kpa, grace 30 s"] > 0


def test_the_gate_names_what_does_not_hold(comparison: Comparison) -> None:
    cheapest = min(row.pod_hours for row in comparison.rows if row.name in AGAINST and not row.killed_tasks)

    def judged(wait: float, killed: int, pod_hours: float) -> list[bool]:
        rows = tuple(
            replace(row, wait_p95=wait, killed_tasks=killed, pod_hours=pod_hours) if row.name == OURS else row
            for row in comparison.rows
        )
        return [check.holds for check in checks(replace(comparison, rows=rows))]

    assert judged(0.0, 0, cheapest * 1.19) == [True, True, True]
    assert judged(99.0, 1, cheapest * 1.21) == [False, False, False]
    assert not checks(replace(comparison, load=replace(comparison.load, name="poisson")))


def test_the_picture_is_a_drawing_with_a_line_for_each(comparison: Comparison) -> None:
    drawn = picture(replace(comparison, load=replace(comparison.load, name="<fan & out>")))
    root = ElementTree.fromstring(drawn)
    words = "".join(root.itertext())
    assert "<fan & out>" in words
    assert "HeyJarvis" in words
    strokes = {path.get("stroke") for path in root.iter("{http://www.w3.org/2000/svg}path")}
    assert len(strokes - {None}) == 6
    assert "nan" not in drawn
