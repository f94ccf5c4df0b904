"""Policies: defaults, versions, etags, masks, and refusals that name the field and the remedy."""

from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.struct_pb2 import Struct
from heyjarvis.scaler.v1 import scaler_service_pb2 as calls

from tests.contract.scaler.conftest import Scaler, ScalerStart
from tests.support.rpc_errors import Refused, refused

NAME = "scalingPolicies/branding"
INVALID = grpc.StatusCode.INVALID_ARGUMENT


def update(*paths: str, validate_only: bool = False, **fields: Any) -> calls.UpdateScalingPolicyRequest:
    policy = calls.ScalingPolicy(name=fields.pop("name", NAME), **fields)
    mask = FieldMask(paths=paths) if paths else None
    return calls.UpdateScalingPolicyRequest(policy=policy, update_mask=mask, validate_only=validate_only)


async def updated(server: Scaler, *paths: str, **fields: Any) -> calls.ScalingPolicy:
    return (await server.stub.UpdateScalingPolicy(update(*paths, **fields))).policy


async def stored(server: Scaler) -> calls.ScalingPolicy:
    return (await server.stub.GetScalingPolicy(calls.GetScalingPolicyRequest(name=NAME))).policy


async def test_an_agent_nobody_wrote_a_policy_for_has_the_defaults(server: Scaler) -> None:
    await server.has("branding", 0)
    policy = await stored(server)
    assert (policy.name, policy.version, policy.mode) == (NAME, 1, calls.SCALING_MODE_NATIVE)
    assert (policy.min_replicas, policy.max_replicas, policy.activation_replicas) == (1, 10, 1)
    assert (policy.target_utilization, policy.tolerance, policy.up_rate, policy.down_rate) == (0.8, 0.1, 1, 0.5)
    assert (policy.up_window.seconds, policy.down_window.seconds, policy.panic_window.seconds) == (0, 30, 6)
    assert (policy.target_wait.seconds, policy.slo_wait.seconds, policy.zero_cooldown.seconds) == (15, 30, 300)
    assert (policy.panic_threshold, policy.prediction_weight, policy.strategy) == (2, 1, "utilization")
    assert policy.HasField("up_window")


async def test_a_mask_takes_only_what_it_names(server: Scaler) -> None:
    policy = await updated(server, "max_replicas", "down_window", max_replicas=5, down_window=Duration(seconds=60))
    assert (policy.version, policy.max_replicas, policy.down_window.seconds, policy.min_replicas) == (2, 5, 60, 1)
    assert await stored(server) == policy
    again = await updated(server, "min_replicas", min_replicas=2, etag=policy.etag)
    assert (again.version, again.min_replicas, again.max_replicas) == (3, 2, 5)
    assert again.etag != policy.etag


async def test_without_a_mask_everything_is_taken(server: Scaler) -> None:
    await updated(server, "max_replicas", max_replicas=5)
    policy = await updated(server, min_replicas=0, tolerance=0.2, up_rate=1, down_rate=0.5, prediction_weight=1)
    assert (policy.min_replicas, policy.max_replicas, policy.tolerance) == (0, 10, 0.2)
    assert (policy.target_utilization, policy.down_window.seconds) == (0.8, 30)


async def test_a_stale_etag_is_aborted(server: Scaler) -> None:
    old = await updated(server, "max_replicas", max_replicas=5)
    await updated(server, "max_replicas", max_replicas=6)
    error = await refused(server.stub.UpdateScalingPolicy(update("max_replicas", max_replicas=7, etag=old.etag)))
    assert (error.code, error.info.reason) == (grpc.StatusCode.ABORTED, "ETAG_STALE")
    assert (await stored(server)).max_replicas == 6


async def test_checking_only_writes_nothing(server: Scaler) -> None:
    await server.has("branding", 0)
    shown = await updated(server, "max_replicas", max_replicas=5, validate_only=True)
    assert (shown.version, shown.max_replicas) == (2, 5)
    assert (await stored(server)).max_replicas == 10
    bad = update("min_replicas", min_replicas=11, validate_only=True)
    assert (await refused(server.stub.UpdateScalingPolicy(bad))).fields == ["policy.min_replicas"]


async def wrong(server: Scaler, *paths: str, **fields: Any) -> Refused:
    error = await refused(server.stub.UpdateScalingPolicy(update(*paths, **fields)))
    assert error.code is INVALID
    return error


@pytest.mark.parametrize(
    ("fields", "wrong_fields", "told"),
    [
        ({"min_replicas": 5, "max_replicas": 3}, ["policy.min_replicas"], "above max_replicas 3; lower it"),
        ({"max_replicas": 2000}, ["policy.max_replicas"], ""),
        ({"target_utilization": 1.5}, ["policy.target_utilization"], ""),
        ({"tolerance": float("nan")}, ["policy.tolerance"], ""),
        ({"down_window": Duration(seconds=7200)}, ["policy.down_window"], "from 0 to 3600 s"),
        ({"slo_wait": Duration(seconds=1)}, ["policy.slo_wait"], "target_wait (15 s)"),
        ({"mode": calls.SCALING_MODE_PINNED}, ["policy.mode"], "PinScaling"),
        (
            {"strategy": "astrology"},
            ["policy.strategy"],
            "these are: max_of, predictive, queue_latency, schedule, utilization",
        ),
        ({"activation_replicas": 11}, ["policy.activation_replicas"], "max_replicas 10"),
        ({"name": "branding"}, ["policy.name"], ""),
    ],
)
async def test_what_is_wrong_is_named(
    server: Scaler, fields: dict[str, Any], wrong_fields: list[str], told: str
) -> None:
    paths = tuple(name for name in fields if name != "name")
    error = await wrong(server, *paths, **fields)
    assert error.fields == wrong_fields
    assert told in error.bad.field_violations[0].description


async def test_parameters_of_a_strategy_and_fields_nobody_can_update(server: Scaler) -> None:
    params = Struct()
    params.update({"speed": 3})
    assert (await wrong(server, "strategy_params", strategy_params=params)).fields == ["policy.strategy_params"]
    error = await wrong(server, "version", "max_replicas", max_replicas=3)
    assert error.fields == ["update_mask"]
    assert "'version' cannot be updated" in error.text


async def test_another_strategy_and_bounds_count_at_once(server: Scaler) -> None:
    await server.has("branding", 0)
    # Five is what one may grow to at once: above that it would matter how many ticks saw no queue before.
    await server.needs("branding", 16, 0, 3)
    assert (await server.explains("branding")).decision.desired_replicas == 5
    await updated(server, "strategy", "max_replicas", strategy="queue_latency", max_replicas=3)
    decision = (await server.explains("branding")).decision
    assert (decision.desired_replicas, decision.policy_version) == (3, 2)
    assert decision.reason == calls.DECISION_REASON_AT_MAX
    recorded = await server.decides("branding", calls.DECISION_REASON_AT_MAX)
    assert recorded.policy_version == 2


async def test_defaults_come_from_the_settings(start: ScalerStart) -> None:
    async with start(default_min_replicas=2, default_max_replicas=4) as server:
        await server.has("branding", 0)
        policy = await stored(server)
        assert (policy.min_replicas, policy.max_replicas) == (2, 4)


async def test_policies_of_a_file_hold_until_somebody_changes_them(start: ScalerStart, tmp_path: Path) -> None:
    file = tmp_path / "policies.yaml"
    file.write_text(
        "branding:\n  maxReplicas: 4\n  mode: keda\n  downWindow: 60s\n  drain: {cost: false, timeout: 90s}\n"
        "market: {minReplicas: 2, manualZero: OVERRIDE, max_predicted: 6}\n"
    )
    async with start(policies_file=file) as server:
        policy = await stored(server)
        assert (policy.min_replicas, policy.max_replicas, policy.mode) == (1, 4, calls.SCALING_MODE_KEDA)
        assert (policy.down_window.seconds, policy.tolerance, policy.overridden) == (60, 0.1, False)
        assert (policy.drain.cost, policy.drain.timeout.seconds, policy.drain.settle.seconds) == (False, 90, 2)
        changed = await updated(server, "max_replicas", max_replicas=7)
        assert (changed.max_replicas, changed.mode, changed.overridden) == (7, calls.SCALING_MODE_KEDA, True)
        first = await server.stub.ListScalingPolicies(calls.ListScalingPoliciesRequest(page_size=1))
        assert [(one.name, one.overridden) for one in first.policies] == [(NAME, True)]
        request = calls.ListScalingPoliciesRequest(page_token=first.next_page_token)
        (second,) = (await server.stub.ListScalingPolicies(request)).policies
        assert (second.min_replicas, second.manual_zero, second.max_predicted) == (2, calls.MANUAL_ZERO_OVERRIDE, 6)
        reset = await server.stub.ResetScalingPolicy(calls.ResetScalingPolicyRequest(name=NAME))
        assert (reset.policy.max_replicas, reset.policy.overridden) == (4, False)
        assert await stored(server) == reset.policy
