"""What waits for approval, in the person's own editor: a plan as JSON, or a result.

What was typed is never lost: the file stays when the edit is not recorded, and its path is told.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from chassis.errors import FieldViolation, InvalidArgument
from tools.jarvis.client import Client

RESULT = "result.json"


async def content_of(client: Client, approval: approval_pb2.Approval) -> bytes:
    """What can be edited: the tasks that wait, or the typed result."""
    if approval.gate.kind == approval_pb2.GATE_KIND_PLAN:
        door = client.orchestrator
        answer = await door.ask(door.stub.GetWorkflow, pb.GetWorkflowRequest(name=approval.workflow), repeatable=True)
        return json.dumps({"tasks": [_row(task) for task in _waiting(answer.workflow)]}, indent=2).encode() + b"\n"
    if approval.gate.kind == approval_pb2.GATE_KIND_RESULT:
        name = next((one for one in approval.artifacts if one.endswith(f"/{RESULT}")), "")
        if name:
            door = client.orchestrator
            request = pb.GetArtifactRequest(name=name)
            return b"".join([part.chunk async for part in door.stream(door.stub.GetArtifact, request)])
    raise InvalidArgument(FieldViolation("--edit", "there is nothing to edit here: only a plan and a result can be"))


def _waiting(workflow: wf.Workflow) -> list[wf.Task]:
    """The tasks that have not begun; of a changed plan only those that are new."""
    return [task for task in workflow.tasks if task.state == wf.TASK_STATE_PENDING]


def _row(task: wf.Task) -> dict[str, Any]:
    spec = task.spec
    return {
        "id": spec.id,
        "title": spec.title,
        "agent_type": spec.agent_type,
        "capability": spec.capability,
        "instructions": spec.instructions,
        "depends_on": list(spec.depends_on),
        "optional": spec.optional,
    }


def in_editor(content: bytes) -> tuple[Path, bytes]:
    """Lets the person edit, and waits for it: call it on a thread. The file and what it holds afterwards.

    Raises:
        InvalidArgument: no editor is set, it failed, or nothing was changed.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not editor:
        raise InvalidArgument(FieldViolation("--edit", "set EDITOR to your editor, such as EDITOR=nano"))
    with tempfile.NamedTemporaryFile("wb", prefix="jarvis-", suffix=".json", delete=False) as file:
        file.write(content)
    path = Path(file.name)
    ended = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
    edited = path.read_bytes()
    if ended != 0 or edited == content:
        path.unlink()
        why = f"the editor ended with {ended}" if ended else "nothing was changed"
        raise InvalidArgument(FieldViolation("--edit", f"{why}, so nothing was decided"))
    return path, edited
