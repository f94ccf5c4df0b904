"""Requests that must be refused, and what each is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf.duration_pb2 import Duration
from grpc import StatusCode
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.approvals.v1 import approval_service_pb2 as approvals_pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from chassis.paging import page_token
from tests.contract.orchestrator.conftest import Scene

MEGABYTE = 1 << 20
ORCHESTRATOR = "/heyjarvis.orchestrator.v1.OrchestratorService"
Call = Callable[[Scene], Awaitable[Any]]


@dataclass(frozen=True)
class Case:
    """A request that must be refused."""

    id: str
    call: Call
    code: StatusCode
    reason: str = ""
    """Reason of the ErrorInfo; empty for what gRPC refuses before we see it."""
    says: str = ""
    """Part of the text for people; `{held}` and the like stand for names of the scene."""
    fields: tuple[str, ...] = ()
    """What BadRequest lists."""
    resource: str = ""
    """What ResourceInfo or PreconditionFailure names."""


def _say(method: str, request: Any) -> Call:
    """A call of the orchestrator with a request, or with a function that makes one."""

    def call(scene: Scene) -> Awaitable[Any]:
        made = getattr(scene.ana.orchestrator, method)(request(scene) if callable(request) else request)
        reading: Awaitable[Any] = made.read() if hasattr(made, "read") else made
        return reading

    return call


def _approvals(method: str, request: Callable[[Scene], Any]) -> Call:
    return lambda scene: getattr(scene.ana.approvals, method)(request(scene))


def send(method: str, content: bytes) -> Call:
    """A call with these very bytes as the request."""

    def call(scene: Scene) -> Awaitable[Any]:
        channel: Any = scene.raw  # its stubs cannot say that bytes go as they are
        if method == "WatchWorkflow":
            reading: Awaitable[Any] = channel.unary_stream(f"{ORCHESTRATOR}/{method}")(content).read()
            return reading
        answering: Awaitable[Any] = channel.unary_unary(f"{ORCHESTRATOR}/{method}")(content)
        return answering

    return call


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field on the wire."""
    return bytes([number << 3 | 2, len(content)]) + content


def _submit(**fields: Any) -> Call:
    return _say("SubmitWorkflow", pb.SubmitWorkflowRequest(**({"request": "An app"} | fields)))


def _invalid(id_: str, call: Call, *fields: str, says: str, reason: str = "REQUEST_INVALID") -> Case:
    return Case(id_, call, StatusCode.INVALID_ARGUMENT, reason, says, fields)


def _missing(id_: str, method: str, request: Any, kind: str, name: str) -> Case:
    call = _say(method, request)
    return Case(id_, call, StatusCode.NOT_FOUND, f"{kind.upper()}_NOT_FOUND", "check the name", resource=name)


def _too_early(id_: str, method: str, request: Any, reason: str, says: str, resource: str) -> Case:
    return Case(id_, _say(method, request), StatusCode.FAILED_PRECONDITION, reason, says, resource=resource)


SAY_WHAT = "must say what you want"
WATCH, GET = pb.WatchWorkflowRequest, pb.GetWorkflowRequest

TEXTS = [
    _invalid("empty", _submit(request=""), "request", says=SAY_WHAT),
    _invalid("no fields at all", send("SubmitWorkflow", b""), "request", says=SAY_WHAT),
    _invalid("whitespace", _submit(request=" \n\t "), "request", says=SAY_WHAT),
    _invalid("invisible", _submit(request="\u00a0\u2003\u200b"), "request", says=SAY_WHAT),
    _invalid("a megabyte", _submit(request="x" * MEGABYTE), "request", says="at most 20000 characters"),
    _invalid("NUL", _submit(request="an\x00app"), "request", says="control characters"),
    _invalid("escape codes", _submit(request="\x1b[2Jan app"), "request", says="control characters"),
    _invalid(
        "plan of nothing", _say("PlanWorkflow", pb.PlanWorkflowRequest(request="\u2003")), "request", says=SAY_WHAT
    ),
    _invalid(
        "plan of control characters",
        _say("PlanWorkflow", pb.PlanWorkflowRequest(request="\x07an app")),
        "request",
        says="control characters",
    ),
    Case("above gRPC's limit", _submit(request="x" * 9 * MEGABYTE), StatusCode.RESOURCE_EXHAUSTED, says="8388608"),
]

_undecodable = ("no message that heyjarvis.orchestrator.v1.OrchestratorService/", "UTF-8")
BYTES = [
    _invalid(id_, send(method, content), says=says, reason="REQUEST_UNDECODABLE")
    for says in _undecodable
    for id_, method, content in (
        (f"no protobuf: {says[:3]}", "SubmitWorkflow", b"\xff\xfe\x00binary"),
        (f"cut off: {says[:3]}", "SubmitWorkflow", b"\x0a\x7fshort"),
        (f"no UTF-8: {says[:3]}", "SubmitWorkflow", _field(1, b"an \xff\xfe app")),
        (f"no UTF-8 in a stream's request: {says[:3]}", "WatchWorkflow", _field(1, b"\xc3\x28")),
    )
]

FIELDS = [
    _invalid("autopilot out of range", _submit(autopilot=99), "autopilot", says="defined enum values"),
    _invalid("priority", _submit(priority=101), "priority", says="100"),
    _invalid("no budget at all", _submit(budget_usd=0.0), "budget_usd", says="greater than 0"),
    _invalid("endless budget", _submit(budget_usd=float("inf")), "budget_usd", says="finite"),
    _invalid("negative timeout", _submit(timeout=Duration(seconds=-1)), "timeout", says="greater than 0s"),
    _invalid("too many labels", _submit(labels={str(n): "" for n in range(33)}), "labels", says="32"),
    _invalid("template's name", _submit(template="standard"), "template", says="is 'standard'"),
    _invalid("upper case", _say("GetWorkflow", GET(name="workflows/ABC")), "name", says="is 'workflows/ABC'"),
    _invalid("no name", _say("GetWorkflow", GET()), "name", says="must look like ^workflows/"),
    _invalid("a path", _say("GetWorkflow", GET(name="workflows/../a")), "name", says="must look like"),
    _invalid("a long name", _say("GetWorkflow", GET(name="a" * MEGABYTE)), "name", says="must look like"),
    _invalid("a line break", _say("WatchWorkflow", WATCH(name="workflows/a\n")), "name", says="must look like"),
    _invalid(
        "an artifact above",
        _say("GetArtifact", pb.GetArtifactRequest(name="workflows/a/tasks/t/artifacts/../x")),
        "name",
        says="must look like",
    ),
    _invalid(
        "states nobody has",
        _say("ListWorkflows", pb.ListWorkflowsRequest(states=[99])),  # type: ignore[list-item]  # on purpose
        "states[0]",
        says="defined enum values",
    ),
]


def _listed(id_: str, method: str, request: Any, field: str, reason: str, says: str) -> Case:
    return _invalid(id_, _say(method, request), field, says=says, reason=reason)


def _token(id_: str, method: str, request: Any) -> Case:
    return _listed(id_, method, request, "page_token", "PAGE_TOKEN_INVALID", "send next_page_token as it came")


PAGES = [
    _listed(
        "a negative page",
        "ListWorkflows",
        pb.ListWorkflowsRequest(page_size=-1),
        "page_size",
        "PAGE_SIZE_NEGATIVE",
        "0 asks for 50",
    ),
    _listed(
        "a negative page of artifacts",
        "ListArtifacts",
        lambda s: pb.ListArtifactsRequest(parent=s.over, page_size=-7),
        "page_size",
        "PAGE_SIZE_NEGATIVE",
        "is -7",
    ),
    _token("no token", "ListWorkflows", pb.ListWorkflowsRequest(page_token="next, please")),
    _token("a huge token", "ListWorkflows", pb.ListWorkflowsRequest(page_token="A" * MEGABYTE)),
    _token(
        "a token of another filter",
        "ListWorkflows",
        pb.ListWorkflowsRequest(
            page_token=page_token("1 a", scope="workflows acme running"), states=[wf.WORKFLOW_STATE_PAUSED]
        ),
    ),
    _token(
        "a token of another tenant",
        "ListWorkflows",
        pb.ListWorkflowsRequest(page_token=page_token("1 a", scope="workflows rival ")),
    ),
    _token(
        "a token that somebody built",
        "ListWorkflows",
        pb.ListWorkflowsRequest(page_token=page_token("soon", scope="workflows acme ")),
    ),
    _token(
        "a token of artifacts that somebody built",
        "ListArtifacts",
        lambda s: pb.ListArtifactsRequest(parent=s.over, page_token=page_token("-1", scope=s.over)),
    ),
    _token(
        "a token of another workflow",
        "ListArtifacts",
        lambda s: pb.ListArtifactsRequest(parent=s.over, page_token=page_token("1", scope=s.held)),
    ),
]


def _cursor(id_: str, cursor: Callable[[Scene], str], says: str = "none to start with a snapshot") -> Case:
    request: Callable[[Scene], Any] = lambda s: WATCH(name=s.over, cursor=cursor(s))  # noqa: E731
    return _listed(id_, "WatchWorkflow", request, "cursor", "CURSOR_FOREIGN", says)


CURSORS = [
    _cursor("a cursor of another workflow", lambda s: f"{s.held.removeprefix('workflows/')}:1", says="{held_id}:1"),
    _cursor("a cursor below zero", lambda s: f"{s.over.removeprefix('workflows/')}:-1"),
    _cursor("garbage as cursor", lambda s: "🦊"),
    _invalid(
        "a cursor that is too long",
        _say("WatchWorkflow", lambda s: WATCH(name=s.over, cursor="1" * 200)),
        "cursor",
        says="at most 128",
    ),
    _listed(
        "from the start, after a cursor",
        "WatchWorkflow",
        lambda s: WATCH(name=s.over, cursor=f"{s.over.removeprefix('workflows/')}:1", from_start=True),
        "from_start",
        "CURSOR_AND_START",
        "give one of the two",
    ),
]

NOBODY = "workflows/nobody"
UNKNOWN = [
    _missing(
        "template",
        "SubmitWorkflow",
        pb.SubmitWorkflowRequest(request="x", template="templates/no"),
        "template",
        "templates/no",
    ),
    _missing(
        "template's version",
        "PlanWorkflow",
        pb.PlanWorkflowRequest(request="x", template="templates/over@77"),
        "template",
        "templates/over@77",
    ),
    *(
        _missing(method, method, getattr(pb, f"{method}Request")(name=NOBODY), "workflow", NOBODY)
        for method in (
            "GetWorkflow",
            "WatchWorkflow",
            "CancelWorkflow",
            "PauseWorkflow",
            "ResumeWorkflow",
            "CheckPlanEdit",
        )
    ),
    _missing("RetryTask", "RetryTask", pb.RetryTaskRequest(name=f"{NOBODY}/tasks/t"), "workflow", NOBODY),
    _missing("ListArtifacts", "ListArtifacts", pb.ListArtifactsRequest(parent=NOBODY), "workflow", NOBODY),
    _missing(
        "a task to edit the result of",
        "CheckResultEdit",
        lambda s: pb.CheckResultEditRequest(name=f"{s.over}/tasks/no"),
        "task",
        "{over}/tasks/no",
    ),
    _missing("task", "RetryTask", lambda s: pb.RetryTaskRequest(name=f"{s.over}/tasks/no"), "task", "{over}/tasks/no"),
    _missing(
        "a task's artifacts",
        "ListArtifacts",
        lambda s: pb.ListArtifactsRequest(parent=f"{s.over}/tasks/no"),
        "task",
        "{over}/tasks/no",
    ),
    _missing(
        "artifact",
        "GetArtifact",
        lambda s: pb.GetArtifactRequest(name=f"{s.over}/tasks/t/artifacts/no.txt"),
        "artifact",
        "{over}/tasks/t/artifacts/no.txt",
    ),
    _missing(
        "artifact of a task that still runs",
        "GetArtifact",
        lambda s: pb.GetArtifactRequest(name=f"{s.held}/tasks/held/artifacts/result.json"),
        "artifact",
        "{held}/tasks/held/artifacts/result.json",
    ),
]

STATES = [
    _too_early(
        "check an edit of a plan that waits for nobody",
        "CheckPlanEdit",
        lambda s: pb.CheckPlanEditRequest(name=s.asking, edited_content=b"{}"),
        "NO_PLAN_WAITS",
        "has no plan that waits for approval; only such a plan can be edited",
        "{asking}",
    ),
    _too_early(
        "check an edit of a result that waits for nobody",
        "CheckResultEdit",
        lambda s: pb.CheckResultEditRequest(name=f"{s.over}/tasks/t", edited_content=b"{}"),
        "NO_RESULT_WAITS",
        "is SUCCEEDED and has no result that waits for approval",
        "{over}/tasks/t",
    ),
    _too_early(
        "resume what runs",
        "ResumeWorkflow",
        lambda s: pb.ResumeWorkflowRequest(name=s.held),
        "WORKFLOW_STATE",
        "is RUNNING. Only a PAUSED workflow can be resumed",
        "{held}",
    ),
    _too_early(
        "pause what is over",
        "PauseWorkflow",
        lambda s: pb.PauseWorkflowRequest(name=s.over),
        "WORKFLOW_STATE",
        "is SUCCEEDED. Only a workflow that has not ended can be paused",
        "{over}",
    ),
    _too_early(
        "cancel what is over",
        "CancelWorkflow",
        lambda s: pb.CancelWorkflowRequest(name=s.over),
        "WORKFLOW_STATE",
        "is SUCCEEDED. Only a workflow that has not ended can be cancelled",
        "{over}",
    ),
    _too_early(
        "retry what succeeded",
        "RetryTask",
        lambda s: pb.RetryTaskRequest(name=f"{s.over}/tasks/t"),
        "TASK_NOT_RETRYABLE",
        "is SUCCEEDED; only a FAILED, SKIPPED or CANCELLED task can begin afresh",
        "{over}/tasks/t",
    ),
    _too_early(
        "retry what runs",
        "RetryTask",
        lambda s: pb.RetryTaskRequest(name=f"{s.held}/tasks/held"),
        "TASK_NOT_RETRYABLE",
        "is RUNNING",
        "{held}/tasks/held",
    ),
    Case(
        "a request id that stands for another body",
        _submit(request="Something else", request_id="held-1"),
        StatusCode.ALREADY_EXISTS,
        "REQUEST_ID_REUSED",
        "which is '{held}'. Use a new id",
        resource="held-1",
    ),
]

REJECT, APPROVE = approval_pb2.DECISION_REJECT, approval_pb2.DECISION_APPROVE


def _decide(id_: str, code: StatusCode, reason: str, says: str, *fields: str, resource: str = "", **said: Any) -> Case:
    call = _approvals("DecideApproval", lambda s: approvals_pb.DecideApprovalRequest(**({"name": s.approval} | said)))
    return Case(id_, call, code, reason, says, fields, resource)


_WRONG = StatusCode.INVALID_ARGUMENT
APPROVALS = [
    _decide("reject in silence", _WRONG, "INVALID_ARGUMENT", "what to do better", "feedback", decision=REJECT),
    _decide(
        "reject with a sigh", _WRONG, "INVALID_ARGUMENT", "what to do better", "feedback", decision=REJECT, feedback=" "
    ),
    _decide("decide nothing", _WRONG, "REQUEST_INVALID", "must not be in list", "decision"),
    _decide("decide what nobody knows", _WRONG, "REQUEST_INVALID", "defined enum values", "decision", decision=99),
    _decide("a name of nothing", _WRONG, "REQUEST_INVALID", "is 'yes'", "name", name="yes", decision=APPROVE),
    _decide(
        "other content",
        StatusCode.ABORTED,
        "CONTENT_CHANGED",
        "read it again, then decide",
        decision=APPROVE,
        content_sha256="0" * 64,
    ),
    _decide(
        "approval",
        StatusCode.NOT_FOUND,
        "APPROVAL_NOT_FOUND",
        "check the name",
        resource="approvals/nobody",
        name="approvals/nobody",
        decision=APPROVE,
    ),
]

CASES = [*TEXTS, *BYTES, *FIELDS, *PAGES, *CURSORS, *UNKNOWN, *STATES, *APPROVALS]
