"""Between the messages of the contract and the domain. Requests are already checked against the contract's rules."""

from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp
from heyjarvis.scaler.v1 import scaler_service_pb2 as pb

from chassis.errors import FieldViolation, InvalidArgument
from services.scaler.domain.model import Decision, Hold, Mode, Reading
from services.scaler.domain.policy import DAY, UPDATABLE, Drain, ManualZero, Policy
from services.scaler.simulation.load import Job, single
from services.scaler.simulation.outcome import Outcome

LARGEST_PARAMS = 16 * 1024
"""Bytes of a strategy's parameters."""

_MODES = {pb.SCALING_MODE_UNSPECIFIED: Mode.NATIVE} | {
    pb.ScalingMode.Value(f"SCALING_MODE_{mode.name}"): mode for mode in Mode
}
_MANUAL_ZEROS = {pb.MANUAL_ZERO_UNSPECIFIED: ManualZero.HOLD} | {
    pb.ManualZero.Value(f"MANUAL_ZERO_{meaning.name}"): meaning for meaning in ManualZero
}
_SPANS = ("up_window", "down_window", "panic_window", "target_wait", "slo_wait", "zero_cooldown", "cold_start")
_LITERAL = ("min_replicas", "tolerance", "up_rate", "down_rate", "prediction_weight", "max_predicted", "slots")
"""Fields whose zero means zero."""
_DEFAULTED = ("max_replicas", "target_utilization", "panic_threshold", "activation_replicas", "strategy")
"""Fields whose zero stands for the default."""
_DRAIN_SPANS = ("timeout", "settle", "min_age")
SEEDABLE = UPDATABLE
"""Fields that a policies file may give."""


def agent_type_of(name: str) -> str:
    """The agent type in `scalingPolicies/{agent_type}`."""
    return name.removeprefix("scalingPolicies/")


def policy_from(message: pb.ScalingPolicy) -> Policy:
    """The policy of a message, every field given."""
    fields: dict[str, Any] = {name: getattr(message, name) for name in _LITERAL}
    fields |= {name: value for name in _DEFAULTED if (value := getattr(message, name))}
    fields |= {name: seconds(getattr(message, name)) for name in _SPANS if message.HasField(name)}
    return Policy(
        agent_type=agent_type_of(message.name),
        mode=_MODES[message.mode],
        strategy_params=_params(message.strategy_params),
        manual_zero=_MANUAL_ZEROS[message.manual_zero],
        drain=_drain_from(message.drain),
        **fields,
    )


def field_name(json_name: str) -> str:
    """The name of a policy's field in the contract, from its JSON spelling; what is none of them stays as it is."""
    fields = pb.ScalingPolicy.DESCRIPTOR.fields
    return next((field.name for field in fields if json_name in (field.json_name, field.name)), json_name)


def policy_message(policy: Policy, *, overridden: bool = False) -> pb.ScalingPolicy:
    """A policy for the wire; `overridden` when somebody changed it at run time."""
    params = Struct()
    params.update(dict(policy.strategy_params))
    fields: dict[str, Any] = {name: getattr(policy, name) for name in (*_LITERAL, *_DEFAULTED)}
    fields |= {name: span(getattr(policy, name)) for name in _SPANS}
    return pb.ScalingPolicy(
        name=f"scalingPolicies/{policy.agent_type}",
        version=policy.version,
        mode=mode_value(policy.mode),
        strategy_params=params,
        etag=policy.etag,
        manual_zero=f"MANUAL_ZERO_{policy.manual_zero.name}",
        drain=pb.DrainPolicy(
            cost=policy.drain.cost, **{name: span(getattr(policy.drain, name)) for name in _DRAIN_SPANS}
        ),
        overridden=overridden,
        **fields,
    )


def decision_message(decision: Decision) -> pb.ScalingDecision:
    """A decision for the wire."""
    return pb.ScalingDecision(
        sequence=decision.sequence,
        time=stamp(decision.time),
        agent_type=decision.agent_type,
        mode=mode_value(decision.mode),
        current_replicas=decision.current,
        desired_replicas=decision.desired,
        reason=f"DECISION_REASON_{decision.reason.name}",
        explanation=decision.explanation,
        inputs=[_input(name, reading) for name, reading in decision.inputs],
        steps=[
            pb.ScalingStep(name=step.name, before=step.before, after=step.after, note=step.note)
            for step in decision.steps
        ],
        applied=decision.applied,
        policy_version=decision.policy_version,
        victims=decision.victims,
        leader_term=decision.term,
        deployed_replicas=decision.deployed,
        resource_version=decision.resource_version,
        result=decision.result,
        latency=span(decision.latency),
    )


def status_message(
    agent_type: str, decision: Decision | None, policy: pb.ScalingPolicy, mode: Mode, hold: Hold | None
) -> pb.ScalingStatus:
    """How an agent type stands; numbers nobody knows are absent."""
    message = pb.ScalingStatus(agent_type=agent_type, mode=mode_value(mode), policy=policy)
    if decision is not None:
        message.decision.CopyFrom(decision_message(decision))
        if dict(decision.inputs).get("current_replicas", Reading()).value is not None:
            message.current_replicas = decision.current
            message.desired_replicas = decision.desired
    if hold is not None and hold.mode is Mode.PINNED:
        message.desired_replicas = hold.replicas
        if hold.until is not None:
            message.pinned_until_time.CopyFrom(stamp(hold.until))
    return message


def jobs_from(messages: Iterable[pb.SimulatedTask]) -> list[Job]:
    """The tasks of a load, as jobs of one. Raises InvalidArgument that names the first few that make no sense."""
    jobs, wrong = [], []
    for at, message in enumerate(messages):
        arrival, duration = seconds(message.arrival), seconds(message.duration)
        if not 0 <= arrival <= DAY:
            wrong.append(FieldViolation(f"tasks[{at}].arrival", f"is {arrival:g} s; it must be from 0 to {DAY:g} s."))
        if not 0 < duration <= DAY:
            told = f"is {duration:g} s; it must be above 0 to {DAY:g} s."
            wrong.append(FieldViolation(f"tasks[{at}].duration", told))
        if len(wrong) > 10:
            break
        jobs.append(single(arrival, duration))
    if wrong:
        raise InvalidArgument(wrong)
    return jobs


def outcome_message(outcome: Outcome) -> pb.SimulateScalingResponse:
    """What came out of a simulation."""
    return pb.SimulateScalingResponse(
        wait_p50=span(outcome.wait(0.50)),
        wait_p95=span(outcome.wait(0.95)),
        wait_p99=span(outcome.wait(0.99)),
        pod_hours=outcome.pod_hours,
        actions_per_hour=outcome.actions_per_hour,
        killed_tasks=outcome.killed_tasks,
    )


def mode_value(mode: Mode) -> str:
    """A mode for the wire."""
    return f"SCALING_MODE_{mode.name}"


def seconds(duration: Duration) -> float:
    """A span in seconds."""
    return duration.seconds + duration.nanos / 1e9


def span(seconds: float) -> Duration:
    """Seconds as a span."""
    duration = Duration()
    duration.FromNanoseconds(round(seconds * 1e9))
    return duration


def stamp(moment: float) -> Timestamp:
    """Seconds since 1970 as a time."""
    message = Timestamp()
    message.FromMicroseconds(round(moment * 1e6))
    return message


def _input(name: str, reading: Reading) -> pb.ScalingInput:
    age = None if reading.age is None else span(reading.age)
    return pb.ScalingInput(name=name, value=reading.value, age=age)


def _drain_from(message: pb.DrainPolicy) -> Drain:
    fields: dict[str, Any] = {name: seconds(getattr(message, name)) for name in _DRAIN_SPANS if message.HasField(name)}
    if message.HasField("cost"):
        fields["cost"] = message.cost
    return Drain(**fields)


def _params(message: Struct) -> Mapping[str, Any]:
    if message.ByteSize() > LARGEST_PARAMS:
        raise InvalidArgument(
            FieldViolation("policy.strategy_params", f"has {message.ByteSize()} bytes; at most {LARGEST_PARAMS} fit.")
        )
    params: dict[str, Any] = MessageToDict(message)
    return params
