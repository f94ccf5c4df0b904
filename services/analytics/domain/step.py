"""One workflow on its way from before an event to after it: the words the reducer is written in."""

from dataclasses import replace
from typing import Any

from services.analytics.domain.consumption import Consumption
from services.analytics.domain.events import Event, Outcome
from services.analytics.domain.measured import Measured, TaskMeasure
from services.analytics.domain.tally import TOTAL, Series, Tally

MOST_APPROVALS = 1000
"""Open approvals remembered of a workflow."""


class Step:
    """Changes the workflow and adds up what the change means; nothing outside of it is touched."""

    def __init__(self, workflow: Measured, event: Event) -> None:
        self.workflow = workflow
        self.event = event
        self.tally = Tally()

    @property
    def of_workflow(self) -> tuple[Series, ...]:
        name = self.workflow.template_name
        return (TOTAL, Series("template", name)) if name else (TOTAL,)

    def of_agent(self, agent_type: str) -> tuple[Series, ...]:
        return (TOTAL, Series("agent", agent_type)) if agent_type else (TOTAL,)

    @property
    def task(self) -> TaskMeasure:
        task = self.workflow.task(self.event.task)
        if self.event.agent_type and task.agent_type != self.event.agent_type:
            return replace(task, agent_type=self.event.agent_type)
        return task

    def inside(self, task: str) -> "Step":
        """A step of another task, for an event that changes more than its own; to be taken over."""
        return Step(self.workflow, replace(self.event, task=task, agent_type=self.workflow.task(task).agent_type))

    def take_over(self, inside: "Step") -> None:
        """What such a step came to."""
        self.workflow = inside.workflow
        self.tally.merge(inside.tally)

    def set(self, **changes: Any) -> None:
        """Changes the workflow."""
        self.workflow = replace(self.workflow, **changes)

    def set_task(self, **changes: Any) -> None:
        """Changes the event's task."""
        self.workflow = self.workflow.with_task(self.event.task, replace(self.task, **changes))

    def adopt_template(self) -> None:
        if self.event.template and not self.workflow.template:
            self.set(template=self.event.template)
            self.tally.add((Series("template", self.workflow.template_name),), "workflows.running")

    def spend(self, consumed: Consumption, agent_type: str, *, wasted: bool) -> None:
        """Books a consumption on the task, if it is of one, its workflow and everything above."""
        if not consumed:
            return
        agent = (Series("agent", agent_type),) if agent_type else ()
        where = (*self.of_workflow, *agent)
        self.tally.spend(where, "usage", consumed)
        if self.event.task:
            self.set_task(usage=self.task.usage + consumed)
        self.set(usage=self.workflow.usage + consumed)
        if wasted:
            self.waste(consumed, agent_type)

    def waste(self, consumed: Consumption, agent_type: str) -> None:
        """Books what was consumed already as waste."""
        agent = (Series("agent", agent_type),) if agent_type else ()
        self.tally.spend((*self.of_workflow, *agent), "waste", consumed)
        self.set(waste=self.workflow.waste + consumed)

    def move_attempt(self, agent_type: str, to: str, by: int = 1) -> None:
        """Adds `by` to the attempts that are `to`, everywhere."""
        self.tally.add(self.of_agent(agent_type), f"attempts.{to}", by)
        attempts = self.workflow.attempts
        self.set(attempts=replace(attempts, **{to: getattr(attempts, to) + by}))

    def end_attempt(self, outcome: Outcome) -> bool:
        """Ends the task's attempt; False when none runs, and then nothing is counted."""
        task, now = self.task, self.event.time
        if task.running_since is None:
            return False
        took = max(now - task.running_since, 0)
        self.move_attempt(task.agent_type, "running", -1)
        self.move_attempt(task.agent_type, outcome.value)
        agent = (Series("agent", task.agent_type),)
        if outcome is Outcome.SUCCEEDED:
            self.tally.measure(agent, "duration", took)
        if outcome is not Outcome.CANCELLED:
            self.tally.outcomes.append((task.agent_type, outcome is Outcome.SUCCEEDED))
            self.tally.reach(agent, "last_outcome", now)
        self.set_task(running_since=None, wait_before_start=None, quiet_until=0, asks={}, duration=task.duration + took)
        return True

    def reopen(self) -> None:
        """Undoes the end of the workflow."""
        ended, outcome, sample = self.workflow.ended, self.workflow.outcome, self.workflow.sample
        if ended is None or outcome is None:
            return
        self.tally.add(self.of_workflow, f"workflows.{outcome.value}", -1)
        self.tally.add(self.of_workflow, "workflows.running")
        if sample is not None:
            self.tally.unmeasure(self.of_workflow, "duration", sample)
        rested = self.workflow.rested + max(self.event.time - ended, 0)
        self.set(ended=None, outcome=None, sample=None, rested=rested)

    def hold(self, name: str) -> None:
        """Notes a reason why no task starts."""
        if name not in self.workflow.holds:
            since = self.event.time if self.workflow.held_since is None else self.workflow.held_since
            self.set(holds=(*self.workflow.holds, name)[-MOST_APPROVALS:], held_since=since)

    def release(self, name: str) -> None:
        """Takes such a reason back. With the last, tasks wait for an agent again, as if nothing had been between."""
        since = self.workflow.held_since
        holds = tuple(held for held in self.workflow.holds if held != name)
        if since is None or holds:
            self.set(holds=holds)
            return
        held = max(self.event.time - since, 0)
        tasks = {
            id: replace(task, ready_since=min(task.ready_since + held, max(self.event.time, task.ready_since)))
            if task.ready_since is not None
            else task
            for id, task in self.workflow.tasks.items()
        }
        self.set(holds=(), held_since=None, tasks=tasks)

    def wait_for_people(self, approvals: tuple[str, ...]) -> None:
        """Notes which questions wait for people now."""
        since, waited = self.workflow.people_since, self.workflow.waited_for_people
        if approvals and since is None:
            since = self.event.time
        elif not approvals and since is not None:
            waited += max(self.event.time - since, 0)
            since = None
        self.set(approvals=approvals[-MOST_APPROVALS:], people_since=since, waited_for_people=waited)
