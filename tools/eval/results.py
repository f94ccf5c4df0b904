"""What an evaluation found, as it is kept: a JSON file for each, the newest of which the next one is compared with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.eval.checks import look
from tools.eval.deliverables import Deliverables, load
from tools.eval.requests import Request
from tools.eval.rubric import scores

KEPT = 20
"""So many results are kept; older ones are removed."""
_NAME = re.compile(r"\d{8}T\d{6}Z(-\d+)?\.json")


class ResultError(Exception):
    """A file that was named is no result of an evaluation; the message says why."""


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)


class Row(_Kept):
    """What was found about one request."""

    id: str
    digest: str
    """Of the request and what is expected of it; rows of other digests are not compared."""
    state: str
    """State of the workflow; NOT RUN when there is none."""
    problem: str = ""
    """Why there is none, or why it was cancelled."""
    simulated: bool
    seconds: float = 0.0
    cost_usd: float | None = None
    findings: dict[str, list[str]] = Field(default_factory=dict)
    """Of every check that was made, by its name; an empty list means that it passed."""
    scores: dict[str, float] = Field(default_factory=dict)
    """The reviewer's, by item, 0 to 1."""

    @property
    def failed(self) -> list[str]:
        """Names of the checks that found something."""
        return [name for name, found in self.findings.items() if found]


class Result(_Kept):
    """One evaluation."""

    version: Literal[1] = 1
    """Of this form; what is of another is not compared with."""
    time: str
    simulated: bool
    """Whether the offline model wrote."""
    rows: list[Row]

    @property
    def cost_usd(self) -> float:
        """What all of it cost, as far as known."""
        return sum(row.cost_usd or 0.0 for row in self.rows)


def judged(folder: Path, request: Request, problem: str = "") -> Row:
    """Looks at what lies in a folder. What is not there or cannot be read is a row that says so."""
    try:
        made = load(folder)
    except (OSError, ValueError, TypeError, KeyError) as error:
        return not_run(request, problem or f"nothing to look at: {error}", simulated=True)
    return _row(made, request, problem)


def not_run(request: Request, problem: str, *, simulated: bool) -> Row:
    """A request without a dossier."""
    found = {"complete": [problem]}
    return Row(
        id=request.id, digest=request.digest, state="NOT RUN", problem=problem, simulated=simulated, findings=found
    )


def _row(made: Deliverables, request: Request, problem: str) -> Row:
    found = {name: [str(each) for each in findings] for name, findings in look(made, request).items()}
    return Row(
        id=request.id,
        digest=request.digest,
        state=made.state,
        problem=problem,
        simulated=made.simulated,
        seconds=made.seconds,
        cost_usd=made.cost_usd,
        findings=found,
        scores=scores(made),
    )


def now() -> str:
    """UTC, to the second."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


def keep(result: Result, folder: Path) -> Path:
    """Writes it beside the earlier ones, removes those beyond `KEPT`, says where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / f"{result.time}.json", 2
    while path.exists():
        path, number = folder / f"{result.time}-{number}.json", number + 1
    path.write_text(result.model_dump_json(indent=1) + "\n", "utf-8")
    for old in _kept(folder)[KEPT:]:
        old.unlink(missing_ok=True)
    return path


def read(path: Path) -> Result:
    """Raises ResultError."""
    try:
        return Result.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ResultError(f"{path} is no result of an evaluation: {error}") from error


def last(folder: Path, *, simulated: bool) -> Result | None:
    """The last row of each request over all kept results of the same kind of writer; None when there is none.

    So a run of three requests does not make the next full run forget the other twenty-two.
    """
    rows: dict[str, Row] = {}
    newest = ""
    for result in _readable(_kept(folder)):
        if result.simulated == simulated:
            newest = newest or result.time
            for row in result.rows:
                rows.setdefault(row.id, row)
    return Result(time=newest, simulated=simulated, rows=list(rows.values())) if rows else None


def _readable(paths: Sequence[Path]) -> Iterator[Result]:
    for path in paths:
        try:
            yield read(path)
        except ResultError:  # half written, or of a version to come
            continue


def _kept(folder: Path) -> list[Path]:
    """Newest first."""
    found = [path for path in folder.glob("*.json") if _NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def regressions(result: Result, before: Result | None) -> list[str]:
    """What was better before, a line each. What has not been seen before counts as if all its checks had passed."""
    earlier = {(row.id, row.digest): row for row in before.rows} if before else {}
    return [line for row in result.rows for line in _worse(row, earlier.get((row.id, row.digest)))]


SLACK = 0.1
"""A score moves so far without anything having changed: a model does not judge twice alike."""


def _worse(row: Row, before: Row | None) -> Iterator[str]:
    known: Mapping[str, list[str]] = before.findings if before else {}
    for name in row.failed:
        if not known.get(name):
            since = "passed before" if name in known else "is new and fails"
            yield f"{row.id}: {name} {since}: {row.findings[name][0]}"
    for item, score in before.scores.items() if before else ():
        now_ = row.scores.get(item)
        if not row.simulated and now_ is None:
            yield f"{row.id}: {item} had {score:.2f} and has no score"
        elif now_ is not None and now_ < score - SLACK:
            yield f"{row.id}: {item} had {score:.2f} and has {now_:.2f}"
