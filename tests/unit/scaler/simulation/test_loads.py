"""Loads by a seed, loads from a file, and what nobody can beat on them."""

import random

import pytest

from services.scaler.simulation import oracle
from services.scaler.simulation.load import Job, Task, load_of, single
from services.scaler.simulation.loads import FAN, NAMES, synthetic
from services.scaler.simulation.traces import TraceError, azure_functions

HEAD = "app,func,end_timestamp,duration"


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_load(name: str) -> None:
    load = synthetic(name, seed=1, hours=2)
    assert load == synthetic(name, seed=1, hours=2)
    assert load != synthetic(name, seed=2, hours=2)
    assert [job.arrival for job in load.jobs] == sorted(job.arrival for job in load.jobs)
    assert all(0 <= job.arrival < 7200 for job in load.jobs)
    assert all(5 <= task.duration <= 300 for job in load.jobs for task in job.tasks)


def test_the_loads_are_what_they_are_called() -> None:
    def between(name: str, start: float, end: float) -> int:
        return sum(start <= job.arrival < end for job in synthetic(name, seed=1, hours=4).jobs)

    assert between("step", 3600, 7200) > 4 * between("step", 0, 3600)
    assert between("ramp", 10_800, 14_400) > 3 * between("ramp", 0, 3600)
    assert between("on-off", 300, 900) == 0
    assert between("on-off", 900, 1200) > 200
    assert between("spike", 1800, 1920) > 10 * between("spike", 1600, 1720)
    assert between("flash-crowd", 5760, 6360) > 5 * between("flash-crowd", 4800, 5400)
    assert 5 < between("rare", 0, 14_400) < 35
    fan = synthetic("fan-out", seed=1, hours=4).jobs[0]
    assert [task.after for task in fan.tasks] == [(), *[(0,)] * FAN]


def test_nobody_can_do_with_less_than_the_tasks_fill() -> None:
    load = load_of("two", [single(0, 10), Job(5.0, (Task(5.0), Task(10.0, after=(0,))))], lasts=40)
    assert oracle.need(load, 1) == ((0.0, 1), (5.0, 2), (10.0, 1), (20.0, 0))
    assert oracle.pod_hours(oracle.need(load, 1), 40) == pytest.approx(25 / 3600)
    assert oracle.pod_hours(oracle.need(load, 2, least=1), 40) == pytest.approx(40 / 3600)
    assert oracle.most_of_the_time(oracle.need(load, 1), 40, 0.99) == 2


def test_a_trace_of_invocations_is_a_load() -> None:
    lines = [HEAD, "a,f,100.5,0.5", "a,g,160,30", "b,h,110,0", "a,f,9000,1"]
    trace = azure_functions("azure", lines, hours=1)
    assert [(job.arrival, job.tasks[0].duration) for job in trace.load.jobs] == [(0, 0.5), (10, 0.001), (30, 30)]
    assert (trace.lines, trace.outside, trace.bad) == (4, 1, 0)
    assert trace.load.lasts == 3600


def test_columns_may_stand_elsewhere_and_tabs_between_them() -> None:
    lines = ["duration\tend_timestamp\tfunc\tapp\textra", "2\t12\tf\ta\tx", "3\t13\tf\tb\tx"]
    trace = azure_functions("azure", lines, hours=1, app="b")
    assert [(job.arrival, job.tasks[0].duration) for job in trace.load.jobs] == [(0, 3)]


def test_bad_lines_are_left_out_and_told_with_their_number() -> None:
    lines = [HEAD, "a,f,10,1", "a,f,ten,1", "", "a,f", "a,f,11,-1", "a,f,nan,1", *(f"a,f,{n},1" for n in range(12, 20))]
    trace = azure_functions("azure", lines, hours=1)
    assert trace.bad == 4
    assert [(bad.number, bad.reason) for bad in trace.told] == [
        (3, "end_timestamp is 'ten', which is no number"),
        (5, "has 2 columns; 4 are needed"),
        (6, "duration is '-1'; it must be a number of seconds"),
        (7, "end_timestamp is 'nan'; it must be a number of seconds"),
    ]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "line 1 must name the columns"),
        (["time,value", "1,2"], "line 1 must name the columns app, func, end_timestamp, duration; it is 'time,value'"),
        ([HEAD], "has no invocation in this window"),
        ([HEAD, "x", "y", "a,f,1,1"], "2 of 3 lines make no sense; line 2: has 1 columns"),
        ([HEAD, *["a,f,1,1"] * 6], "has more than 5 tasks in 1 h"),
    ],
)
def test_what_is_no_trace_is_refused(lines: list[str], told: str) -> None:
    with pytest.raises(TraceError, match=told):
        azure_functions("azure", lines, hours=1, most=5)


def test_a_long_file_is_read_line_by_line() -> None:
    chance = random.Random(1)
    lines = (f"a,f,{number},{chance.random()}" if number else HEAD for number in range(200_000))
    trace = azure_functions("azure", lines, hours=0.1, most=1000)
    assert trace.load.tasks == 360
    assert trace.outside == 199_999 - 360
