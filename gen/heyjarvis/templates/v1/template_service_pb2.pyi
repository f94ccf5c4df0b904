import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from heyjarvis.approvals.v1 import approval_pb2 as _approval_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Complexity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPLEXITY_UNSPECIFIED: _ClassVar[Complexity]
    COMPLEXITY_LOW: _ClassVar[Complexity]
    COMPLEXITY_MEDIUM: _ClassVar[Complexity]
    COMPLEXITY_HIGH: _ClassVar[Complexity]

class TemplateOrigin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TEMPLATE_ORIGIN_UNSPECIFIED: _ClassVar[TemplateOrigin]
    TEMPLATE_ORIGIN_BUILT_IN: _ClassVar[TemplateOrigin]
    TEMPLATE_ORIGIN_CREATED: _ClassVar[TemplateOrigin]
    TEMPLATE_ORIGIN_LEARNED: _ClassVar[TemplateOrigin]
COMPLEXITY_UNSPECIFIED: Complexity
COMPLEXITY_LOW: Complexity
COMPLEXITY_MEDIUM: Complexity
COMPLEXITY_HIGH: Complexity
TEMPLATE_ORIGIN_UNSPECIFIED: TemplateOrigin
TEMPLATE_ORIGIN_BUILT_IN: TemplateOrigin
TEMPLATE_ORIGIN_CREATED: TemplateOrigin
TEMPLATE_ORIGIN_LEARNED: TemplateOrigin

class Template(_message.Message):
    __slots__ = ("name", "version", "title", "description", "tasks", "keywords", "plan_gate", "complexity", "estimated_duration", "estimated_cost_usd", "origin", "create_time", "etag", "retry_budget")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    PLAN_GATE_FIELD_NUMBER: _ClassVar[int]
    COMPLEXITY_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_DURATION_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_COST_USD_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    RETRY_BUDGET_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: int
    title: str
    description: str
    tasks: _containers.RepeatedCompositeFieldContainer[TaskSpec]
    keywords: _containers.RepeatedScalarFieldContainer[str]
    plan_gate: _approval_pb2.Gate
    complexity: Complexity
    estimated_duration: _duration_pb2.Duration
    estimated_cost_usd: float
    origin: TemplateOrigin
    create_time: _timestamp_pb2.Timestamp
    etag: str
    retry_budget: int
    def __init__(self, name: _Optional[str] = ..., version: _Optional[int] = ..., title: _Optional[str] = ..., description: _Optional[str] = ..., tasks: _Optional[_Iterable[_Union[TaskSpec, _Mapping]]] = ..., keywords: _Optional[_Iterable[str]] = ..., plan_gate: _Optional[_Union[_approval_pb2.Gate, _Mapping]] = ..., complexity: _Optional[_Union[Complexity, str]] = ..., estimated_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., estimated_cost_usd: _Optional[float] = ..., origin: _Optional[_Union[TemplateOrigin, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., retry_budget: _Optional[int] = ...) -> None: ...

class TaskSpec(_message.Message):
    __slots__ = ("id", "title", "agent_type", "capability", "instructions", "depends_on", "optional", "gates", "timeout", "max_attempts", "priority", "estimated_duration", "estimated_cost_usd", "fallback", "budget_usd")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    DEPENDS_ON_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_FIELD_NUMBER: _ClassVar[int]
    GATES_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_DURATION_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_COST_USD_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_FIELD_NUMBER: _ClassVar[int]
    BUDGET_USD_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    agent_type: str
    capability: str
    instructions: str
    depends_on: _containers.RepeatedScalarFieldContainer[str]
    optional: bool
    gates: _containers.RepeatedCompositeFieldContainer[_approval_pb2.Gate]
    timeout: _duration_pb2.Duration
    max_attempts: int
    priority: int
    estimated_duration: _duration_pb2.Duration
    estimated_cost_usd: float
    fallback: Fallback
    budget_usd: float
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., agent_type: _Optional[str] = ..., capability: _Optional[str] = ..., instructions: _Optional[str] = ..., depends_on: _Optional[_Iterable[str]] = ..., optional: _Optional[bool] = ..., gates: _Optional[_Iterable[_Union[_approval_pb2.Gate, _Mapping]]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_attempts: _Optional[int] = ..., priority: _Optional[int] = ..., estimated_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., estimated_cost_usd: _Optional[float] = ..., fallback: _Optional[_Union[Fallback, _Mapping]] = ..., budget_usd: _Optional[float] = ...) -> None: ...

class Fallback(_message.Message):
    __slots__ = ("agent_type", "capability", "model")
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    capability: str
    model: str
    def __init__(self, agent_type: _Optional[str] = ..., capability: _Optional[str] = ..., model: _Optional[str] = ...) -> None: ...

class CreateTemplateRequest(_message.Message):
    __slots__ = ("template_id", "template", "request_id")
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    template: Template
    request_id: str
    def __init__(self, template_id: _Optional[str] = ..., template: _Optional[_Union[Template, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateTemplateResponse(_message.Message):
    __slots__ = ("template",)
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    template: Template
    def __init__(self, template: _Optional[_Union[Template, _Mapping]] = ...) -> None: ...

class GetTemplateRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetTemplateResponse(_message.Message):
    __slots__ = ("template",)
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    template: Template
    def __init__(self, template: _Optional[_Union[Template, _Mapping]] = ...) -> None: ...

class ListTemplatesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTemplatesResponse(_message.Message):
    __slots__ = ("templates", "next_page_token")
    TEMPLATES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    templates: _containers.RepeatedCompositeFieldContainer[Template]
    next_page_token: str
    def __init__(self, templates: _Optional[_Iterable[_Union[Template, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateTemplateRequest(_message.Message):
    __slots__ = ("template", "update_mask", "request_id")
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    template: Template
    update_mask: _field_mask_pb2.FieldMask
    request_id: str
    def __init__(self, template: _Optional[_Union[Template, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class UpdateTemplateResponse(_message.Message):
    __slots__ = ("template",)
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    template: Template
    def __init__(self, template: _Optional[_Union[Template, _Mapping]] = ...) -> None: ...

class DeleteTemplateRequest(_message.Message):
    __slots__ = ("name", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    etag: str
    def __init__(self, name: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class DeleteTemplateResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RecommendTemplatesRequest(_message.Message):
    __slots__ = ("request", "max_results")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    MAX_RESULTS_FIELD_NUMBER: _ClassVar[int]
    request: str
    max_results: int
    def __init__(self, request: _Optional[str] = ..., max_results: _Optional[int] = ...) -> None: ...

class RecommendTemplatesResponse(_message.Message):
    __slots__ = ("recommendations",)
    RECOMMENDATIONS_FIELD_NUMBER: _ClassVar[int]
    recommendations: _containers.RepeatedCompositeFieldContainer[Recommendation]
    def __init__(self, recommendations: _Optional[_Iterable[_Union[Recommendation, _Mapping]]] = ...) -> None: ...

class Recommendation(_message.Message):
    __slots__ = ("template", "score", "reason", "estimated_duration", "estimated_cost_usd", "complexity")
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_DURATION_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_COST_USD_FIELD_NUMBER: _ClassVar[int]
    COMPLEXITY_FIELD_NUMBER: _ClassVar[int]
    template: Template
    score: float
    reason: str
    estimated_duration: _duration_pb2.Duration
    estimated_cost_usd: float
    complexity: Complexity
    def __init__(self, template: _Optional[_Union[Template, _Mapping]] = ..., score: _Optional[float] = ..., reason: _Optional[str] = ..., estimated_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., estimated_cost_usd: _Optional[float] = ..., complexity: _Optional[_Union[Complexity, str]] = ...) -> None: ...

class LearnTemplateRequest(_message.Message):
    __slots__ = ("workflow", "template_id")
    WORKFLOW_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    workflow: str
    template_id: str
    def __init__(self, workflow: _Optional[str] = ..., template_id: _Optional[str] = ...) -> None: ...

class LearnTemplateResponse(_message.Message):
    __slots__ = ("template",)
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    template: Template
    def __init__(self, template: _Optional[_Union[Template, _Mapping]] = ...) -> None: ...
