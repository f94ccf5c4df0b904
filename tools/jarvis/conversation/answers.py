"""What the words of a conversation do."""

from __future__ import annotations

from datetime import UTC, datetime

from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from rich.text import Text

from tools.jarvis import draw
from tools.jarvis import run as running_run
from tools.jarvis.client import Client
from tools.jarvis.commands import analytics, approvals, system, templates, workflows
from tools.jarvis.conversation.words import Word
from tools.jarvis.conversation.workflows import Followed, Running
from tools.jarvis.decisions import decide, get_approval
from tools.jarvis.names import approval_name, workflow_name
from tools.jarvis.output import Output
from tools.jarvis.snapshot import of_snapshot

_LISTED = 10

HELP = """
  Anything you type starts a workflow: A neighbourhood bakery in Lyon

  status              how the system is, and what is under way
  list                the newest workflows
  show [N or ID]      one workflow, or an approval that waits
  cancel [N or ID]    end a workflow; `cancel all` ends yours
  approvals           what waits for you
  approve [ID]        let it go on
  reject [ID] WHY     have it made again
  templates           the recipes
  analytics           what happened, counted
  agents, health      who is there, and how well
  clear, help, quit

  A word with a / before it is always a command.
"""


class Answers:
    """Answers to words."""

    def __init__(self, client: Client, output: Output, running: Running) -> None:
        self._client = client
        self._output = output
        self._running = running

    async def give(self, word: Word, rest: str) -> None:
        """Does what the word says. Raises a HeyJarvisError."""
        client, output = self._client, self._output
        match word:
            case Word.HELP:
                output.say(HELP)
            case Word.CLEAR:
                output.console.clear()
            case Word.STATUS:
                await self._status()
            case Word.AGENTS:
                output.show(system.agents_table((await system.get_status(client)).agents))
            case Word.HEALTH:
                output.show(system.health_table(await system.check_health(client)))
            case Word.TEMPLATES:
                output.show(templates.drawing(list((await templates.list_of(client)).templates)))
            case Word.ANALYTICS:
                output.show(analytics.dashboard_drawing(await analytics.get_dashboard(client)))
            case Word.LIST:
                await self._list()
            case Word.APPROVALS:
                output.show(approvals.drawing(list((await approvals.list_of(client)).approvals)))
            case Word.SHOW:
                await self._show(rest)
            case Word.CANCEL:
                await self._cancel(rest)
            case Word.APPROVE:
                await self._decide(rest, approval_pb2.DECISION_APPROVE)
            case Word.REJECT:
                await self._decide(rest, approval_pb2.DECISION_REJECT)

    async def _status(self) -> None:
        now, width = datetime.now(UTC), self._output.console.width
        for one in self._running.active:
            self._output.show(Text.assemble("\n  ", one.tag))
            self._output.show(draw.workflow(one.view, now, width))
        self._output.say()
        self._output.show(system.status_drawing(await system.get_status(self._client)))

    async def _list(self) -> None:
        door = self._client.orchestrator
        answer = await door.ask(door.stub.ListWorkflows, pb.ListWorkflowsRequest(page_size=_LISTED), repeatable=True)
        self._output.show(workflows.workflows_table([of_snapshot(workflow) for workflow in answer.workflows]))

    async def _show(self, given: str) -> None:
        own = self._own(given or "last")
        beginning = given.partition("/")[2] or given
        if own is None and any(name.partition("/")[2].startswith(beginning) for name in self._waiting()):
            name = await approval_name(self._client, given)
            await self._running.gates.present(name, "")
            return
        if own is not None:
            view = own.view
        else:
            name = await workflow_name(self._client, given or "last")
            view = of_snapshot(await workflows.get_workflow(self._client, name))
        self._output.show(draw.workflow(view, datetime.now(UTC), self._output.console.width))

    async def _cancel(self, given: str) -> None:
        active = self._running.active
        if given == "all":
            names = [one.view.name for one in active]
        elif given:
            own = self._own(given)
            names = [own.view.name if own else await workflow_name(self._client, given)]
        elif len(active) == 1:
            names = [active[0].view.name]
        else:
            names = []
        if not names:
            self._output.say("  Which one? cancel N, cancel ID or cancel all." if active else "  Nothing is under way.")
            self._output.show(workflows.workflows_table([one.view for one in active]) if active else Text(""))
        for name in names:
            await running_run.cancel(self._client, name, "cancelled in a conversation", self._output)

    async def _decide(self, rest: str, decision: approval_pb2.Decision) -> None:
        given, _, feedback = rest.partition(" ")
        if decision == approval_pb2.DECISION_REJECT and not feedback.strip():
            self._output.say("  Say which one and what should be better: reject ID WHY")
            return
        if not given and len(self._waiting()) > 1:
            self._output.say("  Which one? Several wait: approve ID")
            self._output.show(approvals.drawing(list((await approvals.list_of(self._client)).approvals)))
            return
        name = await approval_name(self._client, given or "last")
        decided = await decide(self._client, await get_approval(self._client, name), decision, feedback.strip())
        self._running.gates.close(decided.name)
        mark = "✓" if decision == approval_pb2.DECISION_APPROVE else "↻"
        self._output.say(f"  {mark} {decided.title}")

    def _waiting(self) -> set[str]:
        """Names of the approvals that what runs here waits for."""
        return {name for one in self._running.active for name in one.view.approvals}

    def _own(self, given: str) -> Followed | None:
        if given == "last" and self._running.all:
            return self._running.all[-1]
        if given.isdecimal() and 0 < int(given) <= len(self._running.all):
            return self._running.all[int(given) - 1]
        return None
