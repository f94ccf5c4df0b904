"""A message of a caller, read: a new request, or the decision on a question that is open. Pure.

A request is text. What else it may say stands in the message's metadata:

    skill        a template of the card, such as `standard-business`; without it the planner chooses
    autopilot    `manual`, `assisted` (default) or `full`
    budgetUsd    the most it may cost

A decision is one data part: {"approval": "approvals/x", "decision": "approve" | "reject", "feedback": "...",
"contentSha256": "..."}. No model and no guess ever stands between the words and the decision.
"""

from dataclasses import dataclass

from a2a.types import a2a_pb2 as a2a
from a2a.utils.errors import ContentTypeNotSupportedError, InvalidParamsError, PushNotificationNotSupportedError
from google.protobuf.json_format import MessageToDict
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.approvals.v1 import approval_service_pb2 as approvals
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as orchestrator

from services.a2a.convert import CONTEXT_LABEL, LONGEST_ID, MESSAGE_LABEL, request_id

AUTOPILOTS = {
    "": approval_pb2.AUTOPILOT_MODE_UNSPECIFIED,
    "manual": approval_pb2.AUTOPILOT_MODE_MANUAL,
    "assisted": approval_pb2.AUTOPILOT_MODE_ASSISTED,
    "full": approval_pb2.AUTOPILOT_MODE_FULL,
}
DECISIONS = {"approve": approval_pb2.DECISION_APPROVE, "reject": approval_pb2.DECISION_REJECT}
ANY_SKILL = "business-request"
"""The skill that stands for whatever the planner makes of a request."""
HOW_TO_DECIDE = (
    'Answer with one data part such as {"approval": "approvals/x", "decision": "approve", "contentSha256": "..."}, or '
    '"reject" with "feedback"; the values stand in the status message.'
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a request says beside its text."""

    template: str = ""
    autopilot: approval_pb2.AutopilotMode = approval_pb2.AUTOPILOT_MODE_UNSPECIFIED
    budget_usd: float | None = None


def check(request: a2a.SendMessageRequest) -> a2a.Message:
    """The message, when this door can take it at all."""
    message = request.message
    for field, value in (("message.messageId", message.message_id), ("message.contextId", message.context_id)):
        if len(value) > LONGEST_ID:
            raise _wrong(field, f"has {len(value)} characters; at most {LONGEST_ID} are allowed")
    if not message.message_id:
        raise _wrong("message.messageId", "is required; a repeat with the same one starts nothing twice")
    if not message.parts:
        raise _wrong("message.parts", "is empty; say what you want as text")
    if request.configuration.HasField("task_push_notification_config"):
        raise PushNotificationNotSupportedError
    return message


def submission(message: a2a.Message, subject: str) -> orchestrator.SubmitWorkflowRequest:
    """The workflow that a message asks for."""
    wishes = _wishes(message)
    labels = {MESSAGE_LABEL: message.message_id}
    if message.context_id:
        labels[CONTEXT_LABEL] = message.context_id
    return orchestrator.SubmitWorkflowRequest(
        request=_text(message),
        template=wishes.template,
        autopilot=wishes.autopilot,
        budget_usd=wishes.budget_usd,
        labels=labels,
        request_id=request_id(subject, message.message_id),
    )


def decision(message: a2a.Message, subject: str) -> approvals.DecideApprovalRequest:
    """The decision that a message about a waiting task holds."""
    answers = [MessageToDict(part.data) for part in message.parts if part.WhichOneof("content") == "data"]
    if len(answers) != 1 or not isinstance(answers[0], dict):
        raise _wrong("message.parts", f"is no decision. {HOW_TO_DECIDE}")
    answer = {name: value for name, value in answers[0].items() if isinstance(value, str)}
    decided = DECISIONS.get(answer.get("decision", ""))
    if decided is None or not answer.get("approval"):
        raise _wrong("message.parts", f"is no decision. {HOW_TO_DECIDE}")
    return approvals.DecideApprovalRequest(
        name=answer["approval"],
        decision=decided,
        feedback=answer.get("feedback", ""),
        content_sha256=answer.get("contentSha256", ""),
        request_id=request_id(subject, message.message_id),
    )


def _text(message: a2a.Message) -> str:
    for part in message.parts:
        if part.WhichOneof("content") != "text":
            raise ContentTypeNotSupportedError("A request is text; send text parts alone.")
    return "\n\n".join(part.text for part in message.parts)


def _wishes(message: a2a.Message) -> Wishes:
    said = MessageToDict(message.metadata)
    skill, autopilot, budget = said.get("skill", ""), said.get("autopilot", ""), said.get("budgetUsd")
    if not isinstance(skill, str):
        raise _wrong("message.metadata.skill", "must be the id of a skill on the agent card")
    if not isinstance(autopilot, str) or autopilot not in AUTOPILOTS:
        raise _wrong("message.metadata.autopilot", f"must be one of {', '.join(filter(None, AUTOPILOTS))}")
    if budget is not None and (isinstance(budget, bool) or not isinstance(budget, int | float)):
        raise _wrong("message.metadata.budgetUsd", "must be a number of US dollars")
    # The skill that leaves the choice to the planner.
    template = "" if skill in ("", ANY_SKILL) else f"templates/{skill}"
    return Wishes(template, AUTOPILOTS[autopilot], budget)


def _wrong(field: str, why: str) -> InvalidParamsError:
    return InvalidParamsError(f"{field} {why}.", data={"errors": [{"field": field, "message": why}]})
