"""The draft of a plan: the template that the prompt ranks first, with instructions for the business at hand.

The offline model cannot judge which work a request needs, and does not pretend to: it keeps the best template's graph
and says so. Agents and ids come from the prompt, so that the plan is one that runs.
"""

import json
import re
from typing import Any

from tools.offline_model.writing.records.shared import Record
from tools.offline_model.writing.world import NOTE, World

_BLOCK = r"<{0}>\s*(.*?)\s*</{0}>"


def planning(prompt: str, world: World) -> Record | None:
    """The draft; None when the prompt offers no template that can be read."""
    try:
        best = _block(prompt, "templates")[0]
        failed = _block(prompt, "failed")
        rows = best["tasks"] if failed is None else _instead(failed, _block(prompt, "affected"))
        tasks = [_task(task, world) for task in rows]
        template = str(best["template"])
    except (ValueError, LookupError, TypeError):
        return None
    reason = f"{NOTE}: it keeps the steps of the template that fits best, pointed at this business: {world.category}."
    return {"template": template, "reason": reason, "tasks": tasks}


def _block(prompt: str, tag: str) -> Any:
    found = re.search(_BLOCK.format(tag), prompt, re.DOTALL)
    return json.loads(found.group(1)) if found else None


def _instead(failed: dict[str, Any], affected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The failed task once more under another id, and what waited for it."""
    again = f"{failed['id'][:57]}-again"
    renamed = [
        {**task, "depends_on": [again if name == failed["id"] else name for name in task["depends_on"]]}
        for task in affected
    ]
    return [{**failed, "id": again}, *renamed]


def _task(task: dict[str, Any], world: World) -> Record:
    asked = f" A person asked: {world.brief.feedback}" if world.brief.feedback else ""
    focus = f"The business is a {world.category} for {world.audience}, in {world.place.name}.{asked}"
    return {
        "id": task["id"],
        "title": task["title"],
        "agent_type": task["agent_type"],
        "capability": task.get("capability", ""),
        "instructions": f"{task.get('instructions', '').strip()}\n{focus}".strip(),
        "depends_on": task.get("depends_on", []),
        "optional": bool(task.get("optional", False)),
    }
