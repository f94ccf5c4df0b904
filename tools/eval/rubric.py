"""What the reviewer thinks of a dossier, when a review is part of the workflow and a real model wrote it.

A simulated review says nothing about quality, so its scores are left out.
"""

from __future__ import annotations

from tools.eval.deliverables import Deliverables

REVIEWER = "reviewer"


def scores(made: Deliverables) -> dict[str, float]:
    """Score of each item of the rubric, 0 to 1; empty without a review, or with a simulated one."""
    task, result = made.task_of(REVIEWER), made.result(REVIEWER)
    if task is None or result is None or task.simulated:
        return {}
    found: dict[str, float] = {}
    for each in result.get("scores", []):
        if isinstance(each, dict) and isinstance(score := each.get("score"), int | float):
            words = (str(each.get(name, "")) for name in ("deliverable", "task", "item"))
            found["/".join(word for word in words if word)] = float(score)
    return found
