import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from heyjarvis.agents.v1 import agent_service_pb2 as _agent_service_pb2
from heyjarvis.agents.v1 import artifact_pb2 as _artifact_pb2
from heyjarvis.agents.v1 import usage_pb2 as _usage_pb2
from heyjarvis.approvals.v1 import approval_pb2 as _approval_pb2
from heyjarvis.orchestrator.v1 import workflow_pb2 as _workflow_pb2
from heyjarvis.templates.v1 import template_service_pb2 as _template_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LastWord(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LAST_WORD_UNSPECIFIED: _ClassVar[LastWord]
    LAST_WORD_PROGRESS: _ClassVar[LastWord]
    LAST_WORD_RESULT: _ClassVar[LastWord]
    LAST_WORD_FAILURE: _ClassVar[LastWord]
    LAST_WORD_CANCELLED: _ClassVar[LastWord]
LAST_WORD_UNSPECIFIED: LastWord
LAST_WORD_PROGRESS: LastWord
LAST_WORD_RESULT: LastWord
LAST_WORD_FAILURE: LastWord
LAST_WORD_CANCELLED: LastWord

class WorkflowEvent(_message.Message):
    __slots__ = ("cursor", "time", "task", "attempt", "submitted", "planned", "paused", "resumed", "cancel_requested", "ended", "plan_drafted", "replan_requested", "replanned", "replan_declined", "plan_edited", "plan_edit_refused", "approval_requested", "approval_decided", "approval_withdrawn", "held", "released", "readied", "started", "refused", "progressed", "text", "messaged", "asked", "answered", "delivered", "succeeded", "retry_scheduled", "failed", "skipped", "cancelled", "reset", "came_back", "handed_off", "revision_requested", "revision_declined", "kept", "result_edit_refused")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_FIELD_NUMBER: _ClassVar[int]
    PLANNED_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    RESUMED_FIELD_NUMBER: _ClassVar[int]
    CANCEL_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    PLAN_DRAFTED_FIELD_NUMBER: _ClassVar[int]
    REPLAN_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    REPLANNED_FIELD_NUMBER: _ClassVar[int]
    REPLAN_DECLINED_FIELD_NUMBER: _ClassVar[int]
    PLAN_EDITED_FIELD_NUMBER: _ClassVar[int]
    PLAN_EDIT_REFUSED_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_DECIDED_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    READIED_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    PROGRESSED_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MESSAGED_FIELD_NUMBER: _ClassVar[int]
    ASKED_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    RETRY_SCHEDULED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    RESET_FIELD_NUMBER: _ClassVar[int]
    CAME_BACK_FIELD_NUMBER: _ClassVar[int]
    HANDED_OFF_FIELD_NUMBER: _ClassVar[int]
    REVISION_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    REVISION_DECLINED_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    RESULT_EDIT_REFUSED_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    time: _timestamp_pb2.Timestamp
    task: str
    attempt: int
    submitted: WorkflowSubmitted
    planned: WorkflowPlanned
    paused: WorkflowPaused
    resumed: WorkflowResumed
    cancel_requested: CancelRequested
    ended: WorkflowEnded
    plan_drafted: PlanDrafted
    replan_requested: ReplanRequested
    replanned: WorkflowReplanned
    replan_declined: ReplanDeclined
    plan_edited: PlanEdited
    plan_edit_refused: PlanEditRefused
    approval_requested: ApprovalRequested
    approval_decided: ApprovalDecided
    approval_withdrawn: ApprovalWithdrawn
    held: WorkflowHeld
    released: WorkflowReleased
    readied: TaskReadied
    started: TaskStarted
    refused: TaskRefused
    progressed: TaskProgressed
    text: TaskTextStreamed
    messaged: AgentMessaged
    asked: AgentAsked
    answered: AgentAnswered
    delivered: TaskDelivered
    succeeded: TaskSucceeded
    retry_scheduled: TaskRetryScheduled
    failed: TaskFailed
    skipped: TaskSkipped
    cancelled: TaskCancelled
    reset: TaskReset
    came_back: AttemptCameBack
    handed_off: TaskHandedOff
    revision_requested: RevisionRequested
    revision_declined: RevisionDeclined
    kept: TaskKept
    result_edit_refused: ResultEditRefused
    def __init__(self, cursor: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., task: _Optional[str] = ..., attempt: _Optional[int] = ..., submitted: _Optional[_Union[WorkflowSubmitted, _Mapping]] = ..., planned: _Optional[_Union[WorkflowPlanned, _Mapping]] = ..., paused: _Optional[_Union[WorkflowPaused, _Mapping]] = ..., resumed: _Optional[_Union[WorkflowResumed, _Mapping]] = ..., cancel_requested: _Optional[_Union[CancelRequested, _Mapping]] = ..., ended: _Optional[_Union[WorkflowEnded, _Mapping]] = ..., plan_drafted: _Optional[_Union[PlanDrafted, _Mapping]] = ..., replan_requested: _Optional[_Union[ReplanRequested, _Mapping]] = ..., replanned: _Optional[_Union[WorkflowReplanned, _Mapping]] = ..., replan_declined: _Optional[_Union[ReplanDeclined, _Mapping]] = ..., plan_edited: _Optional[_Union[PlanEdited, _Mapping]] = ..., plan_edit_refused: _Optional[_Union[PlanEditRefused, _Mapping]] = ..., approval_requested: _Optional[_Union[ApprovalRequested, _Mapping]] = ..., approval_decided: _Optional[_Union[ApprovalDecided, _Mapping]] = ..., approval_withdrawn: _Optional[_Union[ApprovalWithdrawn, _Mapping]] = ..., held: _Optional[_Union[WorkflowHeld, _Mapping]] = ..., released: _Optional[_Union[WorkflowReleased, _Mapping]] = ..., readied: _Optional[_Union[TaskReadied, _Mapping]] = ..., started: _Optional[_Union[TaskStarted, _Mapping]] = ..., refused: _Optional[_Union[TaskRefused, _Mapping]] = ..., progressed: _Optional[_Union[TaskProgressed, _Mapping]] = ..., text: _Optional[_Union[TaskTextStreamed, _Mapping]] = ..., messaged: _Optional[_Union[AgentMessaged, _Mapping]] = ..., asked: _Optional[_Union[AgentAsked, _Mapping]] = ..., answered: _Optional[_Union[AgentAnswered, _Mapping]] = ..., delivered: _Optional[_Union[TaskDelivered, _Mapping]] = ..., succeeded: _Optional[_Union[TaskSucceeded, _Mapping]] = ..., retry_scheduled: _Optional[_Union[TaskRetryScheduled, _Mapping]] = ..., failed: _Optional[_Union[TaskFailed, _Mapping]] = ..., skipped: _Optional[_Union[TaskSkipped, _Mapping]] = ..., cancelled: _Optional[_Union[TaskCancelled, _Mapping]] = ..., reset: _Optional[_Union[TaskReset, _Mapping]] = ..., came_back: _Optional[_Union[AttemptCameBack, _Mapping]] = ..., handed_off: _Optional[_Union[TaskHandedOff, _Mapping]] = ..., revision_requested: _Optional[_Union[RevisionRequested, _Mapping]] = ..., revision_declined: _Optional[_Union[RevisionDeclined, _Mapping]] = ..., kept: _Optional[_Union[TaskKept, _Mapping]] = ..., result_edit_refused: _Optional[_Union[ResultEditRefused, _Mapping]] = ...) -> None: ...

class WorkflowSubmitted(_message.Message):
    __slots__ = ("request", "template", "submitted_by", "autopilot")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_BY_FIELD_NUMBER: _ClassVar[int]
    AUTOPILOT_FIELD_NUMBER: _ClassVar[int]
    request: str
    template: str
    submitted_by: str
    autopilot: _approval_pb2.AutopilotMode
    def __init__(self, request: _Optional[str] = ..., template: _Optional[str] = ..., submitted_by: _Optional[str] = ..., autopilot: _Optional[_Union[_approval_pb2.AutopilotMode, str]] = ...) -> None: ...

class WorkflowPlanned(_message.Message):
    __slots__ = ("plan", "title")
    PLAN_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    plan: _workflow_pb2.Plan
    title: str
    def __init__(self, plan: _Optional[_Union[_workflow_pb2.Plan, _Mapping]] = ..., title: _Optional[str] = ...) -> None: ...

class PlanDrafted(_message.Message):
    __slots__ = ("problems", "usage", "model", "simulated")
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_FIELD_NUMBER: _ClassVar[int]
    problems: _containers.RepeatedScalarFieldContainer[str]
    usage: _usage_pb2.Usage
    model: str
    simulated: bool
    def __init__(self, problems: _Optional[_Iterable[str]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., model: _Optional[str] = ..., simulated: _Optional[bool] = ...) -> None: ...

class ReplanRequested(_message.Message):
    __slots__ = ("by", "feedback", "failed")
    BY_FIELD_NUMBER: _ClassVar[int]
    FEEDBACK_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    by: str
    feedback: str
    failed: str
    def __init__(self, by: _Optional[str] = ..., feedback: _Optional[str] = ..., failed: _Optional[str] = ...) -> None: ...

class WorkflowReplanned(_message.Message):
    __slots__ = ("plan", "failed", "held", "dropped")
    PLAN_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    plan: _workflow_pb2.Plan
    failed: str
    held: _containers.RepeatedScalarFieldContainer[str]
    dropped: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, plan: _Optional[_Union[_workflow_pb2.Plan, _Mapping]] = ..., failed: _Optional[str] = ..., held: _Optional[_Iterable[str]] = ..., dropped: _Optional[_Iterable[str]] = ...) -> None: ...

class ReplanDeclined(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class PlanEdited(_message.Message):
    __slots__ = ("plan", "by", "held")
    PLAN_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    plan: _workflow_pb2.Plan
    by: str
    held: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, plan: _Optional[_Union[_workflow_pb2.Plan, _Mapping]] = ..., by: _Optional[str] = ..., held: _Optional[_Iterable[str]] = ...) -> None: ...

class PlanEditRefused(_message.Message):
    __slots__ = ("approval", "by", "problems")
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    approval: str
    by: str
    problems: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, approval: _Optional[str] = ..., by: _Optional[str] = ..., problems: _Optional[_Iterable[str]] = ...) -> None: ...

class WorkflowPaused(_message.Message):
    __slots__ = ("reason", "by")
    REASON_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    reason: str
    by: str
    def __init__(self, reason: _Optional[str] = ..., by: _Optional[str] = ...) -> None: ...

class WorkflowHeld(_message.Message):
    __slots__ = ("until_time", "budget_usd", "spent_usd")
    UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    BUDGET_USD_FIELD_NUMBER: _ClassVar[int]
    SPENT_USD_FIELD_NUMBER: _ClassVar[int]
    until_time: _timestamp_pb2.Timestamp
    budget_usd: float
    spent_usd: float
    def __init__(self, until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., budget_usd: _Optional[float] = ..., spent_usd: _Optional[float] = ...) -> None: ...

class WorkflowReleased(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WorkflowResumed(_message.Message):
    __slots__ = ("by",)
    BY_FIELD_NUMBER: _ClassVar[int]
    by: str
    def __init__(self, by: _Optional[str] = ...) -> None: ...

class CancelRequested(_message.Message):
    __slots__ = ("reason", "by")
    REASON_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    reason: str
    by: str
    def __init__(self, reason: _Optional[str] = ..., by: _Optional[str] = ...) -> None: ...

class WorkflowEnded(_message.Message):
    __slots__ = ("state", "failure", "usage", "waste")
    STATE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    WASTE_FIELD_NUMBER: _ClassVar[int]
    state: _workflow_pb2.WorkflowState
    failure: _usage_pb2.Failure
    usage: _usage_pb2.Usage
    waste: _usage_pb2.Usage
    def __init__(self, state: _Optional[_Union[_workflow_pb2.WorkflowState, str]] = ..., failure: _Optional[_Union[_usage_pb2.Failure, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., waste: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class ApprovalRequested(_message.Message):
    __slots__ = ("approval", "kind", "title")
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    approval: str
    kind: _approval_pb2.GateKind
    title: str
    def __init__(self, approval: _Optional[str] = ..., kind: _Optional[_Union[_approval_pb2.GateKind, str]] = ..., title: _Optional[str] = ...) -> None: ...

class ApprovalDecided(_message.Message):
    __slots__ = ("approval", "kind", "outcome", "by", "feedback")
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    FEEDBACK_FIELD_NUMBER: _ClassVar[int]
    approval: str
    kind: _approval_pb2.GateKind
    outcome: _approval_pb2.ApprovalState
    by: str
    feedback: str
    def __init__(self, approval: _Optional[str] = ..., kind: _Optional[_Union[_approval_pb2.GateKind, str]] = ..., outcome: _Optional[_Union[_approval_pb2.ApprovalState, str]] = ..., by: _Optional[str] = ..., feedback: _Optional[str] = ...) -> None: ...

class ApprovalWithdrawn(_message.Message):
    __slots__ = ("approval",)
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    approval: str
    def __init__(self, approval: _Optional[str] = ...) -> None: ...

class TaskReadied(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class TaskStarted(_message.Message):
    __slots__ = ("instance", "endpoint", "reason", "deadline_time", "check_time", "timeout_reason", "candidates")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_TIME_FIELD_NUMBER: _ClassVar[int]
    CHECK_TIME_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_REASON_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    instance: str
    endpoint: str
    reason: str
    deadline_time: _timestamp_pb2.Timestamp
    check_time: _timestamp_pb2.Timestamp
    timeout_reason: str
    candidates: _containers.RepeatedCompositeFieldContainer[Candidate]
    def __init__(self, instance: _Optional[str] = ..., endpoint: _Optional[str] = ..., reason: _Optional[str] = ..., deadline_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., check_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., timeout_reason: _Optional[str] = ..., candidates: _Optional[_Iterable[_Union[Candidate, _Mapping]]] = ...) -> None: ...

class Candidate(_message.Message):
    __slots__ = ("instance", "score", "load", "record", "latency", "locality", "version")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    LOAD_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    LATENCY_FIELD_NUMBER: _ClassVar[int]
    LOCALITY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    instance: str
    score: float
    load: float
    record: float
    latency: float
    locality: float
    version: float
    def __init__(self, instance: _Optional[str] = ..., score: _Optional[float] = ..., load: _Optional[float] = ..., record: _Optional[float] = ..., latency: _Optional[float] = ..., locality: _Optional[float] = ..., version: _Optional[float] = ...) -> None: ...

class TaskRefused(_message.Message):
    __slots__ = ("instance", "reason")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    instance: str
    reason: _agent_service_pb2.RefusalReason
    def __init__(self, instance: _Optional[str] = ..., reason: _Optional[_Union[_agent_service_pb2.RefusalReason, str]] = ...) -> None: ...

class TaskProgressed(_message.Message):
    __slots__ = ("fraction", "message", "usage", "check_time")
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    CHECK_TIME_FIELD_NUMBER: _ClassVar[int]
    fraction: float
    message: str
    usage: _usage_pb2.Usage
    check_time: _timestamp_pb2.Timestamp
    def __init__(self, fraction: _Optional[float] = ..., message: _Optional[str] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., check_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class TaskTextStreamed(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class AgentMessaged(_message.Message):
    __slots__ = ("pattern", "topic", "body")
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    pattern: _agent_service_pb2.MessagePattern
    topic: str
    body: str
    def __init__(self, pattern: _Optional[_Union[_agent_service_pb2.MessagePattern, str]] = ..., topic: _Optional[str] = ..., body: _Optional[str] = ...) -> None: ...

class AgentAsked(_message.Message):
    __slots__ = ("ask_id", "agent_type", "instructions", "instance", "asked_by")
    ASK_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_FIELD_NUMBER: _ClassVar[int]
    ask_id: str
    agent_type: str
    instructions: str
    instance: str
    asked_by: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ask_id: _Optional[str] = ..., agent_type: _Optional[str] = ..., instructions: _Optional[str] = ..., instance: _Optional[str] = ..., asked_by: _Optional[_Iterable[str]] = ...) -> None: ...

class AgentAnswered(_message.Message):
    __slots__ = ("ask_id", "summary", "failure", "usage")
    ASK_ID_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    ask_id: str
    summary: str
    failure: _usage_pb2.Failure
    usage: _usage_pb2.Usage
    def __init__(self, ask_id: _Optional[str] = ..., summary: _Optional[str] = ..., failure: _Optional[_Union[_usage_pb2.Failure, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class TaskResult(_message.Message):
    __slots__ = ("artifacts", "summary", "confidence", "usage", "simulated", "models")
    ARTIFACTS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    artifacts: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    summary: str
    confidence: float
    usage: _usage_pb2.Usage
    simulated: bool
    models: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, artifacts: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ..., summary: _Optional[str] = ..., confidence: _Optional[float] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., simulated: _Optional[bool] = ..., models: _Optional[_Iterable[str]] = ...) -> None: ...

class TaskDelivered(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: TaskResult
    def __init__(self, result: _Optional[_Union[TaskResult, _Mapping]] = ...) -> None: ...

class TaskSucceeded(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: TaskResult
    def __init__(self, result: _Optional[_Union[TaskResult, _Mapping]] = ...) -> None: ...

class TaskRetryScheduled(_message.Message):
    __slots__ = ("failure", "retry_time", "usage", "fallback")
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    RETRY_TIME_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_FIELD_NUMBER: _ClassVar[int]
    failure: _usage_pb2.Failure
    retry_time: _timestamp_pb2.Timestamp
    usage: _usage_pb2.Usage
    fallback: _template_service_pb2.Fallback
    def __init__(self, failure: _Optional[_Union[_usage_pb2.Failure, _Mapping]] = ..., retry_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., fallback: _Optional[_Union[_template_service_pb2.Fallback, _Mapping]] = ...) -> None: ...

class TaskFailed(_message.Message):
    __slots__ = ("failure", "usage")
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    failure: _usage_pb2.Failure
    usage: _usage_pb2.Usage
    def __init__(self, failure: _Optional[_Union[_usage_pb2.Failure, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class TaskSkipped(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class TaskCancelled(_message.Message):
    __slots__ = ("stop_time", "usage", "confirmed", "usage_after_request")
    STOP_TIME_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    USAGE_AFTER_REQUEST_FIELD_NUMBER: _ClassVar[int]
    stop_time: _timestamp_pb2.Timestamp
    usage: _usage_pb2.Usage
    confirmed: bool
    usage_after_request: _usage_pb2.Usage
    def __init__(self, stop_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., confirmed: _Optional[bool] = ..., usage_after_request: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class AttemptCameBack(_message.Message):
    __slots__ = ("heard", "instance", "newest_attempt", "usage", "stop_time", "usage_after_request", "answers")
    HEARD_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    NEWEST_ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    STOP_TIME_FIELD_NUMBER: _ClassVar[int]
    USAGE_AFTER_REQUEST_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    heard: LastWord
    instance: str
    newest_attempt: int
    usage: _usage_pb2.Usage
    stop_time: _timestamp_pb2.Timestamp
    usage_after_request: _usage_pb2.Usage
    answers: str
    def __init__(self, heard: _Optional[_Union[LastWord, str]] = ..., instance: _Optional[str] = ..., newest_attempt: _Optional[int] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., stop_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., usage_after_request: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., answers: _Optional[str] = ...) -> None: ...

class TaskReset(_message.Message):
    __slots__ = ("by", "feedback")
    BY_FIELD_NUMBER: _ClassVar[int]
    FEEDBACK_FIELD_NUMBER: _ClassVar[int]
    by: str
    feedback: str
    def __init__(self, by: _Optional[str] = ..., feedback: _Optional[str] = ...) -> None: ...

class TaskHandedOff(_message.Message):
    __slots__ = ("spec", "waiting")
    SPEC_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    spec: _template_service_pb2.TaskSpec
    waiting: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, spec: _Optional[_Union[_template_service_pb2.TaskSpec, _Mapping]] = ..., waiting: _Optional[_Iterable[str]] = ...) -> None: ...

class RevisionRequested(_message.Message):
    __slots__ = ("revisions", "waiting")
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    revisions: _containers.RepeatedCompositeFieldContainer[_agent_service_pb2.Revision]
    waiting: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, revisions: _Optional[_Iterable[_Union[_agent_service_pb2.Revision, _Mapping]]] = ..., waiting: _Optional[_Iterable[str]] = ...) -> None: ...

class RevisionDeclined(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class TaskKept(_message.Message):
    __slots__ = ("reason", "failure", "usage")
    REASON_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    reason: str
    failure: _usage_pb2.Failure
    usage: _usage_pb2.Usage
    def __init__(self, reason: _Optional[str] = ..., failure: _Optional[_Union[_usage_pb2.Failure, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class ResultEditRefused(_message.Message):
    __slots__ = ("approval", "by", "problems")
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    approval: str
    by: str
    problems: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, approval: _Optional[str] = ..., by: _Optional[str] = ..., problems: _Optional[_Iterable[str]] = ...) -> None: ...
