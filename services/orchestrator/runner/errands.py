"""The errands of a runner: calls to other services, each in a task of its own beside the loop.

Every errand is harmless to repeat and ends in the runner's mail. An errand that is under way is not
started twice; one that fails for a reason nobody foresaw rests before its end, so that what is still due
does not start it again in a hurry.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.approvals.v1 import approval_pb2

from agent_sdk.names import AttemptKey
from chassis.errors import HeyJarvisError
from chassis.identity import Identity
from chassis.tasks import end_tasks
from services.orchestrator import convert as to
from services.orchestrator.assignments import command_for
from services.orchestrator.domain import Due
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain.budgets import left_usd
from services.orchestrator.domain.due import Ask
from services.orchestrator.domain.outcomes import Failure, FailureClass
from services.orchestrator.domain.replanning import affected, untouched
from services.orchestrator.planner import Job, title_of
from services.orchestrator.runner.surroundings import patiently

if TYPE_CHECKING:
    from services.orchestrator.runner.loop import Runner

REST_AFTER_FAILURE = 10.0
"""Seconds an errand that failed unexpectedly rests before it may be started again."""

log = structlog.get_logger(__name__)


class Errands:
    """The calls of one runner that are under way."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._around = runner.around
        self._tasks: dict[object, asyncio.Task[None]] = {}

    @property
    def busy(self) -> bool:
        """Whether any call is under way."""
        return bool(self._tasks)

    def carry_out(self, wanted: Due) -> None:
        """Starts what is due and not under way."""
        if wanted.plan:
            self.start("plan", self._plan())
        elif "plan" in self._tasks and (self._runner.workflow.cancellation or self._runner.workflow.end):
            self._tasks["plan"].cancel()  # the model's socket is closed at once
        for ask in wanted.asks:
            self.start(ask, self._ask(ask))
        for approval in wanted.withdrawals:
            self.start(("withdraw", approval), self._withdraw(approval))

    def look_up(self, approval: str) -> None:
        """Looks whether a question that waits on record has been answered: an earlier owner may have died over it."""
        self.start(("look up", approval), self._look_up(approval))

    def check(self, key: AttemptKey, message: pb.WorkResponse) -> None:
        """Looks at a result before it counts."""
        self.start(("check", key), self._check(key, message))

    def stop(self, what: object) -> None:
        """Ends a call, when it is under way."""
        if what in self._tasks:
            self._tasks[what].cancel()

    async def aclose(self) -> None:
        """Ends every call."""
        await end_tasks(list(self._tasks.values()))

    def start(self, what: object, work: Coroutine[Any, Any, None]) -> bool:
        """Starts a call in a task of its own; False when it is under way."""
        if what in self._tasks:
            work.close()
            return False
        task = asyncio.create_task(self._run(what, work), name=f"{self._runner.workflow.id}: {what}")
        self._tasks[what] = task
        # Not at the end of the task's own work: one that is cancelled before it began never gets there.
        task.add_done_callback(lambda _: self._ended(what, work))
        return True

    def _ended(self, what: object, work: Coroutine[Any, Any, None]) -> None:
        work.close()
        del self._tasks[what]
        self._runner.tick()

    async def _run(self, what: object, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except HeyJarvisError as error:
            log.error("Errand failed; it is tried again", errand=str(what), reason=error.reason, detail=error.message)
            await asyncio.sleep(REST_AFTER_FAILURE)
        except Exception:
            log.exception("Errand failed; it is tried again", errand=str(what))
            await asyncio.sleep(REST_AFTER_FAILURE)

    async def _plan(self) -> None:
        planner, asked = self._around.planner, self._runner.workflow.submission
        try:
            plan = await patiently(lambda: planner.plan(self._job(), self), what="templates service")
        except HeyJarvisError as error:
            failure = Failure(failure_class=FailureClass.PERMANENT, message=error.message, reason=error.reason)
            replanning = bool(self._runner.workflow.planning.failed)
            self._runner.post(
                cmd.DeclineReplan(reason=error.message) if replanning else cmd.FailPlanning(failure=failure)
            )
        else:
            budget = self._around.retry_budget
            self._runner.post(cmd.AdoptPlan(plan=plan, title=title_of(asked.request), default_retry_budget=budget))

    def _job(self) -> Job:
        """What the planner is to do, from what is on record: whoever takes over goes on from there."""
        workflow = self._runner.workflow
        asked, planning = workflow.submission, workflow.planning
        failed = workflow.tasks.get(planning.failed)
        parts = affected(workflow, planning.failed) if failed else ()
        kept = untouched(workflow, planning.failed) if failed else ()
        return Job(
            request=asked.request,
            caller=Identity(tenant=asked.tenant, subject=self._around.name),
            template=asked.template,
            thinking=asked.thinking,
            workflow=workflow.id,
            refused=planning.refused,
            problems=planning.problems,
            before=planning.before,
            feedback=planning.feedback,
            failed=failed.spec if failed else None,
            failure=failed.failure.message if failed and failed.failure else "",
            affected=tuple(workflow.tasks[id_].spec for id_ in parts),
            kept=tuple(workflow.tasks[id_].spec for id_ in kept),
            taken=frozenset(workflow.tasks.keys() - {*parts, *kept}),
            cost_usd=left_usd(workflow),
            time=asked.deadline - self._around.now() if asked.deadline else None,
        )

    async def note(self, draft: cmd.NoteDraft) -> None:
        """Puts a draft of the plan on record."""
        await self._runner.post_and_wait(draft)

    def stopped(self, draft: cmd.NoteDraft) -> None:
        """Books what a draft consumed that was stopped."""
        self._runner.post(draft)

    async def _ask(self, ask: Ask) -> None:
        gates, workflow = self._around.gates, self._runner.workflow
        approval = await patiently(lambda: gates.ask(workflow, ask), what="approvals service")
        if not await self._resolve(ask, approval):
            opened = cmd.OpenApproval(
                approval=approval.name,
                gate=ask.gate,
                title=approval.title,
                task=ask.task,
                attempt=ask.attempt,
                matter=ask.matter,
            )
            await self._runner.post_and_wait(opened)
            # A decision between the question and its record was passed over by who follows decisions: it counts.
            again = await patiently(lambda: gates.get(workflow, approval.name), what="approvals service")
            if not await self._resolve(ask, again) and approval.name not in self._runner.workflow.pending_approvals:
                # The gate closed while the question was on its way, so it is on no record: nobody else takes it back.
                await patiently(lambda: gates.withdraw(self._runner.workflow, approval.name), what="approvals service")

    async def _look_up(self, approval: str) -> None:
        gates, workflow = self._around.gates, self._runner.workflow
        found = await patiently(lambda: gates.get(workflow, approval), what="approvals service")
        resolution = await patiently(lambda: gates.resolution(workflow, found), what="edited content")
        if resolution is not None:
            await self._runner.post_and_wait(resolution)

    async def _resolve(self, ask: Ask, approval: approval_pb2.Approval) -> bool:
        """Puts a decision on record, when there is one."""
        gates, workflow = self._around.gates, self._runner.workflow
        resolution = await patiently(lambda: gates.resolution(workflow, approval), what="edited content")
        if resolution is not None:
            await self._runner.post_and_wait(replace(resolution, attempt=ask.attempt, matter=ask.matter))
        return resolution is not None

    async def _withdraw(self, approval: str) -> None:
        workflow = self._runner.workflow
        await patiently(lambda: self._around.gates.withdraw(workflow, approval), what="approvals service")
        await self._runner.post_and_wait(cmd.NoteWithdrawal(approval=approval))

    async def _check(self, key: AttemptKey, message: pb.WorkResponse) -> None:
        """A result counts when its content is there and keeps the agent's schema; otherwise the attempt failed."""
        task = self._runner.workflow.tasks[key.task]
        attempts = self._around.task_attempts
        failure = await patiently(
            lambda: self._around.results.failure_of(key.workflow, task.agent_type, message.result),
            what="result",
        )
        if failure is None:
            command = command_for(key, message, cancelling=False, default_attempts=attempts)
        else:
            command = cmd.Fail(
                task=key.task,
                attempt=key.attempt,
                failure=failure,
                usage=to.usage_from_pb(message.result.usage),
                default_attempts=attempts,
            )
        if isinstance(command, cmd.Succeed):
            command = replace(command, hand_off_depth=self._around.hand_off_depth)
        if command is not None:
            await self._runner.post_and_wait(command)
