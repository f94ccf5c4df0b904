"""What agents say to each other, one line each: questions, answers, messages, hand-offs, reviews. Pure.

What they wrote is shown as it is, cut and without control characters: it is data.
"""

from __future__ import annotations

from collections.abc import Iterator

from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.orchestrator.v1 import event_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from tools.jarvis import wording
from tools.jarvis.view import WorkflowView

MOST = 160
"""Characters of what was said in a line."""
REVIEW = "[review] "
"""Before feedback that comes from an agent."""


def lines(view: WorkflowView, message: pb.WatchWorkflowResponse) -> list[tuple[str, str]]:
    """A glyph and a line for each thing that a message of WatchWorkflow tells an agent said; mostly none."""
    event = message.event
    task = view.tasks.get(event.task) if message.HasField("event") else None
    if task is None:
        return []
    return [(glyph, f"{task.title}{said}") for glyph, said in _said(view, event)]


def sent_back(feedback: str) -> str:
    """What was found in a result, as it is told to who makes it again."""
    return _quote(" ".join(line.removeprefix("- ") for line in feedback.removeprefix(REVIEW).splitlines()))


def _said(view: WorkflowView, event: event_pb2.WorkflowEvent) -> Iterator[tuple[str, str]]:
    match event.WhichOneof("kind"):
        case "asked":
            asked = event.asked
            yield "?", f"{_through(asked)}: asks {_kind(asked.agent_type)}: {_quote(asked.instructions)}"
        case "answered" if event.answered.HasField("failure"):
            yield "!", f": gets no answer: {wording.one_line(event.answered.failure.message, MOST)}"
        case "answered":
            yield "↩", f": gets the answer: {_quote(event.answered.summary)}"
        case "messaged":
            yield "»", f": {_message(event.messaged)}"
        case "handed_off":
            spec = event.handed_off.spec
            task = f"new task {_quote(spec.title)}"
            yield "→", f": leaves the rest to {_kind(spec.agent_type)}, {task}: {_quote(spec.instructions)}"
        case "revision_requested":
            for each in event.revision_requested.revisions:
                title = view.tasks[each.task].title if each.task in view.tasks else each.task
                yield "↻", f": sends back {wording.one_line(title, 60)}, to be made again: {sent_back(each.feedback)}"
        case "revision_declined":
            yield "·", f": sends nothing back: {wording.one_line(event.revision_declined.reason, MOST)}"
        case "result_edit_refused":
            body = event.result_edit_refused
            yield "⚠", f": the edit by {body.by} was not taken: {wording.first_of(body.problems, MOST)}"


def _kind(agent_type: str) -> str:
    return wording.one_line(agent_type, 40).replace("_", " ")


def _through(asked: event_pb2.AgentAsked) -> str:
    behind = [_kind(each) for each in asked.asked_by[1:]]
    return f" (through {', '.join(behind)})" if behind else ""


def _message(said: event_pb2.AgentMessaged) -> str:
    topic = wording.one_line(said.topic, 60)
    match said.pattern:
        case agents.MESSAGE_PATTERN_BROADCAST:
            return f"tells all: {_quote(said.body)}"
        case agents.MESSAGE_PATTERN_MEMORY:
            return f"notes for all: {topic} = {wording.one_line(said.body, MOST)}"
        case agents.MESSAGE_PATTERN_PUBLISH:
            return f"says on {topic}: {_quote(said.body)}"
        case _:
            return f"says{' of ' + topic if topic else ''}: {_quote(said.body)}"


def _quote(text: str) -> str:
    return f"“{wording.one_line(text, MOST)}”"
