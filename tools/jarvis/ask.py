"""Asks a person about an approval: shows what waits and the beginning of what was made, takes the answer.

The decision names the hash of the content that was shown, so nobody approves what they have not seen.
"""

from __future__ import annotations

import asyncio
from enum import Enum

from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.text import Text

from chassis.errors import HeyJarvisError, InvalidArgument
from tools.jarvis import plans, wording
from tools.jarvis.artifacts import read_artifact
from tools.jarvis.client import Client
from tools.jarvis.decisions import decide, get_approval
from tools.jarvis.editing import Editing
from tools.jarvis.output import Output
from tools.jarvis.terminal import Keyboard

_EXCERPT_BYTES = 64 * 1024
_EXCERPT_LINES = 24
_WHOLE_LINES = 400
_SHORT_LINES = 6
_QUESTION = "  approve (a) · reject (r) · edit (e) · show more (s) · later (l) › "


class Answer(Enum):
    """What became of a question."""

    DECIDED = "decided"
    LATER = "later"


async def ask_person(client: Client, name: str, output: Output, keyboard: Keyboard, answered: asyncio.Event) -> Answer:
    """Shows the approval and takes a decision; sets `answered` before it is recorded."""
    try:
        approval = await get_approval(client, name)
        output.show(await picture(client, approval))
        while True:
            answer = (await keyboard.ask(_QUESTION)).strip()
            word, _, rest = answer.partition(" ")
            match word.lower():
                case "a" | "approve" | "y" | "yes":
                    answered.set()
                    await decide(client, approval, approval_pb2.DECISION_APPROVE)
                    output.say(Text("  ✓ approved", style="green"))
                    return Answer.DECIDED
                case "r" | "reject" | "n" | "no":
                    feedback = rest.strip() or (await keyboard.ask("  what should be better? › ")).strip()
                    if not feedback:
                        output.say("  Nothing was said, so nothing was decided: a rejection needs a reason.")
                        continue
                    answered.set()
                    await decide(client, approval, approval_pb2.DECISION_REJECT, feedback)
                    output.say(Text("  ↻ rejected; it is made again with what you said", style="yellow"))
                    return Answer.DECIDED
                case "e" | "edit":
                    if await _edited(Editing(client, approval, output, keyboard), output, answered):
                        return Answer.DECIDED
                case "s" | "show":
                    output.show(await everything(client, approval))
                case "l" | "later":
                    return Answer.LATER
                case _:
                    output.say("  Please type a, r, e, s or l.")
    except HeyJarvisError as error:
        output.say(Text(f"  {error.message}", style="red"))
        return Answer.LATER


async def _edited(editing: Editing, output: Output, answered: asyncio.Event) -> bool:
    """Whether it was decided as the person edited it."""
    try:
        decided = await editing.decide(deciding=answered.set)
    except InvalidArgument as error:
        output.say(Text(f"  {error.message}", style="yellow"))
        return False
    if decided is not None:
        output.say(Text("  ✓ approved as edited", style="green"))
    return decided is not None


async def everything(client: Client, approval: approval_pb2.Approval) -> RenderableType:
    """Everything that is decided on: the whole plan, or what was made."""
    if approval.gate.kind == approval_pb2.GATE_KIND_PLAN:
        door = client.orchestrator
        answer = await door.ask(door.stub.GetWorkflow, pb.GetWorkflowRequest(name=approval.workflow), repeatable=True)
        return plans.whole([task.spec for task in answer.workflow.tasks])
    return Group(*[await excerpt(client, artifact, _WHOLE_LINES) for artifact in approval.artifacts])


async def picture(client: Client, approval: approval_pb2.Approval) -> RenderableType:
    """What a person has to know to decide."""
    inside: list[RenderableType] = [Text(wording.one_line(approval.title, 300), style="bold"), facts(approval)]
    if approval.gate.question not in approval.summary:
        inside.append(Text(wording.clean(approval.gate.question)))
    if approval.summary:
        inside += [Text(), Markdown(_first_lines(wording.clean(approval.summary), _EXCERPT_LINES))]
    if len(approval.summary.splitlines()) < _SHORT_LINES and (shown := _most_readable(list(approval.artifacts))):
        inside += [Text(), await excerpt(client, shown, _EXCERPT_LINES)]
    if approval.artifacts:
        names = ", ".join(name.rpartition("/")[2] for name in approval.artifacts)
        inside += [Text(), Text(f"made: {names}", style="bright_black")]
    return Panel(Group(*inside), title="Approval", title_align="left", border_style="yellow", padding=(0, 2))


def facts(approval: approval_pb2.Approval) -> Text:
    """Risk, confidence, cost and who has decided so far, in one line."""
    risk = approval_pb2.Risk.Name(approval.gate.risk).removeprefix("RISK_").lower()
    kind = approval_pb2.GateKind.Name(approval.gate.kind).removeprefix("GATE_KIND_").lower().replace("_", " ")
    parts = [approval.name, kind, f"risk {risk}" if risk != "unspecified" else ""]
    if approval.HasField("confidence"):
        parts.append(f"confidence {approval.confidence:.0%}")
    if approval.estimated_cost_usd:
        parts.append(f"going on costs about {wording.money(approval.estimated_cost_usd)}")
    if approval.quorum > 1:
        parts.append(f"{len(approval.decisions)} of {approval.quorum} decisions")
    return Text(" · ".join(filter(None, parts)), style="bright_black")


async def excerpt(client: Client, name: str, most_lines: int) -> RenderableType:
    """The beginning of an artifact, as a person reads it."""
    content, whole = await read_artifact(client, name, _EXCERPT_BYTES)
    file = name.rpartition("/")[2]
    if b"\0" in content:
        return Text(f"{file}: not text; `jarvis results` writes it to disk", style="bright_black")
    text = wording.clean(content.decode("utf-8", "replace"))
    cut = _first_lines(text, most_lines)
    body: RenderableType = Markdown(cut) if file.endswith(".md") else Text(cut, no_wrap=True, overflow="ellipsis")
    more = "" if whole and len(text.splitlines()) <= most_lines else "  …"
    return Group(Text(f"── {file} ", style="bright_black"), body, Text(more, style="bright_black"))


def _first_lines(text: str, most: int) -> str:
    found = text.splitlines()
    return "\n".join(found[:most])


def _most_readable(names: list[str]) -> str:
    for ending in (".md", ".txt", ".json"):
        for name in names:
            if name.endswith(ending):
                return name
    return ""
