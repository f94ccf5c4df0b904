import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from heyjarvis.agents.v1 import usage_pb2 as _usage_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AlertSeverity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_SEVERITY_UNSPECIFIED: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_INFO: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_WARNING: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_CRITICAL: _ClassVar[AlertSeverity]
ALERT_SEVERITY_UNSPECIFIED: AlertSeverity
ALERT_SEVERITY_INFO: AlertSeverity
ALERT_SEVERITY_WARNING: AlertSeverity
ALERT_SEVERITY_CRITICAL: AlertSeverity

class DurationStats(_message.Message):
    __slots__ = ("count", "mean", "p50", "p95", "max")
    COUNT_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    P50_FIELD_NUMBER: _ClassVar[int]
    P95_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    count: int
    mean: _duration_pb2.Duration
    p50: _duration_pb2.Duration
    p95: _duration_pb2.Duration
    max: _duration_pb2.Duration
    def __init__(self, count: _Optional[int] = ..., mean: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., p95: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class OutcomeStats(_message.Message):
    __slots__ = ("running", "succeeded", "failed", "cancelled", "success_rate")
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_RATE_FIELD_NUMBER: _ClassVar[int]
    running: int
    succeeded: int
    failed: int
    cancelled: int
    success_rate: float
    def __init__(self, running: _Optional[int] = ..., succeeded: _Optional[int] = ..., failed: _Optional[int] = ..., cancelled: _Optional[int] = ..., success_rate: _Optional[float] = ...) -> None: ...

class GetDashboardRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetDashboardResponse(_message.Message):
    __slots__ = ("workflows", "attempts", "workflow_duration", "usage", "waste", "agents", "templates", "alerts", "as_of_time", "lag")
    WORKFLOWS_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_DURATION_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    WASTE_FIELD_NUMBER: _ClassVar[int]
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    TEMPLATES_FIELD_NUMBER: _ClassVar[int]
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_TIME_FIELD_NUMBER: _ClassVar[int]
    LAG_FIELD_NUMBER: _ClassVar[int]
    workflows: OutcomeStats
    attempts: OutcomeStats
    workflow_duration: DurationStats
    usage: _usage_pb2.Usage
    waste: _usage_pb2.Usage
    agents: _containers.RepeatedCompositeFieldContainer[AgentStats]
    templates: _containers.RepeatedCompositeFieldContainer[TemplateStats]
    alerts: _containers.RepeatedCompositeFieldContainer[Alert]
    as_of_time: _timestamp_pb2.Timestamp
    lag: int
    def __init__(self, workflows: _Optional[_Union[OutcomeStats, _Mapping]] = ..., attempts: _Optional[_Union[OutcomeStats, _Mapping]] = ..., workflow_duration: _Optional[_Union[DurationStats, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., waste: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., agents: _Optional[_Iterable[_Union[AgentStats, _Mapping]]] = ..., templates: _Optional[_Iterable[_Union[TemplateStats, _Mapping]]] = ..., alerts: _Optional[_Iterable[_Union[Alert, _Mapping]]] = ..., as_of_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., lag: _Optional[int] = ...) -> None: ...

class GetAgentStatsRequest(_message.Message):
    __slots__ = ("agent_type",)
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    def __init__(self, agent_type: _Optional[str] = ...) -> None: ...

class GetAgentStatsResponse(_message.Message):
    __slots__ = ("agents",)
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    agents: _containers.RepeatedCompositeFieldContainer[AgentStats]
    def __init__(self, agents: _Optional[_Iterable[_Union[AgentStats, _Mapping]]] = ...) -> None: ...

class AgentStats(_message.Message):
    __slots__ = ("agent_type", "attempts", "duration", "wait", "usage", "waste")
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    WASTE_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    attempts: OutcomeStats
    duration: DurationStats
    wait: DurationStats
    usage: _usage_pb2.Usage
    waste: _usage_pb2.Usage
    def __init__(self, agent_type: _Optional[str] = ..., attempts: _Optional[_Union[OutcomeStats, _Mapping]] = ..., duration: _Optional[_Union[DurationStats, _Mapping]] = ..., wait: _Optional[_Union[DurationStats, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., waste: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class GetWorkflowStatsRequest(_message.Message):
    __slots__ = ("workflow",)
    WORKFLOW_FIELD_NUMBER: _ClassVar[int]
    workflow: str
    def __init__(self, workflow: _Optional[str] = ...) -> None: ...

class GetWorkflowStatsResponse(_message.Message):
    __slots__ = ("workflow", "template", "attempts", "duration", "waited_for_people", "usage", "waste", "tasks")
    WORKFLOW_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    WAITED_FOR_PEOPLE_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    WASTE_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    workflow: str
    template: str
    attempts: OutcomeStats
    duration: _duration_pb2.Duration
    waited_for_people: _duration_pb2.Duration
    usage: _usage_pb2.Usage
    waste: _usage_pb2.Usage
    tasks: _containers.RepeatedCompositeFieldContainer[TaskStats]
    def __init__(self, workflow: _Optional[str] = ..., template: _Optional[str] = ..., attempts: _Optional[_Union[OutcomeStats, _Mapping]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., waited_for_people: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., waste: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., tasks: _Optional[_Iterable[_Union[TaskStats, _Mapping]]] = ...) -> None: ...

class TaskStats(_message.Message):
    __slots__ = ("task", "agent_type", "attempts", "duration", "wait", "usage")
    TASK_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    task: str
    agent_type: str
    attempts: int
    duration: _duration_pb2.Duration
    wait: _duration_pb2.Duration
    usage: _usage_pb2.Usage
    def __init__(self, task: _Optional[str] = ..., agent_type: _Optional[str] = ..., attempts: _Optional[int] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class GetTemplateStatsRequest(_message.Message):
    __slots__ = ("template",)
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    template: str
    def __init__(self, template: _Optional[str] = ...) -> None: ...

class GetTemplateStatsResponse(_message.Message):
    __slots__ = ("templates",)
    TEMPLATES_FIELD_NUMBER: _ClassVar[int]
    templates: _containers.RepeatedCompositeFieldContainer[TemplateStats]
    def __init__(self, templates: _Optional[_Iterable[_Union[TemplateStats, _Mapping]]] = ...) -> None: ...

class TemplateStats(_message.Message):
    __slots__ = ("template", "workflows", "duration", "usage")
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    WORKFLOWS_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    template: str
    workflows: OutcomeStats
    duration: DurationStats
    usage: _usage_pb2.Usage
    def __init__(self, template: _Optional[str] = ..., workflows: _Optional[_Union[OutcomeStats, _Mapping]] = ..., duration: _Optional[_Union[DurationStats, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class PredictDurationRequest(_message.Message):
    __slots__ = ("agent_type", "template")
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    template: str
    def __init__(self, agent_type: _Optional[str] = ..., template: _Optional[str] = ...) -> None: ...

class PredictDurationResponse(_message.Message):
    __slots__ = ("p50", "p95", "sample_size")
    P50_FIELD_NUMBER: _ClassVar[int]
    P95_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_SIZE_FIELD_NUMBER: _ClassVar[int]
    p50: _duration_pb2.Duration
    p95: _duration_pb2.Duration
    sample_size: int
    def __init__(self, p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., p95: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., sample_size: _Optional[int] = ...) -> None: ...

class ListRecommendationsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListRecommendationsResponse(_message.Message):
    __slots__ = ("recommendations",)
    RECOMMENDATIONS_FIELD_NUMBER: _ClassVar[int]
    recommendations: _containers.RepeatedCompositeFieldContainer[Advice]
    def __init__(self, recommendations: _Optional[_Iterable[_Union[Advice, _Mapping]]] = ...) -> None: ...

class Advice(_message.Message):
    __slots__ = ("title", "reason", "subject")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    title: str
    reason: str
    subject: str
    def __init__(self, title: _Optional[str] = ..., reason: _Optional[str] = ..., subject: _Optional[str] = ...) -> None: ...

class Alert(_message.Message):
    __slots__ = ("name", "severity", "title", "description", "subject", "start_time", "end_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    severity: AlertSeverity
    title: str
    description: str
    subject: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., severity: _Optional[_Union[AlertSeverity, str]] = ..., title: _Optional[str] = ..., description: _Optional[str] = ..., subject: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListAlertsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "firing_only")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FIRING_ONLY_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    firing_only: bool
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., firing_only: _Optional[bool] = ...) -> None: ...

class ListAlertsResponse(_message.Message):
    __slots__ = ("alerts", "next_page_token")
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    alerts: _containers.RepeatedCompositeFieldContainer[Alert]
    next_page_token: str
    def __init__(self, alerts: _Optional[_Iterable[_Union[Alert, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchAlertsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchAlertsResponse(_message.Message):
    __slots__ = ("alert",)
    ALERT_FIELD_NUMBER: _ClassVar[int]
    alert: Alert
    def __init__(self, alert: _Optional[_Union[Alert, _Mapping]] = ...) -> None: ...
