"""What people want of a whole workflow, what their money allows, and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from services.orchestrator.domain import events as ev
from services.orchestrator.domain.workflow import Cancellation, Workflow


def _paused(workflow: Workflow, event: ev.WorkflowPaused) -> Workflow:
    return replace(workflow, paused=True, state_reason=event.reason)


def _resumed(workflow: Workflow, event: ev.WorkflowResumed) -> Workflow:
    return replace(workflow, paused=False, state_reason="")


def _held(workflow: Workflow, event: ev.WorkflowHeld) -> Workflow:
    return replace(workflow, hold=event.hold)


def _released(workflow: Workflow, event: ev.WorkflowReleased) -> Workflow:
    return replace(workflow, hold=None)


def _cancel_requested(workflow: Workflow, event: ev.CancelRequested) -> Workflow:
    cancellation = Cancellation(by=event.by, reason=event.reason, at=event.at)
    return replace(workflow, cancellation=cancellation, paused=False, state_reason=event.reason)


def _ended(workflow: Workflow, event: ev.WorkflowEnded) -> Workflow:
    return replace(
        workflow,
        end=event.state,
        failure=event.failure,
        ended=event.at,
        plan_approval="",
        budget_approval="",
        hold=None,
    )


ON_PEOPLE: dict[type, Callable[[Workflow, Any], Workflow]] = {
    ev.WorkflowPaused: _paused,
    ev.WorkflowResumed: _resumed,
    ev.WorkflowHeld: _held,
    ev.WorkflowReleased: _released,
    ev.CancelRequested: _cancel_requested,
    ev.WorkflowEnded: _ended,
}
"""By event: what becomes of the workflow as a whole."""
