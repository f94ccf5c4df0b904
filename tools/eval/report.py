"""The result as people read it: a line per request, a column per check, then the findings and what became worse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.eval.results import Result, Row

_PASSED, _FAILED, _UNSEEN = "·", "✗", " "
_WIDEST = 240


def lines(result: Result, regressions: Sequence[str], compared_with: str) -> Iterator[str]:
    """The whole report."""
    checks = list(dict.fromkeys(name for row in result.rows for name in row.findings))
    wide = max((len(row.id) for row in result.rows), default=0)
    scored = any(row.scores for row in result.rows)
    head = f"{'request':<{wide}}  {'seconds':>7}  {'cost':>7}  " + "  ".join(checks) + ("  rubric" if scored else "")
    yield head
    yield "─" * len(head)
    yield from (_line(row, checks, wide, scored=scored) for row in result.rows)
    yield ""
    for row in result.rows:
        yield from _findings(row)
    yield from _summary(result, regressions, compared_with)


def _line(row: Row, checks: Sequence[str], wide: int, *, scored: bool) -> str:
    marks = "  ".join(f"{_mark(row, name):^{len(name)}}" for name in checks)
    cost = "?" if row.cost_usd is None else f"${row.cost_usd:.3f}"
    mean = f"  {sum(row.scores.values()) / len(row.scores):6.2f}" if row.scores else ""
    return f"{row.id:<{wide}}  {row.seconds:>7.1f}  {cost:>7}  {marks}{mean if scored else ''}".rstrip()


def _mark(row: Row, name: str) -> str:
    if name not in row.findings:
        return _UNSEEN
    return _FAILED if row.findings[name] else _PASSED


def _findings(row: Row) -> Iterator[str]:
    if row.problem:
        yield f"  {row.id}: {row.problem[:_WIDEST]}"
    for name in row.failed:
        for finding in row.findings[name]:
            yield f"  {row.id}  {name}: {finding[:_WIDEST]}"


def _summary(result: Result, regressions: Sequence[str], compared_with: str) -> Iterator[str]:
    good = sum(not row.failed for row in result.rows)
    looks = sum(len(row.findings) for row in result.rows)
    bad = sum(len(row.failed) for row in result.rows)
    yield (
        f"{good} of {len(result.rows)} requests pass every check; {looks - bad} of {looks} checks passed; "
        f"${result.cost_usd:.2f}"
    )
    if result.simulated:
        yield "Simulated: written by the offline model, not by Claude. The cost is simulated too."
    yield f"Compared with {compared_with}: {'nothing is worse' if not regressions else 'worse are'}"
    yield from (f"  ✗ {line[:_WIDEST]}" for line in regressions)
