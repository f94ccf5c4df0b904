"""SimulateScaling plays a load through the decision code, and refuses what makes no sense."""

from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from heyjarvis.scaler.v1 import scaler_service_pb2 as calls

from tests.contract.scaler.conftest import Scaler
from tests.support.rpc_errors import refused


def policy(**changes: Any) -> calls.ScalingPolicy:
    fields: dict[str, Any] = {
        "name": "scalingPolicies/branding",
        "min_replicas": 1,
        "tolerance": 0.1,
        "up_rate": 1,
        "down_rate": 0.5,
        "prediction_weight": 1,
    }
    return calls.ScalingPolicy(**fields | changes)


def task(arrival: float, duration: float) -> calls.SimulatedTask:
    return calls.SimulatedTask(arrival=span(arrival), duration=span(duration))


def span(seconds: float) -> Duration:
    duration = Duration()
    duration.FromNanoseconds(round(seconds * 1e9))
    return duration


def request(*tasks: calls.SimulatedTask, **changes: Any) -> calls.SimulateScalingRequest:
    fields: dict[str, Any] = {"policy": policy(), "slots_per_replica": 4, "cold_start": span(12)}
    return calls.SimulateScalingRequest(tasks=tasks, **fields | changes)


async def test_a_burst(server: Scaler) -> None:
    outcome = await server.stub.SimulateScaling(request(*(task(60, 30) for _ in range(32)), task(1800, 1)))
    assert 0 < outcome.wait_p95.seconds <= 20
    assert outcome.wait_p50.ToNanoseconds() <= outcome.wait_p95.ToNanoseconds() <= outcome.wait_p99.ToNanoseconds()
    assert 0.5 < outcome.pod_hours < 1.5
    assert outcome.actions_per_hour > 0
    assert outcome.killed_tasks == 0
    assert not (await server.stub.ListDecisions(calls.ListDecisionsRequest())).decisions, "it writes nothing"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tasks": []}, "tasks"),
        ({"tasks": [task(-1, 5)]}, "tasks[0].arrival"),
        ({"tasks": [task(0, 1), task(0, 0)]}, "tasks[1].duration"),
        ({"tasks": [task(0, 80_000)] * 20, "policy": policy(max_replicas=1)}, "tasks"),
        ({"slots_per_replica": 0}, "slots_per_replica"),
        ({"cold_start": span(7200)}, "cold_start"),
        ({"policy": policy(min_replicas=11)}, "policy.min_replicas"),
        ({"policy": policy(strategy="astrology")}, "policy.strategy"),
        ({"policy": None}, "policy"),
    ],
)
async def test_what_makes_no_sense_is_refused(server: Scaler, changes: dict[str, Any], field: str) -> None:
    tasks = changes.pop("tasks", [task(0, 1)])
    error = await refused(server.stub.SimulateScaling(request(*tasks, **changes)))
    assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


@pytest.mark.timeout(180)
async def test_many_tasks_are_taken_and_too_many_refused(server: Scaler) -> None:
    tasks = [task(number * 0.5, 20) for number in range(100)] * 200
    outcome = await server.stub.SimulateScaling(request(*tasks, policy=policy(max_replicas=1000)), timeout=150)
    assert outcome.pod_hours > 0
    error = await refused(server.stub.SimulateScaling(request(*tasks * 5, tasks[0])))
    assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["tasks"])
