import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ScalingMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCALING_MODE_UNSPECIFIED: _ClassVar[ScalingMode]
    SCALING_MODE_NATIVE: _ClassVar[ScalingMode]
    SCALING_MODE_KEDA: _ClassVar[ScalingMode]
    SCALING_MODE_HPA: _ClassVar[ScalingMode]
    SCALING_MODE_OBSERVE: _ClassVar[ScalingMode]
    SCALING_MODE_PINNED: _ClassVar[ScalingMode]
    SCALING_MODE_PAUSED: _ClassVar[ScalingMode]

class DecisionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DECISION_REASON_UNSPECIFIED: _ClassVar[DecisionReason]
    DECISION_REASON_WITHIN_TOLERANCE: _ClassVar[DecisionReason]
    DECISION_REASON_DEMAND_ABOVE_TARGET: _ClassVar[DecisionReason]
    DECISION_REASON_BACKLOG_SLO: _ClassVar[DecisionReason]
    DECISION_REASON_PANIC: _ClassVar[DecisionReason]
    DECISION_REASON_PREDICTED: _ClassVar[DecisionReason]
    DECISION_REASON_STABILIZING: _ClassVar[DecisionReason]
    DECISION_REASON_RATE_LIMITED: _ClassVar[DecisionReason]
    DECISION_REASON_AT_MIN: _ClassVar[DecisionReason]
    DECISION_REASON_AT_MAX: _ClassVar[DecisionReason]
    DECISION_REASON_DRAINING: _ClassVar[DecisionReason]
    DECISION_REASON_COOLDOWN: _ClassVar[DecisionReason]
    DECISION_REASON_ACTIVATED: _ClassVar[DecisionReason]
    DECISION_REASON_DEMAND_BELOW_TARGET: _ClassVar[DecisionReason]
    DECISION_REASON_METRICS_STALE: _ClassVar[DecisionReason]
    DECISION_REASON_MANUAL_ZERO: _ClassVar[DecisionReason]
    DECISION_REASON_SCALER_CONFLICT: _ClassVar[DecisionReason]
    DECISION_REASON_REPLICA_FIGHT: _ClassVar[DecisionReason]
    DECISION_REASON_CAPACITY_STUCK: _ClassVar[DecisionReason]
    DECISION_REASON_RBAC_DENIED: _ClassVar[DecisionReason]
    DECISION_REASON_STRATEGY_ERROR: _ClassVar[DecisionReason]
    DECISION_REASON_HELD_BY_PERSON: _ClassVar[DecisionReason]
    DECISION_REASON_BUSY_POD_NOT_READY: _ClassVar[DecisionReason]
    DECISION_REASON_ROLLOUT: _ClassVar[DecisionReason]
    DECISION_REASON_UPSTREAM_THROTTLED: _ClassVar[DecisionReason]

class ManualZero(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MANUAL_ZERO_UNSPECIFIED: _ClassVar[ManualZero]
    MANUAL_ZERO_HOLD: _ClassVar[ManualZero]
    MANUAL_ZERO_OVERRIDE: _ClassVar[ManualZero]
SCALING_MODE_UNSPECIFIED: ScalingMode
SCALING_MODE_NATIVE: ScalingMode
SCALING_MODE_KEDA: ScalingMode
SCALING_MODE_HPA: ScalingMode
SCALING_MODE_OBSERVE: ScalingMode
SCALING_MODE_PINNED: ScalingMode
SCALING_MODE_PAUSED: ScalingMode
DECISION_REASON_UNSPECIFIED: DecisionReason
DECISION_REASON_WITHIN_TOLERANCE: DecisionReason
DECISION_REASON_DEMAND_ABOVE_TARGET: DecisionReason
DECISION_REASON_BACKLOG_SLO: DecisionReason
DECISION_REASON_PANIC: DecisionReason
DECISION_REASON_PREDICTED: DecisionReason
DECISION_REASON_STABILIZING: DecisionReason
DECISION_REASON_RATE_LIMITED: DecisionReason
DECISION_REASON_AT_MIN: DecisionReason
DECISION_REASON_AT_MAX: DecisionReason
DECISION_REASON_DRAINING: DecisionReason
DECISION_REASON_COOLDOWN: DecisionReason
DECISION_REASON_ACTIVATED: DecisionReason
DECISION_REASON_DEMAND_BELOW_TARGET: DecisionReason
DECISION_REASON_METRICS_STALE: DecisionReason
DECISION_REASON_MANUAL_ZERO: DecisionReason
DECISION_REASON_SCALER_CONFLICT: DecisionReason
DECISION_REASON_REPLICA_FIGHT: DecisionReason
DECISION_REASON_CAPACITY_STUCK: DecisionReason
DECISION_REASON_RBAC_DENIED: DecisionReason
DECISION_REASON_STRATEGY_ERROR: DecisionReason
DECISION_REASON_HELD_BY_PERSON: DecisionReason
DECISION_REASON_BUSY_POD_NOT_READY: DecisionReason
DECISION_REASON_ROLLOUT: DecisionReason
DECISION_REASON_UPSTREAM_THROTTLED: DecisionReason
MANUAL_ZERO_UNSPECIFIED: ManualZero
MANUAL_ZERO_HOLD: ManualZero
MANUAL_ZERO_OVERRIDE: ManualZero

class ScalingInput(_message.Message):
    __slots__ = ("name", "value", "age")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    AGE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: float
    age: _duration_pb2.Duration
    def __init__(self, name: _Optional[str] = ..., value: _Optional[float] = ..., age: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ScalingStep(_message.Message):
    __slots__ = ("name", "before", "after", "note")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    name: str
    before: float
    after: float
    note: str
    def __init__(self, name: _Optional[str] = ..., before: _Optional[float] = ..., after: _Optional[float] = ..., note: _Optional[str] = ...) -> None: ...

class ScalingDecision(_message.Message):
    __slots__ = ("sequence", "time", "agent_type", "mode", "current_replicas", "desired_replicas", "reason", "explanation", "inputs", "steps", "applied", "policy_version", "victims", "leader_term", "deployed_replicas", "resource_version", "result", "latency")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    CURRENT_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    DESIRED_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    VICTIMS_FIELD_NUMBER: _ClassVar[int]
    LEADER_TERM_FIELD_NUMBER: _ClassVar[int]
    DEPLOYED_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_VERSION_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    LATENCY_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    time: _timestamp_pb2.Timestamp
    agent_type: str
    mode: ScalingMode
    current_replicas: int
    desired_replicas: int
    reason: DecisionReason
    explanation: str
    inputs: _containers.RepeatedCompositeFieldContainer[ScalingInput]
    steps: _containers.RepeatedCompositeFieldContainer[ScalingStep]
    applied: bool
    policy_version: int
    victims: _containers.RepeatedScalarFieldContainer[str]
    leader_term: int
    deployed_replicas: int
    resource_version: str
    result: str
    latency: _duration_pb2.Duration
    def __init__(self, sequence: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., agent_type: _Optional[str] = ..., mode: _Optional[_Union[ScalingMode, str]] = ..., current_replicas: _Optional[int] = ..., desired_replicas: _Optional[int] = ..., reason: _Optional[_Union[DecisionReason, str]] = ..., explanation: _Optional[str] = ..., inputs: _Optional[_Iterable[_Union[ScalingInput, _Mapping]]] = ..., steps: _Optional[_Iterable[_Union[ScalingStep, _Mapping]]] = ..., applied: _Optional[bool] = ..., policy_version: _Optional[int] = ..., victims: _Optional[_Iterable[str]] = ..., leader_term: _Optional[int] = ..., deployed_replicas: _Optional[int] = ..., resource_version: _Optional[str] = ..., result: _Optional[str] = ..., latency: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ScalingStatus(_message.Message):
    __slots__ = ("agent_type", "mode", "current_replicas", "desired_replicas", "decision", "policy", "pinned_until_time")
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    CURRENT_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    DESIRED_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    PINNED_UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    mode: ScalingMode
    current_replicas: int
    desired_replicas: int
    decision: ScalingDecision
    policy: ScalingPolicy
    pinned_until_time: _timestamp_pb2.Timestamp
    def __init__(self, agent_type: _Optional[str] = ..., mode: _Optional[_Union[ScalingMode, str]] = ..., current_replicas: _Optional[int] = ..., desired_replicas: _Optional[int] = ..., decision: _Optional[_Union[ScalingDecision, _Mapping]] = ..., policy: _Optional[_Union[ScalingPolicy, _Mapping]] = ..., pinned_until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ScalingPolicy(_message.Message):
    __slots__ = ("name", "version", "mode", "min_replicas", "max_replicas", "target_utilization", "tolerance", "up_window", "down_window", "up_rate", "down_rate", "panic_window", "panic_threshold", "target_wait", "slo_wait", "prediction_weight", "zero_cooldown", "activation_replicas", "strategy", "strategy_params", "etag", "max_predicted", "slots", "cold_start", "manual_zero", "drain", "overridden")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    MIN_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    MAX_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    TARGET_UTILIZATION_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_FIELD_NUMBER: _ClassVar[int]
    UP_WINDOW_FIELD_NUMBER: _ClassVar[int]
    DOWN_WINDOW_FIELD_NUMBER: _ClassVar[int]
    UP_RATE_FIELD_NUMBER: _ClassVar[int]
    DOWN_RATE_FIELD_NUMBER: _ClassVar[int]
    PANIC_WINDOW_FIELD_NUMBER: _ClassVar[int]
    PANIC_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    TARGET_WAIT_FIELD_NUMBER: _ClassVar[int]
    SLO_WAIT_FIELD_NUMBER: _ClassVar[int]
    PREDICTION_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    ZERO_COOLDOWN_FIELD_NUMBER: _ClassVar[int]
    ACTIVATION_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_PARAMS_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    MAX_PREDICTED_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    COLD_START_FIELD_NUMBER: _ClassVar[int]
    MANUAL_ZERO_FIELD_NUMBER: _ClassVar[int]
    DRAIN_FIELD_NUMBER: _ClassVar[int]
    OVERRIDDEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: int
    mode: ScalingMode
    min_replicas: int
    max_replicas: int
    target_utilization: float
    tolerance: float
    up_window: _duration_pb2.Duration
    down_window: _duration_pb2.Duration
    up_rate: float
    down_rate: float
    panic_window: _duration_pb2.Duration
    panic_threshold: float
    target_wait: _duration_pb2.Duration
    slo_wait: _duration_pb2.Duration
    prediction_weight: float
    zero_cooldown: _duration_pb2.Duration
    activation_replicas: int
    strategy: str
    strategy_params: _struct_pb2.Struct
    etag: str
    max_predicted: float
    slots: int
    cold_start: _duration_pb2.Duration
    manual_zero: ManualZero
    drain: DrainPolicy
    overridden: bool
    def __init__(self, name: _Optional[str] = ..., version: _Optional[int] = ..., mode: _Optional[_Union[ScalingMode, str]] = ..., min_replicas: _Optional[int] = ..., max_replicas: _Optional[int] = ..., target_utilization: _Optional[float] = ..., tolerance: _Optional[float] = ..., up_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., down_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., up_rate: _Optional[float] = ..., down_rate: _Optional[float] = ..., panic_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., panic_threshold: _Optional[float] = ..., target_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., slo_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., prediction_weight: _Optional[float] = ..., zero_cooldown: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., activation_replicas: _Optional[int] = ..., strategy: _Optional[str] = ..., strategy_params: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., etag: _Optional[str] = ..., max_predicted: _Optional[float] = ..., slots: _Optional[int] = ..., cold_start: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., manual_zero: _Optional[_Union[ManualZero, str]] = ..., drain: _Optional[_Union[DrainPolicy, _Mapping]] = ..., overridden: _Optional[bool] = ...) -> None: ...

class DrainPolicy(_message.Message):
    __slots__ = ("cost", "timeout", "settle", "min_age")
    COST_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    SETTLE_FIELD_NUMBER: _ClassVar[int]
    MIN_AGE_FIELD_NUMBER: _ClassVar[int]
    cost: bool
    timeout: _duration_pb2.Duration
    settle: _duration_pb2.Duration
    min_age: _duration_pb2.Duration
    def __init__(self, cost: _Optional[bool] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., settle: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., min_age: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class GetScalingStatusRequest(_message.Message):
    __slots__ = ("agent_type",)
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    def __init__(self, agent_type: _Optional[str] = ...) -> None: ...

class GetScalingStatusResponse(_message.Message):
    __slots__ = ("agents", "cluster", "leader")
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    CLUSTER_FIELD_NUMBER: _ClassVar[int]
    LEADER_FIELD_NUMBER: _ClassVar[int]
    agents: _containers.RepeatedCompositeFieldContainer[ScalingStatus]
    cluster: bool
    leader: str
    def __init__(self, agents: _Optional[_Iterable[_Union[ScalingStatus, _Mapping]]] = ..., cluster: _Optional[bool] = ..., leader: _Optional[str] = ...) -> None: ...

class ListDecisionsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "agent_type")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    agent_type: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., agent_type: _Optional[str] = ...) -> None: ...

class ListDecisionsResponse(_message.Message):
    __slots__ = ("decisions", "next_page_token")
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    decisions: _containers.RepeatedCompositeFieldContainer[ScalingDecision]
    next_page_token: str
    def __init__(self, decisions: _Optional[_Iterable[_Union[ScalingDecision, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ExplainScalingRequest(_message.Message):
    __slots__ = ("agent_type",)
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    def __init__(self, agent_type: _Optional[str] = ...) -> None: ...

class ExplainScalingResponse(_message.Message):
    __slots__ = ("decision", "what_would_change_it")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    WHAT_WOULD_CHANGE_IT_FIELD_NUMBER: _ClassVar[int]
    decision: ScalingDecision
    what_would_change_it: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, decision: _Optional[_Union[ScalingDecision, _Mapping]] = ..., what_would_change_it: _Optional[_Iterable[str]] = ...) -> None: ...

class SimulateScalingRequest(_message.Message):
    __slots__ = ("policy", "tasks", "slots_per_replica", "cold_start")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    SLOTS_PER_REPLICA_FIELD_NUMBER: _ClassVar[int]
    COLD_START_FIELD_NUMBER: _ClassVar[int]
    policy: ScalingPolicy
    tasks: _containers.RepeatedCompositeFieldContainer[SimulatedTask]
    slots_per_replica: int
    cold_start: _duration_pb2.Duration
    def __init__(self, policy: _Optional[_Union[ScalingPolicy, _Mapping]] = ..., tasks: _Optional[_Iterable[_Union[SimulatedTask, _Mapping]]] = ..., slots_per_replica: _Optional[int] = ..., cold_start: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class SimulatedTask(_message.Message):
    __slots__ = ("arrival", "duration")
    ARRIVAL_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    arrival: _duration_pb2.Duration
    duration: _duration_pb2.Duration
    def __init__(self, arrival: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class SimulateScalingResponse(_message.Message):
    __slots__ = ("wait_p50", "wait_p95", "wait_p99", "pod_hours", "actions_per_hour", "killed_tasks")
    WAIT_P50_FIELD_NUMBER: _ClassVar[int]
    WAIT_P95_FIELD_NUMBER: _ClassVar[int]
    WAIT_P99_FIELD_NUMBER: _ClassVar[int]
    POD_HOURS_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_PER_HOUR_FIELD_NUMBER: _ClassVar[int]
    KILLED_TASKS_FIELD_NUMBER: _ClassVar[int]
    wait_p50: _duration_pb2.Duration
    wait_p95: _duration_pb2.Duration
    wait_p99: _duration_pb2.Duration
    pod_hours: float
    actions_per_hour: float
    killed_tasks: int
    def __init__(self, wait_p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., wait_p95: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., wait_p99: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., pod_hours: _Optional[float] = ..., actions_per_hour: _Optional[float] = ..., killed_tasks: _Optional[int] = ...) -> None: ...

class GetScalingPolicyRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetScalingPolicyResponse(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: ScalingPolicy
    def __init__(self, policy: _Optional[_Union[ScalingPolicy, _Mapping]] = ...) -> None: ...

class ListScalingPoliciesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListScalingPoliciesResponse(_message.Message):
    __slots__ = ("policies", "next_page_token")
    POLICIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    policies: _containers.RepeatedCompositeFieldContainer[ScalingPolicy]
    next_page_token: str
    def __init__(self, policies: _Optional[_Iterable[_Union[ScalingPolicy, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ResetScalingPolicyRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ResetScalingPolicyResponse(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: ScalingPolicy
    def __init__(self, policy: _Optional[_Union[ScalingPolicy, _Mapping]] = ...) -> None: ...

class UpdateScalingPolicyRequest(_message.Message):
    __slots__ = ("policy", "update_mask", "validate_only")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    policy: ScalingPolicy
    update_mask: _field_mask_pb2.FieldMask
    validate_only: bool
    def __init__(self, policy: _Optional[_Union[ScalingPolicy, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UpdateScalingPolicyResponse(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: ScalingPolicy
    def __init__(self, policy: _Optional[_Union[ScalingPolicy, _Mapping]] = ...) -> None: ...

class PauseScalingRequest(_message.Message):
    __slots__ = ("agent_type", "reason")
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    reason: str
    def __init__(self, agent_type: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class PauseScalingResponse(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: ScalingStatus
    def __init__(self, status: _Optional[_Union[ScalingStatus, _Mapping]] = ...) -> None: ...

class ResumeScalingRequest(_message.Message):
    __slots__ = ("agent_type",)
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    def __init__(self, agent_type: _Optional[str] = ...) -> None: ...

class ResumeScalingResponse(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: ScalingStatus
    def __init__(self, status: _Optional[_Union[ScalingStatus, _Mapping]] = ...) -> None: ...

class PinScalingRequest(_message.Message):
    __slots__ = ("agent_type", "replicas", "duration")
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    REPLICAS_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    agent_type: str
    replicas: int
    duration: _duration_pb2.Duration
    def __init__(self, agent_type: _Optional[str] = ..., replicas: _Optional[int] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class PinScalingResponse(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: ScalingStatus
    def __init__(self, status: _Optional[_Union[ScalingStatus, _Mapping]] = ...) -> None: ...
