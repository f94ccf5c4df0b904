"""Whatever happens to a workflow, its numbers are those the orchestrator itself comes to."""

from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import FailedPrecondition
from services.analytics.convert_events import event_from
from services.analytics.domain.events import Event as CountedEvent
from services.analytics.domain.measured import Measured
from services.analytics.domain.reduce import fold, reduce
from services.analytics.domain.tally import TOTAL, Tally
from services.analytics.store.stream import Entry
from services.orchestrator.convert_events import event_to_pb
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide, due
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.events import Event
from services.orchestrator.domain.outcomes import NOTHING
from services.orchestrator.domain.plan import GateKind, Plan
from services.orchestrator.domain.workflow import TaskState, Workflow
from tests.unit.analytics.stories import total
from tests.unit.orchestrator.test_rules_hold import commands_for, plans
from tests.unit.orchestrator.workflows import NOW, plan, spec, submission


def entries(log: list[Event]) -> list[Entry]:
    return [
        Entry(
            f"{sequence}-0",
            {
                b"id": f"wf-1:{sequence}".encode(),
                b"tenant": b"default",
                b"template": b"templates/test@1" if sequence > 1 else b"",
                b"agent_type": b"worker" if getattr(event, "task", "") else b"",
                b"event": event_to_pb("wf-1", sequence, event).SerializeToString(),
            },
        )
        for sequence, event in enumerate(log, start=1)
    ]


def sensible(workflow: Workflow, commands: list[cmd.Command]) -> list[cmd.Command]:
    """Commands that get a workflow on: chosen often, so that much happens in few steps."""
    wanted = due(workflow, NOW)
    reports = (cmd.Succeed, cmd.Fail, cmd.Refuse, cmd.ConfirmCancel)
    running = {(attempt.task, attempt.attempt) for attempt in wanted.running}
    return [
        command
        for command in commands
        if isinstance(command, cmd.Resume | cmd.OpenApproval | cmd.ResolveApproval)
        or (isinstance(command, cmd.StartTask) and command.task in wanted.starts)
        or (isinstance(command, reports) and (command.task, command.attempt) in running)
    ]


@st.composite
def reviews(draw: st.DrawFn) -> Plan:
    """Graphs in which most tasks read others, some of them with a gate behind."""
    specs = []
    for index in range(draw(st.integers(3, 6))):
        needs = {index - 1, draw(st.integers(0, index - 1))} if index else set()
        gate = draw(st.sampled_from([None, None, GateKind.RESULT]))
        specs.append(spec(f"t{index}", *(f"t{need}" for need in sorted(needs)), gate=gate, max_attempts=2))
    return plan(*specs)


def reviewed(plan: Plan, data: st.DataObject) -> tuple[Workflow, list[Event]]:
    """A history in which a result sends back what its task has read, as often as not."""
    begun = submit(submission())
    adopted = decide(begun.workflow, cmd.AdoptPlan(plan=plan, title="A bakery"), NOW)
    log, workflow = [*begun.events, *adopted.events], adopted.workflow
    for step in range(1, 60):
        wanted = due(workflow, NOW)
        running = {(attempt.task, attempt.attempt) for attempt in wanted.running}
        choices: dict[type, list[cmd.Command]] = {}
        for command in commands_for(workflow, step):
            if (
                isinstance(command, cmd.OpenApproval | cmd.ResolveApproval | cmd.Tick)
                or (isinstance(command, cmd.StartTask) and command.task in wanted.starts)
                or (
                    isinstance(command, cmd.Succeed | cmd.MakeProgress | cmd.Fail)
                    and (command.task, command.attempt) in running
                )
            ):
                choices.setdefault(type(command), []).append(command)
        kind = data.draw(st.sampled_from(list(choices)), label="kind")
        now = NOW + timedelta(minutes=step)
        decision = decide(workflow, data.draw(st.sampled_from(choices[kind]), label="command"), now)
        log += decision.events
        workflow = decision.workflow
    return workflow, log


def history(plan: Plan, data: st.DataObject) -> tuple[Workflow, list[Event]]:
    begun = submit(submission())
    adopted = decide(begun.workflow, cmd.AdoptPlan(plan=plan, title="A bakery"), NOW)
    log, workflow, now = [*begun.events, *adopted.events], adopted.workflow, NOW
    for step in range(data.draw(st.integers(5, 40), label="steps")):
        choices = commands_for(workflow, step)
        if data.draw(st.integers(0, 9), label="any") > 1:
            choices = sensible(workflow, choices) or choices
        command = data.draw(st.sampled_from(choices), label="command")
        now += timedelta(seconds=data.draw(st.sampled_from([0, 1, 100])))
        with suppress(FailedPrecondition):
            decision = decide(workflow, command, now)
            log += decision.events
            workflow = decision.workflow
    return workflow, log


def agreeing(workflow: Workflow, log: list[Event]) -> tuple[list[CountedEvent], Measured, Tally]:
    """The events as they are counted and what they come to, which is what the orchestrator has booked."""
    events = [event_from(entry)[2] for entry in entries(log)]
    measured, tally = fold(None, events)
    assert measured is not None
    booked = sum((task.usage for task in workflow.tasks.values()), NOTHING)  # what runs is counted when it ends
    for ours, theirs in ((measured.usage, booked), (measured.waste, workflow.waste)):
        assert (ours.output_tokens, ours.calls) == (theirs.output_tokens, theirs.calls)
        assert ours.cost_nano == round(theirs.priced_usd * 1e9)
        assert (ours.cost_usd is None) == (theirs.cost_usd is None)
    return events, measured, tally


@given(plan=plans(), data=st.data())
@settings(max_examples=150)
def test_usage_waste_and_attempts_agree(plan: Plan, data: st.DataObject) -> None:
    workflow, log = history(plan, data)
    events, measured, tally = agreeing(workflow, log)
    running = sum(task.state is TaskState.RUNNING for task in workflow.tasks.values())
    numbers = total(tally)
    assert numbers.attempts.running == measured.attempts.running == (0 if workflow.end else running)
    assert numbers.workflows.running == (workflow.end is None)
    assert numbers.workflows.ended == (workflow.end is not None)
    assert numbers.usage == measured.usage
    assert (measured.waited_for_people > 0 or not measured.approvals) or measured.people_since is not None

    # Cut anywhere and told again with overlap, the sum is the same.
    cut = data.draw(st.integers(0, len(events)), label="cut")
    overlap = data.draw(st.integers(0, cut), label="overlap")
    some, together = fold(None, events[:cut])
    again, rest = fold(some, events[overlap:])
    together.merge(rest)
    assert again == measured
    assert together.counts == tally.counts
    assert together.outcomes == tally.outcomes


@given(plan=reviews(), data=st.data())
@settings(max_examples=150)
def test_they_agree_on_what_reviews_send_back(plan: Plan, data: st.DataObject) -> None:
    workflow, log = reviewed(plan, data)
    agreeing(workflow, log)


@given(plan=plans(), data=st.data())
@settings(max_examples=50)
def test_no_counter_is_ever_negative(plan: Plan, data: st.DataObject) -> None:
    _, log = history(plan, data)
    measured, whole = None, Tally()
    for entry in entries(log):
        measured, added = reduce(measured, event_from(entry)[2])
        whole.merge(added)
        negative = {name: value for counts in whole.counts.values() for name, value in counts.items() if value < 0}
        assert not negative
        assert whole.counts[TOTAL]["workflows.running"] in (0, 1)
