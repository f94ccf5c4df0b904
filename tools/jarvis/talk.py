"""What agents say to each other, one line each: questions, answers, messages, hand-offs, reviews. Pure.

What they wrote is shown as it is, cut and without control characters: it is data.
"""

from __future__ import annotations

from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from tools.jarvis import wording
from tools.jarvis.view import TaskView, WorkflowView

MOST = 120
"""Characters of what was said in a line."""


def lines(view: WorkflowView, message: pb.WatchWorkflowResponse) -> list[tuple[str, str]]:
    """The line of a message of WatchWorkflow, if it tells of something an agent said."""
    said = line(view, message.event) if message.HasField("event") else None
    return [said] if said else []


def line(view: WorkflowView, event: event_pb2.WorkflowEvent) -> tuple[str, str] | None:
    """A glyph and a line for what an agent said; None for every other event."""
    task = view.tasks.get(event.task)
    if task is None:
        return None
    match event.WhichOneof("kind"):
        case "asked":
            return "?", f"{_asks(task, event.asked)}: {_quote(event.asked.instructions)}"
        case "answered":
            if event.answered.HasField("failure"):
                return "!", f"{task.title}: no answer: {wording.one_line(event.answered.failure.message, MOST)}"
            return "↩", f"{task.title}: answered: {wording.one_line(event.answered.summary, MOST)}"
        case "messaged":
            return "»", f"{task.title}: {_message(event.messaged)}"
        case "handed_off":
            spec = event.handed_off.spec
            return "→", f"{task.title}: hands on to {spec.agent_type}: {wording.one_line(spec.title, MOST)}"
        case "revision_requested":
            body = event.revision_requested
            names = [view.tasks[each.task].title if each.task in view.tasks else each.task for each in body.revisions]
            return "↻", f"{task.title}: sends back {', '.join(wording.one_line(name, 60) for name in names)}"
        case "revision_declined":
            return "·", f"{task.title}: sends nothing back: {wording.one_line(event.revision_declined.reason, MOST)}"
        case "kept":
            return "✓", f"{task.title}: stands as it was: {wording.one_line(event.kept.reason, MOST)}"
        case _:
            return None


def _asks(task: TaskView, asked: event_pb2.AgentAsked) -> str:
    behind = [wording.one_line(each, 40) for each in asked.asked_by[1:]]
    through = f" (through {', '.join(behind)})" if behind else ""
    return f"{task.title}{through}: asks {wording.one_line(asked.agent_type, 40)}"


def _message(said: event_pb2.AgentMessaged) -> str:
    topic = wording.one_line(said.topic, 60)
    match said.pattern:
        case agents.MESSAGE_PATTERN_BROADCAST:
            return f"says to all: {_quote(said.body)}"
        case agents.MESSAGE_PATTERN_MEMORY:
            return f"remembers {topic}: {wording.one_line(said.body, MOST)}"
        case agents.MESSAGE_PATTERN_PUBLISH:
            return f"says on {topic}: {_quote(said.body)}"
        case _:
            return f"says{' of ' + topic if topic else ''}: {_quote(said.body)}"


def _quote(text: str) -> str:
    return f"“{wording.one_line(text, MOST)}”"
