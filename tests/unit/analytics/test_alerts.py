"""Alerts: when they begin, change and end."""

from collections.abc import Iterable
from itertools import count

from services.analytics.domain.alerts import (
    AgentFacts,
    Alert,
    Bounds,
    Facts,
    Severity,
    SilentWorkflow,
    found,
    next_alerts,
)

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND
BOUNDS = Bounds()


def ago(seconds: float) -> int:
    return NOW - int(seconds * SECOND)


def failing(succeeded: int, failed: int, *, last: float = 1, firing: Iterable[str] = ()) -> list[Severity]:
    outcomes = [True] * succeeded + [False] * failed
    facts = AgentFacts(agent_type="branding", outcomes=outcomes, last_outcome=ago(last))
    return [finding.severity for finding in found(Facts(now=NOW, agents=[facts]), BOUNDS, firing)]


def test_an_agent_that_fails_too_often() -> None:
    assert failing(9, 11) == [Severity.WARNING]
    assert failing(2, 18) == [Severity.CRITICAL]
    assert failing(10, 10) == []
    assert failing(0, 9) == [], "too few to tell"
    assert failing(0, 20, last=7200) == [], "nobody uses it any more"


def test_it_ends_only_when_it_is_clearly_better() -> None:
    firing = {"failing:branding"}
    assert failing(11, 9) == []
    assert failing(11, 9, firing=firing) == [Severity.WARNING]
    assert failing(12, 8, firing=firing) == []


def test_tasks_that_nobody_takes() -> None:
    def unserved(waiting: float | None, started: float | None) -> list[str]:
        facts = AgentFacts(
            agent_type="dossier",
            waiting_since=None if waiting is None else ago(waiting),
            last_start=0 if started is None else ago(started),
        )
        return [finding.key for finding in found(Facts(now=NOW, agents=[facts]), BOUNDS, ())]

    assert unserved(61, None) == ["unserved:dossier"]
    assert unserved(600, 61) == ["unserved:dossier"]
    assert unserved(600, 30) == [], "it is busy, not absent"
    assert unserved(59, None) == []
    assert unserved(None, 5000) == []


def test_a_workflow_without_events_unless_something_explains_it() -> None:
    def stuck(last: float, quiet_until: float | None = None) -> int:
        quiet = 0 if quiet_until is None else NOW + int(quiet_until * SECOND)
        silent = [SilentWorkflow(id="w1", last=ago(last), quiet_until=quiet)]
        return len(found(Facts(now=NOW, silent=silent), BOUNDS, ()))

    assert stuck(601) == 1
    assert stuck(599) == 0
    assert stuck(5000, quiet_until=60) == 0, "its attempt may still run"
    assert stuck(5000, quiet_until=-601) == 1


def test_numbers_that_are_behind() -> None:
    assert [f.subject for f in found(Facts(now=NOW, lag=1001), BOUNDS, ())] == ["analytics"]
    assert found(Facts(now=NOW, lag=1000, oldest_lag=ago(1)), BOUNDS, ()) == []
    assert len(found(Facts(now=NOW, lag=1, oldest_lag=ago(61)), BOUNDS, ())) == 1
    assert len(found(Facts(now=NOW, lag=600), BOUNDS, {"late:analytics"})) == 1


def test_one_rule_raises_a_bounded_number() -> None:
    silent = [SilentWorkflow(id=f"w{n}", last=ago(5000)) for n in range(500)]
    assert len(found(Facts(now=NOW, silent=silent), BOUNDS, ())) == BOUNDS.most


def test_an_alert_begins_changes_and_ends_once() -> None:
    ids = (f"a{n}" for n in count())
    firing: dict[str, Alert] = {}

    def look(succeeded: int, now: int) -> list[Alert]:
        outcomes = [True] * succeeded + [False] * (20 - succeeded)
        facts = Facts(now=now, agents=[AgentFacts(agent_type="branding", outcomes=outcomes, last_outcome=now)])
        changes = next_alerts(firing, found(facts, BOUNDS, firing), now, ids.__next__)
        for alert in changes:
            if alert.end is None:
                firing[alert.key] = alert
            else:
                del firing[alert.key]
        return changes

    (begun,) = look(9, NOW)
    assert (begun.id, begun.severity, begun.start, begun.end) == ("a0", Severity.WARNING, NOW, None)
    assert look(8, NOW + 1) == [], "still the same"
    (worse,) = look(2, NOW + 2)
    assert (worse.id, worse.severity, worse.start) == ("a0", Severity.CRITICAL, NOW)
    (ended,) = look(20, NOW + 3)
    assert (ended.id, ended.end) == ("a0", NOW + 3)
    assert look(20, NOW + 4) == []
    (again,) = look(1, NOW + 5)
    assert again.id == "a1"
