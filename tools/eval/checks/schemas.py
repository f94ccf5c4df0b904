"""Is each result what its agent says it is? The schema is that of the agent's card, so new agents need no line here."""

from __future__ import annotations

import json
from collections.abc import Iterator

from jsonschema import Draft202012Validator

from tools.eval.checks.finding import Finding
from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request


def look(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Every task that succeeded."""
    for task in made.tasks:
        if not task.succeeded:
            continue
        where = f"{task.id}/result.json"
        if task.id not in made.results:
            yield Finding(where, "is not there or is no JSON")
        elif schema := made.schemas.get(task.agent_type):
            for error in Draft202012Validator(json.loads(schema)).iter_errors(made.results[task.id]):
                yield Finding(where, f"{error.json_path} {error.message[:200]}")
        elif task.agent_type not in made.schemas:
            yield Finding(where, f"no agent of the type {task.agent_type!r} said what its results look like")
