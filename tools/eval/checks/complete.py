"""Is everything there that was asked for?"""

from __future__ import annotations

from collections.abc import Iterator

from tools.eval.checks.finding import Finding
from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request

_NOT_ASKED = "no task of its workflow made one"
"""How the dossier says that its workflow had no such part; whether it should have is told by what is expected."""


def look(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Workflow, required tasks, expected kinds of result."""
    if made.state != "SUCCEEDED":
        yield Finding("workflow", f"it ended {made.state}: {made.failure or 'no reason given'}")
    for task in made.tasks:
        if not task.succeeded and not task.optional:
            yield Finding(task.id, "this required task has no result")
    for kind in request.expects:
        if made.result(kind) is None:
            yield Finding(kind, "is expected and delivered no result")
    dossier = made.result("dossier")
    for line in (dossier or {}).get("missing", []):
        if _NOT_ASKED in line:
            continue
        yield Finding("dossier/result.json", f"says that something is missing: {line}")
