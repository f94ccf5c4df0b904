import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GateKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GATE_KIND_UNSPECIFIED: _ClassVar[GateKind]
    GATE_KIND_PLAN: _ClassVar[GateKind]
    GATE_KIND_BEFORE_TASK: _ClassVar[GateKind]
    GATE_KIND_RESULT: _ClassVar[GateKind]
    GATE_KIND_BUDGET: _ClassVar[GateKind]

class Risk(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RISK_UNSPECIFIED: _ClassVar[Risk]
    RISK_LOW: _ClassVar[Risk]
    RISK_MEDIUM: _ClassVar[Risk]
    RISK_HIGH: _ClassVar[Risk]

class AutopilotMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUTOPILOT_MODE_UNSPECIFIED: _ClassVar[AutopilotMode]
    AUTOPILOT_MODE_MANUAL: _ClassVar[AutopilotMode]
    AUTOPILOT_MODE_ASSISTED: _ClassVar[AutopilotMode]
    AUTOPILOT_MODE_FULL: _ClassVar[AutopilotMode]

class ApprovalState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    APPROVAL_STATE_UNSPECIFIED: _ClassVar[ApprovalState]
    APPROVAL_STATE_PENDING: _ClassVar[ApprovalState]
    APPROVAL_STATE_APPROVED: _ClassVar[ApprovalState]
    APPROVAL_STATE_REJECTED: _ClassVar[ApprovalState]
    APPROVAL_STATE_EXPIRED: _ClassVar[ApprovalState]
    APPROVAL_STATE_WITHDRAWN: _ClassVar[ApprovalState]

class Decision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DECISION_UNSPECIFIED: _ClassVar[Decision]
    DECISION_APPROVE: _ClassVar[Decision]
    DECISION_REJECT: _ClassVar[Decision]
    DECISION_EDIT: _ClassVar[Decision]

class ExpiryOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPIRY_OUTCOME_UNSPECIFIED: _ClassVar[ExpiryOutcome]
    EXPIRY_OUTCOME_KEEP_WAITING: _ClassVar[ExpiryOutcome]
    EXPIRY_OUTCOME_EXPIRE: _ClassVar[ExpiryOutcome]
GATE_KIND_UNSPECIFIED: GateKind
GATE_KIND_PLAN: GateKind
GATE_KIND_BEFORE_TASK: GateKind
GATE_KIND_RESULT: GateKind
GATE_KIND_BUDGET: GateKind
RISK_UNSPECIFIED: Risk
RISK_LOW: Risk
RISK_MEDIUM: Risk
RISK_HIGH: Risk
AUTOPILOT_MODE_UNSPECIFIED: AutopilotMode
AUTOPILOT_MODE_MANUAL: AutopilotMode
AUTOPILOT_MODE_ASSISTED: AutopilotMode
AUTOPILOT_MODE_FULL: AutopilotMode
APPROVAL_STATE_UNSPECIFIED: ApprovalState
APPROVAL_STATE_PENDING: ApprovalState
APPROVAL_STATE_APPROVED: ApprovalState
APPROVAL_STATE_REJECTED: ApprovalState
APPROVAL_STATE_EXPIRED: ApprovalState
APPROVAL_STATE_WITHDRAWN: ApprovalState
DECISION_UNSPECIFIED: Decision
DECISION_APPROVE: Decision
DECISION_REJECT: Decision
DECISION_EDIT: Decision
EXPIRY_OUTCOME_UNSPECIFIED: ExpiryOutcome
EXPIRY_OUTCOME_KEEP_WAITING: ExpiryOutcome
EXPIRY_OUTCOME_EXPIRE: ExpiryOutcome

class Gate(_message.Message):
    __slots__ = ("kind", "risk", "human_only", "question")
    KIND_FIELD_NUMBER: _ClassVar[int]
    RISK_FIELD_NUMBER: _ClassVar[int]
    HUMAN_ONLY_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    kind: GateKind
    risk: Risk
    human_only: bool
    question: str
    def __init__(self, kind: _Optional[_Union[GateKind, str]] = ..., risk: _Optional[_Union[Risk, str]] = ..., human_only: _Optional[bool] = ..., question: _Optional[str] = ...) -> None: ...

class Approval(_message.Message):
    __slots__ = ("name", "workflow", "task", "gate", "state", "title", "summary", "content_sha256", "artifacts", "confidence", "estimated_cost_usd", "autopilot", "policy", "decisions", "quorum", "requested_by", "create_time", "decide_time", "deadline_time", "expiry_outcome", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    GATE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    CONTENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    ARTIFACTS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_COST_USD_FIELD_NUMBER: _ClassVar[int]
    AUTOPILOT_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    QUORUM_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_OUTCOME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    workflow: str
    task: str
    gate: Gate
    state: ApprovalState
    title: str
    summary: str
    content_sha256: str
    artifacts: _containers.RepeatedScalarFieldContainer[str]
    confidence: float
    estimated_cost_usd: float
    autopilot: AutopilotMode
    policy: str
    decisions: _containers.RepeatedCompositeFieldContainer[DecisionRecord]
    quorum: int
    requested_by: str
    create_time: _timestamp_pb2.Timestamp
    decide_time: _timestamp_pb2.Timestamp
    deadline_time: _timestamp_pb2.Timestamp
    expiry_outcome: ExpiryOutcome
    etag: str
    def __init__(self, name: _Optional[str] = ..., workflow: _Optional[str] = ..., task: _Optional[str] = ..., gate: _Optional[_Union[Gate, _Mapping]] = ..., state: _Optional[_Union[ApprovalState, str]] = ..., title: _Optional[str] = ..., summary: _Optional[str] = ..., content_sha256: _Optional[str] = ..., artifacts: _Optional[_Iterable[str]] = ..., confidence: _Optional[float] = ..., estimated_cost_usd: _Optional[float] = ..., autopilot: _Optional[_Union[AutopilotMode, str]] = ..., policy: _Optional[str] = ..., decisions: _Optional[_Iterable[_Union[DecisionRecord, _Mapping]]] = ..., quorum: _Optional[int] = ..., requested_by: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deadline_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expiry_outcome: _Optional[_Union[ExpiryOutcome, str]] = ..., etag: _Optional[str] = ...) -> None: ...

class DecisionRecord(_message.Message):
    __slots__ = ("decision", "decided_by", "feedback", "decide_time", "edited_content", "content_sha256")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    FEEDBACK_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    EDITED_CONTENT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    decision: Decision
    decided_by: str
    feedback: str
    decide_time: _timestamp_pb2.Timestamp
    edited_content: bytes
    content_sha256: str
    def __init__(self, decision: _Optional[_Union[Decision, str]] = ..., decided_by: _Optional[str] = ..., feedback: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., edited_content: _Optional[bytes] = ..., content_sha256: _Optional[str] = ...) -> None: ...

class Policy(_message.Message):
    __slots__ = ("name", "version", "ask_from_risk", "ask_below_confidence", "ask_above_cost_usd", "full_ask_above_cost_usd", "quorum", "not_the_requester", "time_to_decide", "expiry_outcome", "etag", "update_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ASK_FROM_RISK_FIELD_NUMBER: _ClassVar[int]
    ASK_BELOW_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    ASK_ABOVE_COST_USD_FIELD_NUMBER: _ClassVar[int]
    FULL_ASK_ABOVE_COST_USD_FIELD_NUMBER: _ClassVar[int]
    QUORUM_FIELD_NUMBER: _ClassVar[int]
    NOT_THE_REQUESTER_FIELD_NUMBER: _ClassVar[int]
    TIME_TO_DECIDE_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_OUTCOME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: int
    ask_from_risk: Risk
    ask_below_confidence: float
    ask_above_cost_usd: float
    full_ask_above_cost_usd: float
    quorum: int
    not_the_requester: bool
    time_to_decide: _duration_pb2.Duration
    expiry_outcome: ExpiryOutcome
    etag: str
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., version: _Optional[int] = ..., ask_from_risk: _Optional[_Union[Risk, str]] = ..., ask_below_confidence: _Optional[float] = ..., ask_above_cost_usd: _Optional[float] = ..., full_ask_above_cost_usd: _Optional[float] = ..., quorum: _Optional[int] = ..., not_the_requester: _Optional[bool] = ..., time_to_decide: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., expiry_outcome: _Optional[_Union[ExpiryOutcome, str]] = ..., etag: _Optional[str] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
