import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from heyjarvis.agents.v1 import artifact_pb2 as _artifact_pb2
from heyjarvis.agents.v1 import usage_pb2 as _usage_pb2
from heyjarvis.approvals.v1 import approval_pb2 as _approval_pb2
from heyjarvis.templates.v1 import template_service_pb2 as _template_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WorkflowState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WORKFLOW_STATE_UNSPECIFIED: _ClassVar[WorkflowState]
    WORKFLOW_STATE_PLANNING: _ClassVar[WorkflowState]
    WORKFLOW_STATE_AWAITING_APPROVAL: _ClassVar[WorkflowState]
    WORKFLOW_STATE_RUNNING: _ClassVar[WorkflowState]
    WORKFLOW_STATE_PAUSED: _ClassVar[WorkflowState]
    WORKFLOW_STATE_SUCCEEDED: _ClassVar[WorkflowState]
    WORKFLOW_STATE_FAILED: _ClassVar[WorkflowState]
    WORKFLOW_STATE_CANCELLED: _ClassVar[WorkflowState]

class PlanningMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PLANNING_MODE_UNSPECIFIED: _ClassVar[PlanningMode]
    PLANNING_MODE_AUTO: _ClassVar[PlanningMode]
    PLANNING_MODE_TEMPLATE: _ClassVar[PlanningMode]

class TaskState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TASK_STATE_UNSPECIFIED: _ClassVar[TaskState]
    TASK_STATE_PENDING: _ClassVar[TaskState]
    TASK_STATE_READY: _ClassVar[TaskState]
    TASK_STATE_AWAITING_APPROVAL: _ClassVar[TaskState]
    TASK_STATE_RUNNING: _ClassVar[TaskState]
    TASK_STATE_AWAITING_REVIEW: _ClassVar[TaskState]
    TASK_STATE_RETRY_WAIT: _ClassVar[TaskState]
    TASK_STATE_SUCCEEDED: _ClassVar[TaskState]
    TASK_STATE_FAILED: _ClassVar[TaskState]
    TASK_STATE_SKIPPED: _ClassVar[TaskState]
    TASK_STATE_CANCELLED: _ClassVar[TaskState]
WORKFLOW_STATE_UNSPECIFIED: WorkflowState
WORKFLOW_STATE_PLANNING: WorkflowState
WORKFLOW_STATE_AWAITING_APPROVAL: WorkflowState
WORKFLOW_STATE_RUNNING: WorkflowState
WORKFLOW_STATE_PAUSED: WorkflowState
WORKFLOW_STATE_SUCCEEDED: WorkflowState
WORKFLOW_STATE_FAILED: WorkflowState
WORKFLOW_STATE_CANCELLED: WorkflowState
PLANNING_MODE_UNSPECIFIED: PlanningMode
PLANNING_MODE_AUTO: PlanningMode
PLANNING_MODE_TEMPLATE: PlanningMode
TASK_STATE_UNSPECIFIED: TaskState
TASK_STATE_PENDING: TaskState
TASK_STATE_READY: TaskState
TASK_STATE_AWAITING_APPROVAL: TaskState
TASK_STATE_RUNNING: TaskState
TASK_STATE_AWAITING_REVIEW: TaskState
TASK_STATE_RETRY_WAIT: TaskState
TASK_STATE_SUCCEEDED: TaskState
TASK_STATE_FAILED: TaskState
TASK_STATE_SKIPPED: TaskState
TASK_STATE_CANCELLED: TaskState

class Workflow(_message.Message):
    __slots__ = ("name", "request", "title", "state", "template", "plan_reason", "tasks", "autopilot", "usage", "waste", "simulated", "failure", "submitted_by", "priority", "labels", "budget_usd", "pending_approvals", "cursor", "create_time", "end_time", "deadline_time", "state_reason", "retry_budget", "retries", "unpriced_accepted", "held_until_time", "tasks_to_approve", "plan_changes")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    PLAN_REASON_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    AUTOPILOT_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    WASTE_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_BY_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    BUDGET_USD_FIELD_NUMBER: _ClassVar[int]
    PENDING_APPROVALS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_REASON_FIELD_NUMBER: _ClassVar[int]
    RETRY_BUDGET_FIELD_NUMBER: _ClassVar[int]
    RETRIES_FIELD_NUMBER: _ClassVar[int]
    UNPRICED_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    HELD_UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    TASKS_TO_APPROVE_FIELD_NUMBER: _ClassVar[int]
    PLAN_CHANGES_FIELD_NUMBER: _ClassVar[int]
    name: str
    request: str
    title: str
    state: WorkflowState
    template: str
    plan_reason: str
    tasks: _containers.RepeatedCompositeFieldContainer[Task]
    autopilot: _approval_pb2.AutopilotMode
    usage: _usage_pb2.Usage
    waste: _usage_pb2.Usage
    simulated: bool
    failure: _usage_pb2.Failure
    submitted_by: str
    priority: int
    labels: _containers.ScalarMap[str, str]
    budget_usd: float
    pending_approvals: _containers.RepeatedScalarFieldContainer[str]
    cursor: str
    create_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    deadline_time: _timestamp_pb2.Timestamp
    state_reason: str
    retry_budget: int
    retries: int
    unpriced_accepted: bool
    held_until_time: _timestamp_pb2.Timestamp
    tasks_to_approve: _containers.RepeatedScalarFieldContainer[str]
    plan_changes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., request: _Optional[str] = ..., title: _Optional[str] = ..., state: _Optional[_Union[WorkflowState, str]] = ..., template: _Optional[str] = ..., plan_reason: _Optional[str] = ..., tasks: _Optional[_Iterable[_Union[Task, _Mapping]]] = ..., autopilot: _Optional[_Union[_approval_pb2.AutopilotMode, str]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., waste: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., simulated: _Optional[bool] = ..., failure: _Optional[_Union[_usage_pb2.Failure, _Mapping]] = ..., submitted_by: _Optional[str] = ..., priority: _Optional[int] = ..., labels: _Optional[_Mapping[str, str]] = ..., budget_usd: _Optional[float] = ..., pending_approvals: _Optional[_Iterable[str]] = ..., cursor: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deadline_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state_reason: _Optional[str] = ..., retry_budget: _Optional[int] = ..., retries: _Optional[int] = ..., unpriced_accepted: _Optional[bool] = ..., held_until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., tasks_to_approve: _Optional[_Iterable[str]] = ..., plan_changes: _Optional[_Iterable[str]] = ...) -> None: ...

class Task(_message.Message):
    __slots__ = ("name", "spec", "state", "attempt", "instance", "progress", "progress_message", "artifacts", "summary", "confidence", "simulated", "models", "usage", "failure", "failures", "feedback", "approval", "start_time", "end_time", "retry_time", "attempt_deadline_time", "fell_back", "budget_usd", "waste")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ARTIFACTS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    FEEDBACK_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    RETRY_TIME_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_DEADLINE_TIME_FIELD_NUMBER: _ClassVar[int]
    FELL_BACK_FIELD_NUMBER: _ClassVar[int]
    BUDGET_USD_FIELD_NUMBER: _ClassVar[int]
    WASTE_FIELD_NUMBER: _ClassVar[int]
    name: str
    spec: _template_service_pb2.TaskSpec
    state: TaskState
    attempt: int
    instance: str
    progress: float
    progress_message: str
    artifacts: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    summary: str
    confidence: float
    simulated: bool
    models: _containers.RepeatedScalarFieldContainer[str]
    usage: _usage_pb2.Usage
    failure: _usage_pb2.Failure
    failures: int
    feedback: _containers.RepeatedScalarFieldContainer[str]
    approval: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    retry_time: _timestamp_pb2.Timestamp
    attempt_deadline_time: _timestamp_pb2.Timestamp
    fell_back: bool
    budget_usd: float
    waste: _usage_pb2.Usage
    def __init__(self, name: _Optional[str] = ..., spec: _Optional[_Union[_template_service_pb2.TaskSpec, _Mapping]] = ..., state: _Optional[_Union[TaskState, str]] = ..., attempt: _Optional[int] = ..., instance: _Optional[str] = ..., progress: _Optional[float] = ..., progress_message: _Optional[str] = ..., artifacts: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ..., summary: _Optional[str] = ..., confidence: _Optional[float] = ..., simulated: _Optional[bool] = ..., models: _Optional[_Iterable[str]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., failure: _Optional[_Union[_usage_pb2.Failure, _Mapping]] = ..., failures: _Optional[int] = ..., feedback: _Optional[_Iterable[str]] = ..., approval: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., retry_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attempt_deadline_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., fell_back: _Optional[bool] = ..., budget_usd: _Optional[float] = ..., waste: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class Plan(_message.Message):
    __slots__ = ("template", "reason", "tasks", "estimated_duration", "estimated_cost_usd", "critical_path", "warnings", "models", "simulated", "changes", "price_date")
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_DURATION_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_COST_USD_FIELD_NUMBER: _ClassVar[int]
    CRITICAL_PATH_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    PRICE_DATE_FIELD_NUMBER: _ClassVar[int]
    template: str
    reason: str
    tasks: _containers.RepeatedCompositeFieldContainer[_template_service_pb2.TaskSpec]
    estimated_duration: _duration_pb2.Duration
    estimated_cost_usd: float
    critical_path: _containers.RepeatedScalarFieldContainer[str]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    models: _containers.RepeatedScalarFieldContainer[str]
    simulated: bool
    changes: _containers.RepeatedScalarFieldContainer[str]
    price_date: str
    def __init__(self, template: _Optional[str] = ..., reason: _Optional[str] = ..., tasks: _Optional[_Iterable[_Union[_template_service_pb2.TaskSpec, _Mapping]]] = ..., estimated_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., estimated_cost_usd: _Optional[float] = ..., critical_path: _Optional[_Iterable[str]] = ..., warnings: _Optional[_Iterable[str]] = ..., models: _Optional[_Iterable[str]] = ..., simulated: _Optional[bool] = ..., changes: _Optional[_Iterable[str]] = ..., price_date: _Optional[str] = ...) -> None: ...
