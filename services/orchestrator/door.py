"""The door: how callers, and decisions of people, change a workflow that somebody else may be running.

A command is decided on the state as it is now and taken as one step under the epoch in force. Should the
owner have been quicker, it is read and decided again; should this step be quicker, the owner's own next
step is refused and it looks again. The step wakes the owner; where there is none, one is called for.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from msgspec.structs import replace

from chassis.clock import Clock, new_id
from chassis.errors import Aborted, AlreadyExists, NotFound, ResourceExhausted
from services.orchestrator.domain import commands as cmd
from services.orchestrator.domain import decide
from services.orchestrator.domain.decide import submit
from services.orchestrator.domain.workflow import Submission, Workflow
from services.orchestrator.purse import Purse
from services.orchestrator.store import AgendaStore, Conflict, Fenced, WorkflowStore

MAX_TRIES = 20
"""How often a command may lose against the owner before its caller is told to try again."""
SLUG_WORDS = 4
_STOP_WORDS = frozenset(
    "a an and app at build by can create design develop for from i in into is it launch make me my new of on open "  # noqa: SIM905 - reads better than forty quoted words
    "our please plan run start that the this to up want we with would".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Lets commands in."""

    store: WorkflowStore
    agenda: AgendaStore
    now: Clock
    lease: timedelta
    max_unfinished: int
    purse: Purse

    async def submit(self, submission: Submission, request_id: str) -> Workflow:
        """Begins a workflow; a repeat of the same request id and body yields the same one.

        Raises:
            AlreadyExists: the request id stands for another body.
        """
        if request_id:
            body = _digest(submission)
            known, digest = await self.store.remember_request(submission.tenant, request_id, submission.id, body)
            if digest != body:
                raise AlreadyExists(
                    "request",
                    request_id,
                    message=f"The request id '{request_id}' stands for another request, which is 'workflows/{known}'. "
                    "Use a new id for a new request.",
                    reason="REQUEST_ID_REUSED",
                )
            if known != submission.id and (before := await self.store.load(known)) is not None:
                return before.workflow
            submission = replace(submission, id=known)
        metered = self.purse.budget_of(submission.tenant) is not None
        decision = submit(replace(submission, metered=metered))
        # On the agenda first: a crash right after leaves at worst an entry without a workflow, never the reverse.
        await self.agenda.call(submission.id, within=timedelta(seconds=2))
        await self.store.create(decision.workflow, decision.events[0])
        await self._call_for_owner(submission.id)
        return decision.workflow

    async def load(self, id_: str, tenant: str) -> Workflow:
        """A tenant's workflow; another's does not exist.

        Raises:
            NotFound: there is none.
        """
        stored = await self.store.load(id_)
        if stored is None or stored.workflow.submission.tenant != tenant:
            raise NotFound("workflow", f"workflows/{id_}")
        return stored.workflow

    async def command(self, id_: str, tenant: str | None, command: cmd.Command) -> Workflow:
        """Decides a command and puts it on record; returns the workflow after it. `tenant` is None for what the system
        itself has to say.

        Raises:
            NotFound: there is no such workflow, or task.
            FailedPrecondition: the workflow's state forbids it.
            Aborted: the workflow changed too often meanwhile.
        """
        for _ in range(MAX_TRIES):
            stored = await self.store.load(id_)
            if stored is None or tenant not in (None, stored.workflow.submission.tenant):
                raise NotFound("workflow", f"workflows/{id_}")
            decision = decide(stored.workflow, command, self.now())
            if not decision.events:
                return stored.workflow
            # On the agenda first here too: should this process die right after the step, or its owner be dead, a lease
            # is the longest that anybody waits. A living owner is told by the step itself.
            await self.agenda.call(id_, within=self.lease)
            try:
                owned = await self.store.step(
                    stored.workflow,
                    stored.epoch,
                    decision.workflow,
                    decision.events,
                    token=new_id(),
                    wake=self.agenda.wake_channel,
                )
            except (Conflict, Fenced):
                continue
            if stored.workflow.end is not None:
                await self.store.count_as(decision.workflow)
            if not owned:
                await self._call_for_owner(id_)
            return decision.workflow
        raise Aborted(f"Workflow 'workflows/{id_}' changes too fast right now; try again.", reason="WORKFLOW_CONTENDED")

    async def _call_for_owner(self, id_: str) -> None:
        await self.agenda.call(id_)
        await self.agenda.wake(id_)

    async def check_room(self, tenant: str) -> None:
        """Refuses more unfinished workflows than a tenant may have, and work it has no money for today.

        Raises:
            ResourceExhausted: there are too many, or the budget of the day is used up.
        """
        await self.purse.check(tenant, self.now())
        unfinished = await self.store.count_unfinished(tenant)
        if unfinished >= self.max_unfinished:
            raise ResourceExhausted(
                f"You have {unfinished} unfinished workflows, the most allowed is {self.max_unfinished}. "
                "Wait until some end, or cancel some.",
                reason="TOO_MANY_WORKFLOWS",
                retry_after=10.0,
            )


def workflow_id(request: str) -> str:
    """An id for people: the request's telling words and something unique, such as `fitness-coaching-k3f9x2ab`."""
    words = [word for word in re.findall(r"[a-z0-9]+", request.lower()) if word not in _STOP_WORDS]
    slug = "-".join(words[:SLUG_WORDS])[:40].strip("-")
    unique = new_id()
    # Eight characters of the moment's microseconds and two of chance: unique, and short enough to read out.
    tail = unique[3:11] + unique[-2:]
    return f"{slug}-{tail}" if slug else f"workflow-{tail}"


def _digest(submission: Submission) -> str:
    """Of everything the caller said, and nothing we added."""
    said: tuple[object, ...] = (
        submission.request,
        submission.template,
        submission.autopilot,
        submission.priority,
        sorted(submission.labels.items()),
        submission.budget_usd,
    )
    if submission.retry_budget is not None:
        # Only then: what was remembered before callers could say it still compares.
        said = (*said, submission.retry_budget)
    if submission.thinking is not None:
        said = (*said, f"thinking {submission.thinking}")
    if submission.deadline is not None:
        said = (*said, f"timeout {submission.deadline - submission.created}")
    return hashlib.sha256(repr(said).encode()).hexdigest()
