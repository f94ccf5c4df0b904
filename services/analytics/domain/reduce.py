"""What an event adds: `reduce(workflow, event) -> (workflow, tally)`.

One small function per kind of event, found by kind. An event that was counted before (its sequence is not above the
workflow's) changes nothing and adds nothing. Every attempt that starts is in exactly one of running, succeeded, failed
and cancelled at any time, and so is every workflow; what turns out not to count (a refused start, the end of a workflow
that goes on) is taken back. When measuring begins in the middle of a workflow, what was not seen is not guessed: what
it still consumes counts, durations without a beginning do not.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from services.analytics.domain.consumption import NOTHING
from services.analytics.domain.events import Event, Kind, Outcome
from services.analytics.domain.measured import NO_MONEY, PAUSED, Measured
from services.analytics.domain.step import Step
from services.analytics.domain.tally import TOTAL, Series, Tally

MOST_ASKS = 100
"""Open questions remembered of a task; of more, the oldest are forgotten."""


def reduce(before: Measured | None, event: Event) -> tuple[Measured, Tally]:
    """The workflow after the event, and what the event adds."""
    if before is not None and event.sequence <= before.sequence:
        return before, Tally()
    step = Step(before or Measured(sequence=0, last=event.time), event)
    if before is None:
        step.tally.add((TOTAL,), "workflows.running")
    step.adopt_template()
    handler = _ON.get(event.kind)
    if handler is not None:
        handler(step, event)
    step.tally.reach((TOTAL,), "as_of", event.time)
    after = replace(step.workflow, sequence=event.sequence, last=max(event.time, step.workflow.last))
    return after, step.tally


def fold(before: Measured | None, events: Iterable[Event]) -> tuple[Measured | None, Tally]:
    """The workflow after some events, and what they add together."""
    workflow, tally = before, Tally()
    for event in events:
        workflow, added = reduce(workflow, event)
        tally.merge(added)
    return workflow, tally


def forget(workflow: Measured) -> Tally:
    """What to add when an unfinished workflow is given up on: it is not running any more, and nobody knows its end."""
    step = Step(workflow, Event(sequence=workflow.sequence, time=workflow.last, kind=Kind.OTHER))
    if workflow.ended is None:
        step.tally.add(step.of_workflow, "workflows.running", -1)
        for task in workflow.tasks.values():
            if task.running_since is not None:
                step.tally.add(step.of_agent(task.agent_type), "attempts.running", -1)
    return step.tally


def _submitted(step: Step, event: Event) -> None:
    step.set(submitted=event.time)


def _drafted(step: Step, event: Event) -> None:
    """The planner's model was asked: that is of no task and no agent, and a refused draft is waste."""
    step.spend(event.usage, "", wasted=event.failed)


def _ended(step: Step, event: Event) -> None:
    if event.outcome is None:
        return
    step.reopen()
    for id in step.workflow.tasks:
        # Nothing runs or waits in a workflow that is over, whatever was not told of it.
        inside = step.inside(id)
        inside.end_attempt(Outcome.CANCELLED)
        inside.set_task(ready_since=None, quiet_until=0)
        step.take_over(inside)
    step.wait_for_people(())
    step.tally.add(step.of_workflow, "workflows.running", -1)
    step.tally.add(step.of_workflow, f"workflows.{event.outcome.value}")
    step.tally.measure(step.of_workflow, "people", step.workflow.waited_for_people)
    sample = None
    if event.outcome is Outcome.SUCCEEDED and step.workflow.submitted is not None:
        sample = max(event.time - step.workflow.submitted - step.workflow.rested, 0)
        step.tally.measure(step.of_workflow, "duration", sample)
    step.set(ended=event.time, outcome=event.outcome, sample=sample, holds=(), held_since=None)


def _approval_requested(step: Step, event: Event) -> None:
    if event.approval and event.approval not in step.workflow.approvals:
        step.wait_for_people((*step.workflow.approvals, event.approval))
    if event.holds and not event.task:
        step.hold(event.approval)
    if event.before_task and event.task:
        step.set_task(ready_since=None)


def _approval_decided(step: Step, event: Event) -> None:
    _approval_withdrawn(step, event)
    if event.before_task and event.task and event.approved and step.task.running_since is None:
        step.set_task(ready_since=event.time)


def _approval_withdrawn(step: Step, event: Event) -> None:
    step.wait_for_people(tuple(name for name in step.workflow.approvals if name != event.approval))
    step.release(event.approval)


def _readied(step: Step, event: Event) -> None:
    step.set_task(ready_since=event.time, quiet_until=0)


def _started(step: Step, event: Event) -> None:
    step.end_attempt(Outcome.CANCELLED)
    task = step.task
    agent = (Series("agent", task.agent_type),)
    wait = None
    if task.ready_since is not None:
        wait = max(event.time - task.ready_since, 0)
        step.tally.measure(agent, "wait", wait)
    step.move_attempt(task.agent_type, "running")
    step.tally.reach(agent, "last_start", event.time)
    step.set_task(
        attempts=task.attempts + 1,
        first_start=event.time if task.first_start is None else task.first_start,
        wait=task.wait + (wait or 0),
        wait_before_start=wait,
        ready_since=None,
        running_since=event.time,
        quiet_until=event.quiet_until,
        spent=NOTHING,
    )


def _refused(step: Step, event: Event) -> None:
    task = step.task
    if task.running_since is None:
        return
    wait = task.wait_before_start
    step.move_attempt(task.agent_type, "running", -1)
    if wait is not None:
        step.tally.unmeasure((Series("agent", task.agent_type),), "wait", wait)
    step.set_task(
        attempts=task.attempts - 1,
        first_start=task.first_start if task.attempts > 1 else None,
        wait=task.wait - (wait or 0),
        wait_before_start=None,
        # It has waited all along: the start was none.
        ready_since=task.running_since - (wait or 0),
        running_since=None,
        quiet_until=0,
    )


def _asked(step: Step, event: Event) -> None:
    asks = {**step.task.asks, event.ask_id: event.asked_type}
    step.set_task(asks=dict(list(asks.items())[-MOST_ASKS:]))


def _answered(step: Step, event: Event) -> None:
    asks = dict(step.task.asks)
    step.spend(event.usage, asks.pop(event.ask_id, "") or step.task.agent_type, wasted=event.failed)
    step.set_task(asks=asks)


def _made(step: Step, event: Event) -> None:
    """A result is there. One that is only edited, or approved after it was delivered, is booked already."""
    if not event.with_result:
        return
    unseen = step.task.attempts == 0
    if step.end_attempt(Outcome.SUCCEEDED) or unseen:
        step.spend(event.usage, step.task.agent_type, wasted=False)
        step.set_task(result_usage=event.usage)


def _succeeded(step: Step, event: Event) -> None:
    _made(step, event)
    # Another result stands in place of the one that was sent back.
    step.waste(step.task.earlier_usage or NOTHING, step.task.agent_type)
    step.set_task(earlier_usage=None)


def _lost_attempt(step: Step, event: Event) -> None:
    step.end_attempt(Outcome.FAILED)
    step.spend(event.usage, step.task.agent_type, wasted=True)
    step.set_task(ready_since=None, quiet_until=event.quiet_until)


def _cancelled(step: Step, event: Event) -> None:
    step.end_attempt(Outcome.CANCELLED)
    step.spend(event.usage, step.task.agent_type, wasted=True)
    stands = step.task.earlier_usage if step.task.result_usage is None else step.task.result_usage
    step.set_task(ready_since=None, quiet_until=0, result_usage=stands, earlier_usage=None)


def _came_back(step: Step, event: Event) -> None:
    """An attempt that was over told what it had consumed; maybe long after the end."""
    step.spend(event.usage, step.task.agent_type, wasted=True)


def _skipped(step: Step, event: Event) -> None:
    step.set_task(ready_since=None, quiet_until=0, earlier_usage=None)


def _reset(step: Step, event: Event) -> None:
    step.reopen()
    step.end_attempt(Outcome.CANCELLED)
    # A result that is thrown away was paid for: it is waste now.
    step.waste(step.task.result_usage or NOTHING, step.task.agent_type)
    step.set_task(ready_since=None, result_usage=None, quiet_until=0)


def _revision_requested(step: Step, event: Event) -> None:
    """Results wait whether they are made again. What runs on them is stopped: all it said it consumed is waste."""
    for id in event.tasks:
        task = step.workflow.task(id)
        inside = step.inside(id)
        if inside.end_attempt(Outcome.CANCELLED):
            inside.spend(task.spent, task.agent_type, wasted=True)
        inside.set_task(ready_since=None, quiet_until=0, result_usage=None, earlier_usage=task.result_usage)
        step.take_over(inside)


def _kept(step: Step, event: Event) -> None:
    """What was made before stands; an attempt to make it again, or a newer result that people refused, is waste."""
    step.end_attempt(Outcome.FAILED)
    step.spend(event.usage, step.task.agent_type, wasted=True)
    step.waste(step.task.result_usage or NOTHING, step.task.agent_type)
    step.set_task(ready_since=None, quiet_until=0, result_usage=step.task.earlier_usage, earlier_usage=None)


_ON: dict[Kind, Callable[[Step, Event], None]] = {
    Kind.SUBMITTED: _submitted,
    Kind.PLAN_DRAFTED: _drafted,
    Kind.PAUSED: lambda step, _: step.hold(PAUSED),
    Kind.RESUMED: lambda step, _: step.release(PAUSED),
    Kind.HELD: lambda step, _: step.hold(NO_MONEY),
    Kind.RELEASED: lambda step, _: step.release(NO_MONEY),
    Kind.CANCEL_REQUESTED: lambda step, _: step.release(PAUSED),
    Kind.ENDED: _ended,
    Kind.APPROVAL_REQUESTED: _approval_requested,
    Kind.APPROVAL_DECIDED: _approval_decided,
    Kind.APPROVAL_WITHDRAWN: _approval_withdrawn,
    Kind.READIED: _readied,
    Kind.STARTED: _started,
    Kind.REFUSED: _refused,
    Kind.PROGRESSED: lambda step, event: step.set_task(spent=event.usage),
    Kind.ASKED: _asked,
    Kind.ANSWERED: _answered,
    Kind.DELIVERED: _made,
    Kind.SUCCEEDED: _succeeded,
    Kind.RETRY_SCHEDULED: _lost_attempt,
    Kind.FAILED: _lost_attempt,
    Kind.SKIPPED: _skipped,
    Kind.CANCELLED: _cancelled,
    Kind.CAME_BACK: _came_back,
    Kind.RESET: _reset,
    Kind.REVISION_REQUESTED: _revision_requested,
    Kind.KEPT: _kept,
}
