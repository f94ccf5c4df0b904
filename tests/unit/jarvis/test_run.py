"""The last words of a run."""

from __future__ import annotations

import pytest

from tools.jarvis.run import retries
from tools.jarvis.view import TaskState, TaskView, WorkflowView

S = TaskState


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ((S.SUCCEEDED, S.FAILED), ["jarvis retry x"]),
        ((S.FAILED, S.FAILED, S.SKIPPED), ["jarvis retry x t0", "jarvis retry x t1"]),
        ((S.CANCELLED, S.FAILED), ["jarvis retry x t0", "jarvis retry x t1"]),
    ],
)
def test_what_is_advised_after_a_failure_is_a_command_that_works(states: list[TaskState], told: list[str]) -> None:
    tasks = {f"t{n}": TaskView(id=f"t{n}", title="", agent_type="a", state=state) for n, state in enumerate(states)}
    assert retries(WorkflowView(name="workflows/x", tasks=tasks)) == told
