"""What is compared with what, what is asked for, and how the money is shared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.deliverables import artifact, delivered
from tools.eval.__main__ import main
from tools.eval.carrying_out import Purse
from tools.eval.deliverables import Deliverables, Task, load, write_record
from tools.eval.report import lines
from tools.eval.requests import RequestsError, chosen, read_requests
from tools.eval.results import KEPT, Result, ResultError, Row, keep, last, read, regressions
from tools.eval.rubric import scores


def row(id_: str = "a", *, digest: str = "d", simulated: bool = True, score: float | None = None, **found: str) -> Row:
    findings: dict[str, list[str]] = {"plan": [], "name": []} | {name: [what] for name, what in found.items()}
    return Row(id=id_, digest=digest, state="SUCCEEDED", simulated=simulated, findings=findings,
               scores={} if score is None else {"argument": score})  # fmt: skip


def result(*rows: Row, simulated: bool = True, time: str = "20260101T000000Z") -> Result:
    return Result(time=time, simulated=simulated, rows=list(rows))


def test_what_passed_before_and_fails_now_is_worse() -> None:
    assert regressions(result(row(plan="7 is 8")), result(row())) == ["a: plan passed before: 7 is 8"]
    assert regressions(result(row(plan="7 is 8")), result(row(plan="7 is 9"))) == []
    assert regressions(result(row()), result(row(plan="7 is 9"))) == []


def test_what_was_never_seen_counts_as_passed() -> None:
    assert regressions(result(row(plan="x")), None) == ["a: plan is new and fails: x"]
    assert regressions(result(row(plan="x", digest="new")), result(row(plan="x"))) != []


def test_a_score_that_drops_or_is_gone_is_worse() -> None:
    before = result(row(score=0.8, simulated=False))
    assert regressions(result(row(score=0.75, simulated=False)), before) == []
    assert regressions(result(row(score=0.6, simulated=False)), before) == ["a: argument had 0.80 and has 0.60"]
    assert regressions(result(row(simulated=False)), before) == ["a: argument had 0.80 and has no score"]


def test_the_last_row_of_each_request_is_compared_with_of_the_same_writer(tmp_path: Path) -> None:
    keep(result(row("a"), row("b", plan="old")), tmp_path)
    keep(result(row("a", plan="newer")), tmp_path)
    keep(result(row("a", simulated=False), simulated=False), tmp_path)
    (tmp_path / "20260101T000009Z.json").write_text("{")
    of_a_form_to_come = json.loads(result(row("a")).model_dump_json()) | {"version": 2}
    (tmp_path / "20260101T000010Z.json").write_text(json.dumps(of_a_form_to_come))
    found = last(tmp_path, simulated=True)
    assert found is not None
    assert {each.id: each.failed for each in found.rows} == {"a": ["plan"], "b": ["plan"]}


def test_old_results_are_removed(tmp_path: Path) -> None:
    for _ in range(KEPT + 3):
        newest = keep(result(row()), tmp_path)
    assert len(list(tmp_path.iterdir())) == KEPT
    assert read(newest) == result(row())


def test_what_is_no_result_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(ResultError, match=r"x\.json is no result"):
        read(tmp_path / "x.json")


def test_the_table_says_what_failed_and_what_is_worse() -> None:
    told = "\n".join(lines(result(row(plan="7 is 8")), ["a: plan passed before: 7 is 8"], "the last result"))
    assert "a  plan: 7 is 8" in told
    assert "0 of 1 requests pass every check; 1 of 2 checks passed" in told
    assert "Simulated: written by the offline model" in told


def test_what_lies_on_disk_is_what_was_delivered(tmp_path: Path) -> None:
    made = delivered()
    for each in made.artifacts:
        (tmp_path / each.path).parent.mkdir(exist_ok=True)
        (tmp_path / each.path).write_bytes(each.content or b"")
    write_record(tmp_path, made)
    assert load(tmp_path) == made


@pytest.mark.parametrize(("simulated", "expected"), [(False, {"business_plan/t3/argument": 0.8}), (True, {})])
def test_the_scores_of_a_review_count_unless_it_is_simulated(simulated: bool, expected: dict[str, float]) -> None:
    judged = {"deliverable": "business_plan", "task": "t3", "item": "argument", "score": 0.8}
    review = {"scores": [judged, judged | {"item": "unknown", "score": None}]}
    task = Task(id="t8", agent_type="reviewer", title="Review", succeeded=True, simulated=simulated)
    files = [artifact("t8", "result.json", json.dumps(review))]
    made = Deliverables(request="r", state="SUCCEEDED", simulated=simulated, tasks=[task], artifacts=files)
    assert scores(made) == expected


def test_the_shipped_requests_are_of_different_fields() -> None:
    requests = read_requests()
    assert len(requests) >= 25
    assert len({each.field for each in requests}) >= 18
    assert [each.id for each in chosen(requests, ["fitness-app"], None)] == ["fitness-app"]
    assert len(chosen(requests, [], 3)) == 3
    with pytest.raises(RequestsError, match="no request nothing"):
        chosen(requests, ["nothing"], None)


def test_the_purse_gives_no_more_than_it_holds() -> None:
    purse = Purse(left=3, each=2)
    assert (purse.take(), purse.take(), purse.take()) == (2, 1, 0)
    purse.give_back(2, 0.5)
    assert (purse.left, purse.spent, purse.take()) == (1.5, 0.5, 1.5)


def test_a_real_model_is_asked_only_when_somebody_agrees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "no key")
    assert main(["--limit=3", "--budget=4", f"--out={tmp_path}"]) == 2
    assert "may cost up to 4.00 USD" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--only=nothing"], ["--baseline=nowhere.json"], ["--requests=nowhere.yaml"]])
def test_wrong_words_end_with_2(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, f"--out={tmp_path}"]) == 2
    assert capsys.readouterr().err.startswith("✗ ")
