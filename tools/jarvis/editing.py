"""What waits for approval, edited by a person: a plan as JSON, or a result.

    the person's editor ─▶ the file ─▶ checked by the orchestrator ─▶ what would change, what it costs ─▶ decided
           ▲                                    │ what is wrong                │
           └────────────────────────────────────┴──────────────────────────────┘ in a terminal: again, or left as it is

Nothing is decided before it was checked, and what was typed is never lost: the file stays, and its path is told.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.text import Text

from chassis.errors import FieldViolation, HeyJarvisError, InvalidArgument
from tools.jarvis import wording
from tools.jarvis.changes import changes
from tools.jarvis.client import Client
from tools.jarvis.decisions import decide
from tools.jarvis.output import Output
from tools.jarvis.terminal import EndOfInput, Interrupt, Keyboard

RESULT = "result.json"
Checked = pb.CheckPlanEditResponse | pb.CheckResultEditResponse
_KEPT = "  It keeps the schema of its agent."
_SOUND = "  approve it like this (a) · edit again (e) · leave it (l) › "
_UNSOUND = "  edit again (e) · leave it (l) › "


class Editing:
    """One edit of one approval."""

    def __init__(
        self, client: Client, approval: approval_pb2.Approval, output: Output, keyboard: Keyboard | None = None
    ) -> None:
        """Without a keyboard nobody is asked: a sound edit is decided, an unsound one is an error."""
        self._client = client
        self._approval = approval
        self._output = output
        self._keyboard = keyboard

    async def decide(
        self, file: Path | None = None, feedback: str = "", deciding: Callable[[], None] = lambda: None
    ) -> approval_pb2.Approval | None:
        """The approval, decided as edited; None when it was left as it is. `deciding` is called before it is recorded.

        file: the edit; without one the person's editor is opened on what waits.

        Raises:
            InvalidArgument: there is nothing to edit, no editor or no change; or nobody can be asked about an edit that
                is not sound.
        """
        if file is None:
            editor = _editor()
            before = await content_of(self._client, self._approval)
            file = _to_file(before)
            await self._edit(editor, file, before)
        while True:
            edited = _read(file)
            sound = await self._shown(edited, file)
            match await self._answer(sound):
                case "a":
                    return await self._record(file, edited, feedback, deciding)
                case "e":
                    await self._edit(_editor(), file)
                case _:
                    self._output.say(f"  Nothing was decided. Your edit is in {file}; go on with it:")
                    id_ = self._approval.name.partition("/")[2]
                    self._output.say(f"  jarvis approvals approve {id_} --file {file}")
                    return None

    async def check(self, file: Path) -> Checked:
        """What would become of the edit in a file; shown. Decides nothing.

        Raises:
            InvalidArgument: there is nothing to edit, or it is not sound; all that is wrong is shown.
        """
        return await self._checked(_read(file), file)

    async def _shown(self, edited: bytes, file: Path) -> bool:
        """Whether the edit is sound; shows what became of the check."""
        try:
            await self._checked(edited, file)
        except InvalidArgument:
            if self._keyboard is None:
                raise
            return False
        return True

    async def _checked(self, edited: bytes, file: Path) -> Checked:
        try:
            return await self._check(edited)
        except InvalidArgument as error:
            for wrong in error.violations:
                self._output.say(f"  ✗ {wording.one_line(wrong.description, 500)}", style="red")
            told = f"it is not sound, so nothing was decided; it is kept in {file}"
            raise InvalidArgument(FieldViolation("the edit", told), reason=error.reason) from None

    async def _check(self, edited: bytes) -> Checked:
        door, asked = self._client.orchestrator, self._approval
        if asked.gate.kind == approval_pb2.GATE_KIND_RESULT:
            request = pb.CheckResultEditRequest(name=asked.task, edited_content=edited)
            kept = await door.ask(door.stub.CheckResultEdit, request, repeatable=True)
            self._output.show(Group(changes(await content_of(self._client, asked), edited), Text(_KEPT)))
            return kept
        if asked.gate.kind != approval_pb2.GATE_KIND_PLAN:
            raise _nothing_to_edit()
        plan = pb.CheckPlanEditRequest(name=asked.workflow, edited_content=edited)
        answer = await door.ask(door.stub.CheckPlanEdit, plan, repeatable=True)
        self._output.show(difference(answer))
        return answer

    async def _answer(self, sound: bool) -> str:
        """`a`pprove, `e`dit again, or anything else to leave it."""
        if self._keyboard is None:
            return "a"
        while True:
            try:
                said = (await self._keyboard.ask(_SOUND if sound else _UNSOUND)).strip().lower()
            except (Interrupt, EndOfInput):
                return "l"
            if said[:1] in ("a", "e", "l") and (sound or said[:1] != "a"):
                return said[:1]
            self._output.say(f"  Please type {'a, ' if sound else ''}e or l.")

    async def _record(
        self, file: Path, edited: bytes, feedback: str, deciding: Callable[[], None]
    ) -> approval_pb2.Approval:
        deciding()
        try:
            decided = await decide(self._client, self._approval, approval_pb2.DECISION_EDIT, feedback, edited)
        except HeyJarvisError:
            self._output.say(f"  Not recorded; your edit is kept in {file}", style="yellow")
            raise
        self._output.say(f"  Your edit is in {file}")
        return decided

    async def _edit(self, editor: list[str], file: Path, before: bytes | None = None) -> None:
        """Opens the person's editor and waits for it. With `before`: something has to change."""
        try:
            with self._keyboard.lent() if self._keyboard else nullcontext():
                ended = await _run(*editor, str(file))
        finally:
            unchanged = _forgotten(file, before)
        if ended or unchanged:
            why = f"the editor ended with {ended}" if ended else "nothing was changed"
            kept = "" if unchanged else f"; what you wrote is in {file}"
            raise InvalidArgument(FieldViolation("--edit", f"{why}, so nothing was decided{kept}"))


async def content_of(client: Client, approval: approval_pb2.Approval) -> bytes:
    """What can be edited: the tasks that wait, or the typed result."""
    if approval.gate.kind == approval_pb2.GATE_KIND_PLAN:
        door = client.orchestrator
        answer = await door.ask(door.stub.GetWorkflow, pb.GetWorkflowRequest(name=approval.workflow), repeatable=True)
        waiting = set(answer.workflow.tasks_to_approve)
        rows = [_row(task) for task in answer.workflow.tasks if task.spec.id in waiting]
        return json.dumps({"tasks": rows}, indent=2, ensure_ascii=False).encode() + b"\n"
    if approval.gate.kind == approval_pb2.GATE_KIND_RESULT:
        name = next((one for one in approval.artifacts if one.endswith(f"/{RESULT}")), "")
        if name:
            door = client.orchestrator
            request = pb.GetArtifactRequest(name=name)
            return b"".join([part.chunk async for part in door.stream(door.stub.GetArtifact, request)])
    raise _nothing_to_edit()


def _nothing_to_edit() -> InvalidArgument:
    return InvalidArgument(FieldViolation("--edit", "there is nothing to edit here: only a plan and a result can be"))


def difference(checked: pb.CheckPlanEditResponse) -> RenderableType:
    """What an edit changes, and what the plan takes then."""
    after, before = checked.plan, checked.before
    told = "\n".join(after.changes) or "Nothing is different."
    by = f"  ({wording.prices(after.price_date)})" if after.price_date else ""
    sums = Text.assemble("  ", (_sums(after), "bold"), (f"  before: {_sums(before)}{by}", "bright_black"))
    warnings = [Text(f"  ! {wording.one_line(warning, 300)}", style="yellow") for warning in after.warnings]
    return Group(Markdown(wording.clean(told)), Text(), sums, *warnings)


def _sums(plan: wf.Plan) -> str:
    seconds = plan.estimated_duration.ToTimedelta().total_seconds()
    return f"{wording.count(len(plan.tasks), 'task')}, {wording.estimate(plan.estimated_cost_usd, seconds)}"


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


def _to_file(content: bytes) -> Path:
    with tempfile.NamedTemporaryFile("wb", prefix="jarvis-", suffix=".json", delete=False) as file:
        file.write(content)
    return Path(file.name)


def _read(file: Path) -> bytes:
    return file.read_bytes()


def _forgotten(file: Path, before: bytes | None) -> bool:
    """Whether the file holds what it held before; it is removed then."""
    unchanged = file.read_bytes() == before
    if unchanged:
        file.unlink()
    return unchanged


def _editor() -> list[str]:
    """The person's editor as a command. Raises InvalidArgument when none is set."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not editor:
        raise InvalidArgument(FieldViolation("--edit", "set EDITOR to your editor, such as EDITOR=nano"))
    return shlex.split(editor)


async def _run(*words: str) -> int:
    """What the program ends with; it ends with whoever waits for it."""
    try:
        process = await asyncio.create_subprocess_exec(*words)
    except OSError as error:
        raise InvalidArgument(FieldViolation("--edit", f"the editor {words[0]!r} cannot be started: {error}")) from None
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
