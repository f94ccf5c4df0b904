import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from heyjarvis.agents.v1 import agent_service_pb2 as _agent_service_pb2
from heyjarvis.agents.v1 import artifact_pb2 as _artifact_pb2
from heyjarvis.agents.v1 import usage_pb2 as _usage_pb2
from heyjarvis.approvals.v1 import approval_pb2 as _approval_pb2
from heyjarvis.orchestrator.v1 import event_pb2 as _event_pb2
from heyjarvis.orchestrator.v1 import workflow_pb2 as _workflow_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CircuitState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CIRCUIT_STATE_UNSPECIFIED: _ClassVar[CircuitState]
    CIRCUIT_STATE_OPEN: _ClassVar[CircuitState]
    CIRCUIT_STATE_HALF_OPEN: _ClassVar[CircuitState]
CIRCUIT_STATE_UNSPECIFIED: CircuitState
CIRCUIT_STATE_OPEN: CircuitState
CIRCUIT_STATE_HALF_OPEN: CircuitState

class SubmitWorkflowRequest(_message.Message):
    __slots__ = ("request", "template", "autopilot", "request_id", "priority", "labels", "budget_usd", "timeout", "retry_budget", "planning")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    AUTOPILOT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    BUDGET_USD_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    RETRY_BUDGET_FIELD_NUMBER: _ClassVar[int]
    PLANNING_FIELD_NUMBER: _ClassVar[int]
    request: str
    template: str
    autopilot: _approval_pb2.AutopilotMode
    request_id: str
    priority: int
    labels: _containers.ScalarMap[str, str]
    budget_usd: float
    timeout: _duration_pb2.Duration
    retry_budget: int
    planning: _workflow_pb2.PlanningMode
    def __init__(self, request: _Optional[str] = ..., template: _Optional[str] = ..., autopilot: _Optional[_Union[_approval_pb2.AutopilotMode, str]] = ..., request_id: _Optional[str] = ..., priority: _Optional[int] = ..., labels: _Optional[_Mapping[str, str]] = ..., budget_usd: _Optional[float] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., retry_budget: _Optional[int] = ..., planning: _Optional[_Union[_workflow_pb2.PlanningMode, str]] = ...) -> None: ...

class SubmitWorkflowResponse(_message.Message):
    __slots__ = ("workflow",)
    WORKFLOW_FIELD_NUMBER: _ClassVar[int]
    workflow: _workflow_pb2.Workflow
    def __init__(self, workflow: _Optional[_Union[_workflow_pb2.Workflow, _Mapping]] = ...) -> None: ...

class PlanWorkflowRequest(_message.Message):
    __slots__ = ("request", "template", "planning")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    PLANNING_FIELD_NUMBER: _ClassVar[int]
    request: str
    template: str
    planning: _workflow_pb2.PlanningMode
    def __init__(self, request: _Optional[str] = ..., template: _Optional[str] = ..., planning: _Optional[_Union[_workflow_pb2.PlanningMode, str]] = ...) -> None: ...

class PlanWorkflowResponse(_message.Message):
    __slots__ = ("plan",)
    PLAN_FIELD_NUMBER: _ClassVar[int]
    plan: _workflow_pb2.Plan
    def __init__(self, plan: _Optional[_Union[_workflow_pb2.Plan, _Mapping]] = ...) -> None: ...

class CheckPlanEditRequest(_message.Message):
    __slots__ = ("name", "edited_content")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EDITED_CONTENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    edited_content: bytes
    def __init__(self, name: _Optional[str] = ..., edited_content: _Optional[bytes] = ...) -> None: ...

class CheckPlanEditResponse(_message.Message):
    __slots__ = ("plan", "before")
    PLAN_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    plan: _workflow_pb2.Plan
    before: _workflow_pb2.Plan
    def __init__(self, plan: _Optional[_Union[_workflow_pb2.Plan, _Mapping]] = ..., before: _Optional[_Union[_workflow_pb2.Plan, _Mapping]] = ...) -> None: ...

class CheckResultEditRequest(_message.Message):
    __slots__ = ("name", "edited_content")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EDITED_CONTENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    edited_content: bytes
    def __init__(self, name: _Optional[str] = ..., edited_content: _Optional[bytes] = ...) -> None: ...

class CheckResultEditResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetWorkflowRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetWorkflowResponse(_message.Message):
    __slots__ = ("workflow", "receipts")
    WORKFLOW_FIELD_NUMBER: _ClassVar[int]
    RECEIPTS_FIELD_NUMBER: _ClassVar[int]
    workflow: _workflow_pb2.Workflow
    receipts: _containers.RepeatedCompositeFieldContainer[CancelReceipt]
    def __init__(self, workflow: _Optional[_Union[_workflow_pb2.Workflow, _Mapping]] = ..., receipts: _Optional[_Iterable[_Union[CancelReceipt, _Mapping]]] = ...) -> None: ...

class ListWorkflowsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "states")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    states: _containers.RepeatedScalarFieldContainer[_workflow_pb2.WorkflowState]
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_workflow_pb2.WorkflowState, str]]] = ...) -> None: ...

class ListWorkflowsResponse(_message.Message):
    __slots__ = ("workflows", "next_page_token")
    WORKFLOWS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    workflows: _containers.RepeatedCompositeFieldContainer[_workflow_pb2.Workflow]
    next_page_token: str
    def __init__(self, workflows: _Optional[_Iterable[_Union[_workflow_pb2.Workflow, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchWorkflowRequest(_message.Message):
    __slots__ = ("name", "cursor", "without_text", "from_start")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_TEXT_FIELD_NUMBER: _ClassVar[int]
    FROM_START_FIELD_NUMBER: _ClassVar[int]
    name: str
    cursor: str
    without_text: bool
    from_start: bool
    def __init__(self, name: _Optional[str] = ..., cursor: _Optional[str] = ..., without_text: _Optional[bool] = ..., from_start: _Optional[bool] = ...) -> None: ...

class WatchWorkflowResponse(_message.Message):
    __slots__ = ("cursor", "snapshot", "event", "gap")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    snapshot: _workflow_pb2.Workflow
    event: _event_pb2.WorkflowEvent
    gap: Gap
    def __init__(self, cursor: _Optional[str] = ..., snapshot: _Optional[_Union[_workflow_pb2.Workflow, _Mapping]] = ..., event: _Optional[_Union[_event_pb2.WorkflowEvent, _Mapping]] = ..., gap: _Optional[_Union[Gap, _Mapping]] = ...) -> None: ...

class Gap(_message.Message):
    __slots__ = ("missing",)
    MISSING_FIELD_NUMBER: _ClassVar[int]
    missing: int
    def __init__(self, missing: _Optional[int] = ...) -> None: ...

class CancelWorkflowRequest(_message.Message):
    __slots__ = ("name", "reason")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    name: str
    reason: str
    def __init__(self, name: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CancelWorkflowResponse(_message.Message):
    __slots__ = ("workflow", "receipts")
    WORKFLOW_FIELD_NUMBER: _ClassVar[int]
    RECEIPTS_FIELD_NUMBER: _ClassVar[int]
    workflow: _workflow_pb2.Workflow
    receipts: _containers.RepeatedCompositeFieldContainer[CancelReceipt]
    def __init__(self, workflow: _Optional[_Union[_workflow_pb2.Workflow, _Mapping]] = ..., receipts: _Optional[_Iterable[_Union[CancelReceipt, _Mapping]]] = ...) -> None: ...

class CancelReceipt(_message.Message):
    __slots__ = ("task", "attempt", "instance", "stop_time", "usage", "confirmed", "usage_after_request")
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    STOP_TIME_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    USAGE_AFTER_REQUEST_FIELD_NUMBER: _ClassVar[int]
    task: str
    attempt: int
    instance: str
    stop_time: _timestamp_pb2.Timestamp
    usage: _usage_pb2.Usage
    confirmed: bool
    usage_after_request: _usage_pb2.Usage
    def __init__(self, task: _Optional[str] = ..., attempt: _Optional[int] = ..., instance: _Optional[str] = ..., stop_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., confirmed: _Optional[bool] = ..., usage_after_request: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class PauseWorkflowRequest(_message.Message):
    __slots__ = ("name", "reason")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    name: str
    reason: str
    def __init__(self, name: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class PauseWorkflowResponse(_message.Message):
    __slots__ = ("workflow",)
    WORKFLOW_FIELD_NUMBER: _ClassVar[int]
    workflow: _workflow_pb2.Workflow
    def __init__(self, workflow: _Optional[_Union[_workflow_pb2.Workflow, _Mapping]] = ...) -> None: ...

class ResumeWorkflowRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ResumeWorkflowResponse(_message.Message):
    __slots__ = ("workflow",)
    WORKFLOW_FIELD_NUMBER: _ClassVar[int]
    workflow: _workflow_pb2.Workflow
    def __init__(self, workflow: _Optional[_Union[_workflow_pb2.Workflow, _Mapping]] = ...) -> None: ...

class RetryTaskRequest(_message.Message):
    __slots__ = ("name", "feedback")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FEEDBACK_FIELD_NUMBER: _ClassVar[int]
    name: str
    feedback: str
    def __init__(self, name: _Optional[str] = ..., feedback: _Optional[str] = ...) -> None: ...

class RetryTaskResponse(_message.Message):
    __slots__ = ("workflow",)
    WORKFLOW_FIELD_NUMBER: _ClassVar[int]
    workflow: _workflow_pb2.Workflow
    def __init__(self, workflow: _Optional[_Union[_workflow_pb2.Workflow, _Mapping]] = ...) -> None: ...

class ListArtifactsRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListArtifactsResponse(_message.Message):
    __slots__ = ("artifacts", "next_page_token")
    ARTIFACTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    artifacts: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    next_page_token: str
    def __init__(self, artifacts: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetArtifactRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetArtifactResponse(_message.Message):
    __slots__ = ("artifact", "chunk")
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    artifact: _artifact_pb2.Artifact
    chunk: bytes
    def __init__(self, artifact: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class GetSystemStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetSystemStatusResponse(_message.Message):
    __slots__ = ("agents", "queues", "workflows", "orchestrator", "owned_workflows", "start_time", "version", "circuits", "day_budget")
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    QUEUES_FIELD_NUMBER: _ClassVar[int]
    WORKFLOWS_FIELD_NUMBER: _ClassVar[int]
    ORCHESTRATOR_FIELD_NUMBER: _ClassVar[int]
    OWNED_WORKFLOWS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CIRCUITS_FIELD_NUMBER: _ClassVar[int]
    DAY_BUDGET_FIELD_NUMBER: _ClassVar[int]
    agents: _containers.RepeatedCompositeFieldContainer[_agent_service_pb2.AgentInstance]
    queues: _containers.RepeatedCompositeFieldContainer[QueueStatus]
    workflows: _containers.RepeatedCompositeFieldContainer[WorkflowCount]
    orchestrator: str
    owned_workflows: int
    start_time: _timestamp_pb2.Timestamp
    version: str
    circuits: _containers.RepeatedCompositeFieldContainer[CircuitStatus]
    day_budget: DayBudget
    def __init__(self, agents: _Optional[_Iterable[_Union[_agent_service_pb2.AgentInstance, _Mapping]]] = ..., queues: _Optional[_Iterable[_Union[QueueStatus, _Mapping]]] = ..., workflows: _Optional[_Iterable[_Union[WorkflowCount, _Mapping]]] = ..., orchestrator: _Optional[str] = ..., owned_workflows: _Optional[int] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[str] = ..., circuits: _Optional[_Iterable[_Union[CircuitStatus, _Mapping]]] = ..., day_budget: _Optional[_Union[DayBudget, _Mapping]] = ...) -> None: ...

class DayBudget(_message.Message):
    __slots__ = ("day", "budget_usd", "spent_usd", "unpriced", "reset_time", "price_date")
    DAY_FIELD_NUMBER: _ClassVar[int]
    BUDGET_USD_FIELD_NUMBER: _ClassVar[int]
    SPENT_USD_FIELD_NUMBER: _ClassVar[int]
    UNPRICED_FIELD_NUMBER: _ClassVar[int]
    RESET_TIME_FIELD_NUMBER: _ClassVar[int]
    PRICE_DATE_FIELD_NUMBER: _ClassVar[int]
    day: str
    budget_usd: float
    spent_usd: float
    unpriced: bool
    reset_time: _timestamp_pb2.Timestamp
    price_date: str
    def __init__(self, day: _Optional[str] = ..., budget_usd: _Optional[float] = ..., spent_usd: _Optional[float] = ..., unpriced: _Optional[bool] = ..., reset_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., price_date: _Optional[str] = ...) -> None: ...

class CircuitStatus(_message.Message):
    __slots__ = ("instance", "agent_type", "state", "failures", "open_until_time")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    OPEN_UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    instance: str
    agent_type: str
    state: CircuitState
    failures: int
    open_until_time: _timestamp_pb2.Timestamp
    def __init__(self, instance: _Optional[str] = ..., agent_type: _Optional[str] = ..., state: _Optional[_Union[CircuitState, str]] = ..., failures: _Optional[int] = ..., open_until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class QueueStatus(_message.Message):
    __slots__ = ("agent_type", "waiting", "running", "oldest_wait")
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    OLDEST_WAIT_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    waiting: int
    running: int
    oldest_wait: _duration_pb2.Duration
    def __init__(self, agent_type: _Optional[str] = ..., waiting: _Optional[int] = ..., running: _Optional[int] = ..., oldest_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class WorkflowCount(_message.Message):
    __slots__ = ("state", "count")
    STATE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    state: _workflow_pb2.WorkflowState
    count: int
    def __init__(self, state: _Optional[_Union[_workflow_pb2.WorkflowState, str]] = ..., count: _Optional[int] = ...) -> None: ...

class WatchDemandRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchDemandResponse(_message.Message):
    __slots__ = ("orchestrator", "time", "agents", "leases", "planning_workflows", "unclaimed_workflows")
    ORCHESTRATOR_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    LEASES_FIELD_NUMBER: _ClassVar[int]
    PLANNING_WORKFLOWS_FIELD_NUMBER: _ClassVar[int]
    UNCLAIMED_WORKFLOWS_FIELD_NUMBER: _ClassVar[int]
    orchestrator: str
    time: _timestamp_pb2.Timestamp
    agents: _containers.RepeatedCompositeFieldContainer[AgentDemand]
    leases: _containers.RepeatedCompositeFieldContainer[InstanceLease]
    planning_workflows: int
    unclaimed_workflows: int
    def __init__(self, orchestrator: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., agents: _Optional[_Iterable[_Union[AgentDemand, _Mapping]]] = ..., leases: _Optional[_Iterable[_Union[InstanceLease, _Mapping]]] = ..., planning_workflows: _Optional[int] = ..., unclaimed_workflows: _Optional[int] = ...) -> None: ...

class AgentDemand(_message.Message):
    __slots__ = ("agent_type", "waiting", "running", "oldest_wait", "forecasts", "unfinished_workflows")
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    OLDEST_WAIT_FIELD_NUMBER: _ClassVar[int]
    FORECASTS_FIELD_NUMBER: _ClassVar[int]
    UNFINISHED_WORKFLOWS_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    waiting: int
    running: int
    oldest_wait: _duration_pb2.Duration
    forecasts: _containers.RepeatedCompositeFieldContainer[Forecast]
    unfinished_workflows: int
    def __init__(self, agent_type: _Optional[str] = ..., waiting: _Optional[int] = ..., running: _Optional[int] = ..., oldest_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., forecasts: _Optional[_Iterable[_Union[Forecast, _Mapping]]] = ..., unfinished_workflows: _Optional[int] = ...) -> None: ...

class Forecast(_message.Message):
    __slots__ = ("within", "tasks")
    WITHIN_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    within: _duration_pb2.Duration
    tasks: float
    def __init__(self, within: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., tasks: _Optional[float] = ...) -> None: ...

class InstanceLease(_message.Message):
    __slots__ = ("instance", "running")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    instance: str
    running: int
    def __init__(self, instance: _Optional[str] = ..., running: _Optional[int] = ...) -> None: ...
