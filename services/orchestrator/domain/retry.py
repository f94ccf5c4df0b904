"""The treatment of each class of failure: try again or not, and when.

| class          | treatment                                                                      |
|----------------|--------------------------------------------------------------------------------|
| retryable      | again after a backoff, up to the task's attempts                               |
| deadline       | likewise                                                                       |
| invalid_output | likewise: the agent's own repair rounds are over, a fresh attempt may do better |
| rate_limited   | again when the provider said, or after the backoff when that is later          |
| lost           | again at once on another instance; has a bound of its own, the task is not to blame |
| budget         | again at once when people allow more; not counted. Without a budget: as retryable |
| permanent      | never                                                                          |

Where the treatment ends, the task's fallback begins, when it has one: at once, with attempts of its own, and once.
Beside the bounds of each task stands the retry budget of the workflow: so many failed attempts over all its tasks
are tried again. It keeps a provider's bad hour from being paid for once per task and attempt. Attempts that were lost
do not count: the end of one process with fifty attempts in hand is one fault.
"""

from __future__ import annotations

import zlib
from datetime import timedelta

from services.orchestrator.domain.outcomes import Failure, FailureClass
from services.orchestrator.domain.workflow import Task, Workflow

FIRST_REST = timedelta(seconds=1)
LONGEST_REST = timedelta(seconds=60)
MAX_LOSSES = 10
"""How often a task's agent may go away before the task counts as failed."""


def rest_before_retry(
    task: Task,
    failure: FailureClass,
    *,
    workflow: str,
    retry_after: timedelta | None,
    default_attempts: int,
) -> timedelta | None:
    """How long the task rests before its next attempt; None when there is none.

    The backoff doubles with each failure and is spread by up to half, by a hash of the attempt's name
    rather than by chance: the same attempt always rests as long, and different ones do not crowd.
    """
    if failure is FailureClass.PERMANENT:
        return None
    if failure is FailureClass.LOST:
        return timedelta() if task.losses < MAX_LOSSES else None
    if task.failures + 1 >= (task.spec.max_attempts or default_attempts):
        return None
    backoff = min(LONGEST_REST, FIRST_REST * (1 << task.failures))
    spread = zlib.crc32(f"{workflow}/{task.spec.id}/{task.attempt}".encode()) / 2**32
    rest = backoff * (0.5 + spread / 2)
    return max(rest, retry_after) if failure is FailureClass.RATE_LIMITED and retry_after else rest


def retry_budget_spent(workflow: Workflow, failure: FailureClass) -> bool:
    """Whether the workflow has no retry left for a failure of this class."""
    return failure is not FailureClass.LOST and workflow.retries >= workflow.retry_budget


def without_retry(workflow: Workflow, cause: Failure) -> Failure:
    """The failure of a task whose next attempt the retry budget forbids."""
    return Failure(
        failure_class=cause.failure_class,
        message=f"{cause.message} ({cause.reason}). It is not tried again: the workflow's retry budget of "
        f"{workflow.retry_budget} is used up. Retrying the task begins a new one",
        reason="RETRY_BUDGET_SPENT",
    )
