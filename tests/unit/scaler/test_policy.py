"""Policies: defaults of the contract, what is refused and how, versions and etags."""

from typing import Any

import pytest

from chassis.errors import Aborted, InvalidArgument
from services.scaler.domain.model import Mode
from services.scaler.domain.policy import UPDATABLE, Policy, check, update

DEFAULT = Policy(agent_type="branding")


def test_the_defaults_are_sound() -> None:
    assert check(DEFAULT) == []
    assert (DEFAULT.min_replicas, DEFAULT.max_replicas) == (1, 10)
    assert (DEFAULT.target_utilization, DEFAULT.tolerance) == (0.8, 0.1)
    assert (DEFAULT.up_window, DEFAULT.down_window, DEFAULT.up_rate, DEFAULT.down_rate) == (0, 30, 1, 0.5)
    assert (DEFAULT.panic_window, DEFAULT.panic_threshold, DEFAULT.target_wait, DEFAULT.slo_wait) == (6, 2, 15, 30)
    assert (DEFAULT.zero_cooldown, DEFAULT.activation_replicas, DEFAULT.prediction_weight) == (300, 1, 1)


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"min_replicas": 11}, "min_replicas", "is 11, above max_replicas 10; lower it, or raise max_replicas."),
        ({"min_replicas": -1}, "min_replicas", "from 0 to 1000"),
        ({"max_replicas": 1001}, "max_replicas", "from 1 to 1000"),
        ({"target_utilization": 0.0}, "target_utilization", "is 0; it must be above 0 to 1."),
        ({"target_utilization": float("nan")}, "target_utilization", "is nan"),
        ({"tolerance": 1.5}, "tolerance", "from 0 to 1"),
        ({"up_rate": float("inf")}, "up_rate", "is inf"),
        ({"down_rate": -0.1}, "down_rate", "from 0 to 1"),
        ({"down_window": 3601.0}, "down_window", "is 3601 s; it must be from 0 to 3600 s."),
        ({"panic_threshold": 0.5}, "panic_threshold", "from 1 to 1000"),
        ({"target_wait": 0.0}, "target_wait", "above 0"),
        ({"slo_wait": 10.0}, "slo_wait", "from target_wait (15 s)"),
        ({"zero_cooldown": 1e6}, "zero_cooldown", "86400 s"),
        ({"activation_replicas": 11}, "activation_replicas", "from 1 to max_replicas 10"),
        ({"mode": Mode.PAUSED}, "mode", "PauseScaling"),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(changes: dict[str, Any], field: str, told: str) -> None:
    (violation,) = check(Policy(**{"agent_type": "branding", **changes}))
    assert violation.field == f"policy.{field}"
    assert told in violation.description


def test_an_update_takes_what_its_mask_names() -> None:
    wanted = Policy(agent_type="branding", min_replicas=3, max_replicas=7)
    masked = update(DEFAULT, wanted, mask=["max_replicas"], etag="v1")
    assert (masked.min_replicas, masked.max_replicas, masked.version, masked.etag) == (1, 7, 2, "v2")
    assert update(DEFAULT, wanted, mask=[], etag="").min_replicas == 3


def test_a_field_nobody_can_update_and_a_stale_etag() -> None:
    with pytest.raises(InvalidArgument, match="'version' cannot be updated"):
        update(DEFAULT, DEFAULT, mask=["version"], etag="")
    with pytest.raises(Aborted, match="'v1' and you read 'v9'"):
        update(DEFAULT, DEFAULT, mask=UPDATABLE, etag="v9")
