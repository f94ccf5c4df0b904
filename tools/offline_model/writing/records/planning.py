"""The draft of a plan: the template that the prompt ranks first, with instructions for the business at hand.

The offline model cannot judge which work a request needs, and does not pretend to: it keeps the best template's graph
and says so. Agents and ids come from the prompt, so that the plan is one that runs.
"""

import json
import re
from typing import Any

from tools.offline_model.writing.records.shared import Record
from tools.offline_model.writing.world import NOTE, World

_TEMPLATES = re.compile(r"<templates>\s*(.*?)\s*</templates>", re.DOTALL)


def planning(prompt: str, world: World) -> Record | None:
    """The draft; None when the prompt offers no template that can be read."""
    found = _TEMPLATES.search(prompt)
    try:
        offered: Any = json.loads(found.group(1)) if found else None
        best = offered[0]
        tasks = [_task(task, world) for task in best["tasks"]]
        template = str(best["template"])
    except (ValueError, LookupError, TypeError):
        return None
    reason = f"{NOTE}: it keeps the steps of the template that fits best, pointed at a {world.category}."
    return {"template": template, "reason": reason, "tasks": tasks}


def _task(task: dict[str, Any], world: World) -> Record:
    focus = f"The business is a {world.category} for {world.audience}, in {world.place.name}."
    return {
        "id": task["id"],
        "title": task["title"],
        "agent_type": task["agent_type"],
        "capability": task.get("capability", ""),
        "instructions": f"{task.get('instructions', '').strip()}\n{focus}".strip(),
        "depends_on": task.get("depends_on", []),
        "optional": bool(task.get("optional", False)),
    }
