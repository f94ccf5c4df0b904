"""Owners come, go and come back; agents repeat themselves; time jumps: the run log stays true.

The machine keeps what Redis would keep, as bytes: the state, the run log, the epoch. Two orchestrators work on copies,
each of which may be stale, and step the way the store lets them. Attempts live outside of both: what was started on
record may report at any time, late and more than once. Judged is the run log alone.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chassis.errors import FailedPrecondition
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide, due, replay
from services.orchestrator.domain import events as ev
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.durations import Durations
from services.orchestrator.domain.outcomes import NOTHING, Failure, FailureClass
from services.orchestrator.domain.plan import Fallback
from services.orchestrator.domain.timeouts import TimeoutPolicy
from services.orchestrator.domain.workflow import TaskState, Workflow, WorkflowState
from services.orchestrator.store.codec import decode_event, decode_workflow, encode_event, encode_workflow
from tests.unit.orchestrator.workflows import NOW, plan, result, spec, submission

BUDGET = 2
OWNERS = st.sampled_from(["one", "two"])
TASKS = st.sampled_from(["a", "b", "c"])
PATIENT = TimeoutPolicy(default=timedelta(minutes=10), factor=3.0, floor=timedelta(minutes=1))


@dataclass
class Copy:
    """A workflow as an orchestrator believes it to be."""

    workflow: Workflow
    epoch: int


class Owners(RuleBasedStateMachine):
    """Two orchestrators, one workflow, three tasks of which the last needs the others."""

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.epoch = 0
        self.copies: dict[str, Copy] = {}
        begun = submit(submission())
        self.log = [encode_event(event) for event in begun.events]
        self.state = encode_workflow(begun.workflow)
        fallback = Fallback(agent_type="other")
        tasks = (spec("a", max_attempts=2, fallback=fallback), spec("b", optional=True), spec("c", "a", "b"))
        self.put(decide(self.stored, cmd.AdoptPlan(plan=plan(*tasks, retry_budget=BUDGET), title=""), self.now))

    @property
    def stored(self) -> Workflow:
        """What is on record."""
        return decode_workflow(self.state, len(self.log))

    def put(self, decision: Decision) -> None:
        """The one atomic step."""
        self.log += [encode_event(event) for event in decision.events]
        self.state = encode_workflow(decision.workflow)

    def events(self) -> list[ev.Event]:
        return [decode_event(entry) for entry in self.log]

    # -- orchestrators -------------------------------------------------------------------------

    @rule(owner=OWNERS)
    def claim(self, owner: str) -> None:
        self.epoch += 1
        self.copies[owner] = Copy(self.stored, self.epoch)

    @rule(owner=OWNERS)
    def crash(self, owner: str) -> None:
        self.copies.pop(owner, None)

    def step(self, owner: str, command: cmd.Command) -> None:
        """Decides on the copy and steps as the store allows: fenced, in conflict, or taken."""
        if owner not in self.copies:
            self.claim(owner)
        copy = self.copies[owner]
        decision = decide(copy.workflow, command, self.now)
        if decision.events and copy.epoch != self.epoch:
            del self.copies[owner]
            return
        if decision.events and copy.workflow.sequence != len(self.log):
            copy.workflow = self.stored
            decision = decide(copy.workflow, command, self.now)
        if decision.events:
            self.put(decision)
            copy.workflow = decision.workflow

    @rule(owner=OWNERS, task=TASKS)
    def start(self, owner: str, task: str) -> None:
        usual = Durations.told(p50=30, p95=60)
        self.step(
            owner,
            cmd.StartTask(task=task, instance="w", endpoint="w:1", reason="", timeouts=PATIENT, usual=usual),
        )

    @rule(owner=OWNERS)
    def start_what_is_due(self, owner: str) -> None:
        for task in due(self.stored, self.now).starts:
            self.start(owner, task)

    @rule(owner=OWNERS, task=TASKS, minutes=st.integers(0, 5), silent=st.booleans())
    def tick(self, owner: str, task: str, minutes: int, silent: bool) -> None:
        self.now += timedelta(minutes=minutes)
        attempt = self.stored.tasks[task].attempt
        self.step(owner, cmd.Tick(unreachable=frozenset({(task, attempt)} if silent else ())))

    # -- agents: any attempt that was ever started may speak -------------------------------------

    @rule(owner=OWNERS, task=TASKS, back=st.sampled_from([0, 0, 1, 2]))
    def succeed(self, owner: str, task: str, back: int) -> None:
        attempt = self.stored.tasks[task].attempt - back
        self.step(owner, cmd.Succeed(task=task, attempt=attempt, result=result()))

    @rule(owner=OWNERS, task=TASKS, back=st.sampled_from([0, 0, 0, 1]), failure_class=st.sampled_from(FailureClass))
    def fail(self, owner: str, task: str, back: int, failure_class: FailureClass) -> None:
        failure = Failure(failure_class=failure_class, message="it broke", reason="BROKE")
        attempt = self.stored.tasks[task].attempt - back
        self.step(owner, cmd.Fail(task=task, attempt=attempt, failure=failure, usage=NOTHING))

    @rule(owner=OWNERS, rounds=st.integers(1, 4), failure_class=st.sampled_from(FailureClass))
    def storm(self, owner: str, rounds: int, failure_class: FailureClass) -> None:
        """Whatever starts fails, for a while."""
        for _ in range(rounds):
            self.now += timedelta(minutes=2)
            self.step(owner, cmd.Tick())
            self.start_what_is_due(owner)
            for task in self.stored.tasks:
                self.fail(owner, task, 0, failure_class)

    # -- callers, through the door ---------------------------------------------------------------

    @rule(task=TASKS, want=st.sampled_from(["pause", "resume", "resume", "resume", "retry"]))
    def want(self, task: str, want: str) -> None:
        commands: dict[str, cmd.Command] = {
            "pause": cmd.Pause(by="ana"),
            "resume": cmd.Resume(by="ana"),
            "retry": cmd.RetryTask(task=task, by="ana"),
        }
        with suppress(FailedPrecondition):
            self.put(decide(self.stored, commands[want], self.now))

    @precondition(lambda self: len(self.log) > 25)
    @rule()
    def cancel(self) -> None:
        with suppress(FailedPrecondition):
            self.put(decide(self.stored, cmd.Cancel(by="ana"), self.now))

    # -- judged by the run log alone -----------------------------------------------------------

    @invariant()
    def the_log_is_the_state(self) -> None:
        assert replay(self.events()) == self.stored

    @invariant()
    def no_attempt_starts_twice_and_nothing_that_succeeded_starts_again(self) -> None:
        started: Counter[tuple[str, int]] = Counter()
        done: set[str] = set()
        newest: dict[str, int] = {}
        for event in self.events():
            if isinstance(event, ev.TaskStarted):
                assert event.task not in done, "what succeeded is not paid for again"
                started[event.task, event.attempt] += 1
                newest[event.task] = event.attempt
            if isinstance(event, ev.TaskSucceeded | ev.TaskFailed | ev.TaskRetryScheduled):
                assert event.attempt == newest[event.task], "an attempt that was superseded changes nothing"
            if isinstance(event, ev.TaskSucceeded):
                assert event.task not in done, "one result per task"
                done.add(event.task)
        assert set(started.values()) <= {1}

    @invariant()
    def no_more_is_tried_again_than_the_budget_allows(self) -> None:
        retries = 0
        fell_back: Counter[str] = Counter()
        for event in self.events():
            if isinstance(event, ev.TaskReset):
                retries = 0
                del fell_back[event.task]
            if isinstance(event, ev.TaskRetryScheduled):
                retries += event.failure.failure_class is not FailureClass.LOST
                fell_back[event.task] += event.fallback is not None
                assert fell_back[event.task] <= 1, "a task falls back once"
                assert event.fallback is None or event.task == "a", "only what has a fallback falls back"
            assert retries <= BUDGET

    @invariant()
    def whatever_runs_has_a_time_at_which_somebody_looks(self) -> None:
        workflow = self.stored
        if any(task.running for task in workflow.tasks.values()) and workflow.end is None:
            assert due(workflow, self.now).next_time is not None

    def teardown(self) -> None:
        """Whatever happened: one owner that stays brings it to its end in a bounded number of rounds."""
        if not hasattr(self, "log"):
            return
        self.claim("one")
        self.want("a", "resume")
        self.copies["one"].workflow = self.stored
        for _ in range(20):
            self.now += timedelta(minutes=1)
            self.step("one", cmd.Tick())
            self.start_what_is_due("one")
            for id_, task in self.stored.tasks.items():
                if task.running and self.stored.cancellation:
                    stopped = cmd.ConfirmCancel(
                        task=id_, attempt=task.attempt, stopped=self.now, usage=NOTHING, confirmed=True
                    )
                    self.step("one", stopped)
                elif task.running:
                    self.step("one", cmd.Succeed(task=id_, attempt=task.attempt, result=result()))
        workflow = self.stored
        assert workflow.state.ended, f"{workflow.state}: {[task.state for task in workflow.tasks.values()]}"
        if workflow.state is WorkflowState.SUCCEEDED:
            assert workflow.tasks["c"].state is TaskState.SUCCEEDED


TestOwners = Owners.TestCase
TestOwners.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
