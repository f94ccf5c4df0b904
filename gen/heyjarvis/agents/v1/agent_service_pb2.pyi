import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from heyjarvis.agents.v1 import artifact_pb2 as _artifact_pb2
from heyjarvis.agents.v1 import usage_pb2 as _usage_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AgentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGENT_STATE_UNSPECIFIED: _ClassVar[AgentState]
    AGENT_STATE_STARTING: _ClassVar[AgentState]
    AGENT_STATE_READY: _ClassVar[AgentState]
    AGENT_STATE_BUSY: _ClassVar[AgentState]
    AGENT_STATE_DRAINING: _ClassVar[AgentState]
    AGENT_STATE_STOPPED: _ClassVar[AgentState]
    AGENT_STATE_UNHEALTHY: _ClassVar[AgentState]

class RefusalReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUSAL_REASON_UNSPECIFIED: _ClassVar[RefusalReason]
    REFUSAL_REASON_AT_CAPACITY: _ClassVar[RefusalReason]
    REFUSAL_REASON_DRAINING: _ClassVar[RefusalReason]
    REFUSAL_REASON_STALE_EPOCH: _ClassVar[RefusalReason]
    REFUSAL_REASON_UNSUPPORTED: _ClassVar[RefusalReason]

class MessagePattern(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MESSAGE_PATTERN_UNSPECIFIED: _ClassVar[MessagePattern]
    MESSAGE_PATTERN_PUBLISH: _ClassVar[MessagePattern]
    MESSAGE_PATTERN_BROADCAST: _ClassVar[MessagePattern]
    MESSAGE_PATTERN_MEMORY: _ClassVar[MessagePattern]
    MESSAGE_PATTERN_HAND_OFF: _ClassVar[MessagePattern]
AGENT_STATE_UNSPECIFIED: AgentState
AGENT_STATE_STARTING: AgentState
AGENT_STATE_READY: AgentState
AGENT_STATE_BUSY: AgentState
AGENT_STATE_DRAINING: AgentState
AGENT_STATE_STOPPED: AgentState
AGENT_STATE_UNHEALTHY: AgentState
REFUSAL_REASON_UNSPECIFIED: RefusalReason
REFUSAL_REASON_AT_CAPACITY: RefusalReason
REFUSAL_REASON_DRAINING: RefusalReason
REFUSAL_REASON_STALE_EPOCH: RefusalReason
REFUSAL_REASON_UNSUPPORTED: RefusalReason
MESSAGE_PATTERN_UNSPECIFIED: MessagePattern
MESSAGE_PATTERN_PUBLISH: MessagePattern
MESSAGE_PATTERN_BROADCAST: MessagePattern
MESSAGE_PATTERN_MEMORY: MessagePattern
MESSAGE_PATTERN_HAND_OFF: MessagePattern

class DescribeRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DescribeResponse(_message.Message):
    __slots__ = ("card", "instance")
    CARD_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    card: AgentCard
    instance: AgentInstance
    def __init__(self, card: _Optional[_Union[AgentCard, _Mapping]] = ..., instance: _Optional[_Union[AgentInstance, _Mapping]] = ...) -> None: ...

class AgentCard(_message.Message):
    __slots__ = ("type", "title", "description", "version", "capabilities", "consumes", "output_schema", "capacity", "uses_model", "inline_content", "split_by", "max_parts")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    CONSUMES_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    USES_MODEL_FIELD_NUMBER: _ClassVar[int]
    INLINE_CONTENT_FIELD_NUMBER: _ClassVar[int]
    SPLIT_BY_FIELD_NUMBER: _ClassVar[int]
    MAX_PARTS_FIELD_NUMBER: _ClassVar[int]
    type: str
    title: str
    description: str
    version: str
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    consumes: _containers.RepeatedScalarFieldContainer[str]
    output_schema: str
    capacity: int
    uses_model: bool
    inline_content: bool
    split_by: str
    max_parts: int
    def __init__(self, type: _Optional[str] = ..., title: _Optional[str] = ..., description: _Optional[str] = ..., version: _Optional[str] = ..., capabilities: _Optional[_Iterable[str]] = ..., consumes: _Optional[_Iterable[str]] = ..., output_schema: _Optional[str] = ..., capacity: _Optional[int] = ..., uses_model: _Optional[bool] = ..., inline_content: _Optional[bool] = ..., split_by: _Optional[str] = ..., max_parts: _Optional[int] = ...) -> None: ...

class AgentInstance(_message.Message):
    __slots__ = ("instance", "type", "endpoint", "state", "capacity", "in_hand", "capabilities", "version", "start_time", "heartbeat_time", "pod_uid", "throttled", "node", "zone")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    IN_HAND_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_TIME_FIELD_NUMBER: _ClassVar[int]
    POD_UID_FIELD_NUMBER: _ClassVar[int]
    THROTTLED_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    ZONE_FIELD_NUMBER: _ClassVar[int]
    instance: str
    type: str
    endpoint: str
    state: AgentState
    capacity: int
    in_hand: int
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    version: str
    start_time: _timestamp_pb2.Timestamp
    heartbeat_time: _timestamp_pb2.Timestamp
    pod_uid: str
    throttled: int
    node: str
    zone: str
    def __init__(self, instance: _Optional[str] = ..., type: _Optional[str] = ..., endpoint: _Optional[str] = ..., state: _Optional[_Union[AgentState, str]] = ..., capacity: _Optional[int] = ..., in_hand: _Optional[int] = ..., capabilities: _Optional[_Iterable[str]] = ..., version: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., heartbeat_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pod_uid: _Optional[str] = ..., throttled: _Optional[int] = ..., node: _Optional[str] = ..., zone: _Optional[str] = ...) -> None: ...

class WorkRequest(_message.Message):
    __slots__ = ("hello", "assign", "cancel", "acknowledge", "answer", "deliver")
    HELLO_FIELD_NUMBER: _ClassVar[int]
    ASSIGN_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    DELIVER_FIELD_NUMBER: _ClassVar[int]
    hello: Hello
    assign: Assignment
    cancel: CancelAttempt
    acknowledge: AcknowledgeAttempt
    answer: Answer
    deliver: Delivery
    def __init__(self, hello: _Optional[_Union[Hello, _Mapping]] = ..., assign: _Optional[_Union[Assignment, _Mapping]] = ..., cancel: _Optional[_Union[CancelAttempt, _Mapping]] = ..., acknowledge: _Optional[_Union[AcknowledgeAttempt, _Mapping]] = ..., answer: _Optional[_Union[Answer, _Mapping]] = ..., deliver: _Optional[_Union[Delivery, _Mapping]] = ...) -> None: ...

class WorkResponse(_message.Message):
    __slots__ = ("welcome", "accepted", "refused", "progress", "text", "message", "ask", "load", "result", "failure", "cancelled", "subscribe")
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ASK_FIELD_NUMBER: _ClassVar[int]
    LOAD_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBE_FIELD_NUMBER: _ClassVar[int]
    welcome: Welcome
    accepted: Accepted
    refused: Refused
    progress: Progress
    text: PartialText
    message: AgentMessage
    ask: Ask
    load: Load
    result: Result
    failure: AttemptFailure
    cancelled: Cancelled
    subscribe: Subscribe
    def __init__(self, welcome: _Optional[_Union[Welcome, _Mapping]] = ..., accepted: _Optional[_Union[Accepted, _Mapping]] = ..., refused: _Optional[_Union[Refused, _Mapping]] = ..., progress: _Optional[_Union[Progress, _Mapping]] = ..., text: _Optional[_Union[PartialText, _Mapping]] = ..., message: _Optional[_Union[AgentMessage, _Mapping]] = ..., ask: _Optional[_Union[Ask, _Mapping]] = ..., load: _Optional[_Union[Load, _Mapping]] = ..., result: _Optional[_Union[Result, _Mapping]] = ..., failure: _Optional[_Union[AttemptFailure, _Mapping]] = ..., cancelled: _Optional[_Union[Cancelled, _Mapping]] = ..., subscribe: _Optional[_Union[Subscribe, _Mapping]] = ...) -> None: ...

class AttemptRef(_message.Message):
    __slots__ = ("task", "attempt")
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    task: str
    attempt: int
    def __init__(self, task: _Optional[str] = ..., attempt: _Optional[int] = ...) -> None: ...

class Hello(_message.Message):
    __slots__ = ("orchestrator",)
    ORCHESTRATOR_FIELD_NUMBER: _ClassVar[int]
    orchestrator: str
    def __init__(self, orchestrator: _Optional[str] = ...) -> None: ...

class Welcome(_message.Message):
    __slots__ = ("card", "instance", "attempts")
    CARD_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    card: AgentCard
    instance: AgentInstance
    attempts: _containers.RepeatedCompositeFieldContainer[AttemptRef]
    def __init__(self, card: _Optional[_Union[AgentCard, _Mapping]] = ..., instance: _Optional[_Union[AgentInstance, _Mapping]] = ..., attempts: _Optional[_Iterable[_Union[AttemptRef, _Mapping]]] = ...) -> None: ...

class Assignment(_message.Message):
    __slots__ = ("ref", "epoch", "request", "title", "instructions", "feedback", "inputs", "deadline_time", "traceparent", "tenant", "capability", "model", "budget_usd", "accepts_unpriced", "plan_simulated", "asked_by", "earlier")
    REF_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    FEEDBACK_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_TIME_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    BUDGET_USD_FIELD_NUMBER: _ClassVar[int]
    ACCEPTS_UNPRICED_FIELD_NUMBER: _ClassVar[int]
    PLAN_SIMULATED_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    epoch: int
    request: str
    title: str
    instructions: str
    feedback: _containers.RepeatedScalarFieldContainer[str]
    inputs: _containers.RepeatedCompositeFieldContainer[TaskInput]
    deadline_time: _timestamp_pb2.Timestamp
    traceparent: str
    tenant: str
    capability: str
    model: str
    budget_usd: float
    accepts_unpriced: bool
    plan_simulated: bool
    asked_by: _containers.RepeatedScalarFieldContainer[str]
    earlier: TaskInput
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., epoch: _Optional[int] = ..., request: _Optional[str] = ..., title: _Optional[str] = ..., instructions: _Optional[str] = ..., feedback: _Optional[_Iterable[str]] = ..., inputs: _Optional[_Iterable[_Union[TaskInput, _Mapping]]] = ..., deadline_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., traceparent: _Optional[str] = ..., tenant: _Optional[str] = ..., capability: _Optional[str] = ..., model: _Optional[str] = ..., budget_usd: _Optional[float] = ..., accepts_unpriced: _Optional[bool] = ..., plan_simulated: _Optional[bool] = ..., asked_by: _Optional[_Iterable[str]] = ..., earlier: _Optional[_Union[TaskInput, _Mapping]] = ...) -> None: ...

class TaskInput(_message.Message):
    __slots__ = ("task", "agent_type", "title", "artifacts", "simulated")
    TASK_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ARTIFACTS_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_FIELD_NUMBER: _ClassVar[int]
    task: str
    agent_type: str
    title: str
    artifacts: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    simulated: bool
    def __init__(self, task: _Optional[str] = ..., agent_type: _Optional[str] = ..., title: _Optional[str] = ..., artifacts: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ..., simulated: _Optional[bool] = ...) -> None: ...

class CancelAttempt(_message.Message):
    __slots__ = ("ref", "reason", "request_time")
    REF_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_TIME_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    reason: str
    request_time: _timestamp_pb2.Timestamp
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., reason: _Optional[str] = ..., request_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AcknowledgeAttempt(_message.Message):
    __slots__ = ("ref",)
    REF_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ...) -> None: ...

class Answer(_message.Message):
    __slots__ = ("ref", "ask_id", "artifacts", "failure", "simulated")
    REF_FIELD_NUMBER: _ClassVar[int]
    ASK_ID_FIELD_NUMBER: _ClassVar[int]
    ARTIFACTS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    ask_id: str
    artifacts: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    failure: _usage_pb2.Failure
    simulated: bool
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., ask_id: _Optional[str] = ..., artifacts: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ..., failure: _Optional[_Union[_usage_pb2.Failure, _Mapping]] = ..., simulated: _Optional[bool] = ...) -> None: ...

class Subscribe(_message.Message):
    __slots__ = ("ref", "subscription", "topic", "after")
    REF_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIPTION_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    subscription: str
    topic: str
    after: int
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., subscription: _Optional[str] = ..., topic: _Optional[str] = ..., after: _Optional[int] = ...) -> None: ...

class Delivery(_message.Message):
    __slots__ = ("ref", "subscription", "sequence", "sender", "agent_type", "topic", "body", "gap", "over")
    REF_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    OVER_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    subscription: str
    sequence: int
    sender: str
    agent_type: str
    topic: str
    body: str
    gap: bool
    over: bool
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., subscription: _Optional[str] = ..., sequence: _Optional[int] = ..., sender: _Optional[str] = ..., agent_type: _Optional[str] = ..., topic: _Optional[str] = ..., body: _Optional[str] = ..., gap: _Optional[bool] = ..., over: _Optional[bool] = ...) -> None: ...

class Accepted(_message.Message):
    __slots__ = ("ref", "rejoined")
    REF_FIELD_NUMBER: _ClassVar[int]
    REJOINED_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    rejoined: bool
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., rejoined: _Optional[bool] = ...) -> None: ...

class Refused(_message.Message):
    __slots__ = ("ref", "reason", "message")
    REF_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    reason: RefusalReason
    message: str
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., reason: _Optional[_Union[RefusalReason, str]] = ..., message: _Optional[str] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ("ref", "fraction", "message", "usage")
    REF_FIELD_NUMBER: _ClassVar[int]
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    fraction: float
    message: str
    usage: _usage_pb2.Usage
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., fraction: _Optional[float] = ..., message: _Optional[str] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class PartialText(_message.Message):
    __slots__ = ("ref", "text")
    REF_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    text: str
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., text: _Optional[str] = ...) -> None: ...

class AgentMessage(_message.Message):
    __slots__ = ("ref", "pattern", "topic", "body", "number")
    REF_FIELD_NUMBER: _ClassVar[int]
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    pattern: MessagePattern
    topic: str
    body: str
    number: int
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., pattern: _Optional[_Union[MessagePattern, str]] = ..., topic: _Optional[str] = ..., body: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class Ask(_message.Message):
    __slots__ = ("ref", "ask_id", "agent_type", "instructions", "timeout")
    REF_FIELD_NUMBER: _ClassVar[int]
    ASK_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    ask_id: str
    agent_type: str
    instructions: str
    timeout: _duration_pb2.Duration
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., ask_id: _Optional[str] = ..., agent_type: _Optional[str] = ..., instructions: _Optional[str] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Load(_message.Message):
    __slots__ = ("in_hand", "capacity", "state")
    IN_HAND_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    in_hand: int
    capacity: int
    state: AgentState
    def __init__(self, in_hand: _Optional[int] = ..., capacity: _Optional[int] = ..., state: _Optional[_Union[AgentState, str]] = ...) -> None: ...

class Result(_message.Message):
    __slots__ = ("ref", "artifacts", "summary", "confidence", "usage", "simulated", "models", "hand_off", "revisions")
    REF_FIELD_NUMBER: _ClassVar[int]
    ARTIFACTS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    HAND_OFF_FIELD_NUMBER: _ClassVar[int]
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    artifacts: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    summary: str
    confidence: float
    usage: _usage_pb2.Usage
    simulated: bool
    models: _containers.RepeatedScalarFieldContainer[str]
    hand_off: HandOff
    revisions: _containers.RepeatedCompositeFieldContainer[Revision]
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., artifacts: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ..., summary: _Optional[str] = ..., confidence: _Optional[float] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., simulated: _Optional[bool] = ..., models: _Optional[_Iterable[str]] = ..., hand_off: _Optional[_Union[HandOff, _Mapping]] = ..., revisions: _Optional[_Iterable[_Union[Revision, _Mapping]]] = ...) -> None: ...

class Revision(_message.Message):
    __slots__ = ("task", "feedback")
    TASK_FIELD_NUMBER: _ClassVar[int]
    FEEDBACK_FIELD_NUMBER: _ClassVar[int]
    task: str
    feedback: str
    def __init__(self, task: _Optional[str] = ..., feedback: _Optional[str] = ...) -> None: ...

class HandOff(_message.Message):
    __slots__ = ("agent_type", "title", "instructions", "optional")
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    title: str
    instructions: str
    optional: bool
    def __init__(self, agent_type: _Optional[str] = ..., title: _Optional[str] = ..., instructions: _Optional[str] = ..., optional: _Optional[bool] = ...) -> None: ...

class AttemptFailure(_message.Message):
    __slots__ = ("ref", "failure", "retry_after", "usage", "usage_after_deadline")
    REF_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    USAGE_AFTER_DEADLINE_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    failure: _usage_pb2.Failure
    retry_after: _duration_pb2.Duration
    usage: _usage_pb2.Usage
    usage_after_deadline: _usage_pb2.Usage
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., failure: _Optional[_Union[_usage_pb2.Failure, _Mapping]] = ..., retry_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., usage_after_deadline: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class Cancelled(_message.Message):
    __slots__ = ("ref", "stop_time", "usage", "known", "usage_after_request")
    REF_FIELD_NUMBER: _ClassVar[int]
    STOP_TIME_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    USAGE_AFTER_REQUEST_FIELD_NUMBER: _ClassVar[int]
    ref: AttemptRef
    stop_time: _timestamp_pb2.Timestamp
    usage: _usage_pb2.Usage
    known: bool
    usage_after_request: _usage_pb2.Usage
    def __init__(self, ref: _Optional[_Union[AttemptRef, _Mapping]] = ..., stop_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., usage: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ..., known: _Optional[bool] = ..., usage_after_request: _Optional[_Union[_usage_pb2.Usage, _Mapping]] = ...) -> None: ...

class DrainRequest(_message.Message):
    __slots__ = ("drain_id", "ttl")
    DRAIN_ID_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    drain_id: str
    ttl: _duration_pb2.Duration
    def __init__(self, drain_id: _Optional[str] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class DrainResponse(_message.Message):
    __slots__ = ("accepting", "in_hand")
    ACCEPTING_FIELD_NUMBER: _ClassVar[int]
    IN_HAND_FIELD_NUMBER: _ClassVar[int]
    accepting: bool
    in_hand: int
    def __init__(self, accepting: _Optional[bool] = ..., in_hand: _Optional[int] = ...) -> None: ...
