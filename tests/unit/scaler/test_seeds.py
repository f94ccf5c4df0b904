"""The policies file: what it may say, and how it is refused."""

import json
from pathlib import Path

import pytest

from chassis.errors import ConfigurationError
from services.scaler.domain.model import Mode
from services.scaler.domain.policy import Drain, ManualZero, Policy
from services.scaler.seeds import LARGEST, seeds_from
from services.scaler.strategies import installed

DEFAULT = Policy(agent_type="default", max_replicas=6)


def read(path: Path, content: str) -> dict[str, Policy]:
    file = path / "policies"
    file.write_text(content)
    return seeds_from(file, DEFAULT, installed())


def test_a_file_says_what_differs_from_the_default(tmp_path: Path) -> None:
    seeds = read(
        tmp_path,
        "branding:\n"
        "  minReplicas: 0\n"
        "  downWindow: 90s\n"
        "  mode: observe\n"
        "  manualZero: MANUAL_ZERO_OVERRIDE\n"
        "  drain: {settle: 4s}\n"
        "market: {}\n",
    )
    branding = seeds["branding"]
    assert (branding.agent_type, branding.version) == ("branding", 1)
    assert (branding.min_replicas, branding.max_replicas, branding.down_window) == (0, 6, 90)
    assert (branding.mode, branding.manual_zero) == (Mode.OBSERVE, ManualZero.OVERRIDE)
    assert branding.drain == Drain(settle=4)
    assert branding.tolerance == 0.1, "what is left out is the default, not zero"
    assert seeds["market"] == Policy(agent_type="market", max_replicas=6)


def test_json_will_do_and_so_will_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps({"branding": {"maxReplicas": 3}}))["branding"].max_replicas == 3
    assert read(tmp_path, "") == {}
    assert seeds_from(None, DEFAULT, {}) == {}


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(
            tmp_path,
            "branding: {minReplicas: 9}\n"
            "market: {maxReplica: 3}\n"
            "Product: {}\n"
            "ui: {downWindow: soon}\n"
            "code: {strategy: magic}\n"
            "docs: {mode: paused}\n"
            "text: {version: 3}\n"
            "list: [1]\n",
        )
    told = str(caught.value)
    assert "branding.min_replicas is 9, above max_replicas 6; lower it, or raise max_replicas." in told
    assert "market: " in told
    assert "maxReplica" in told
    assert "Product: an agent type is [a-z]" in told
    assert "ui: " in told
    assert "code.strategy 'magic' is not installed; these are: " in told
    assert "docs.mode SCALING_MODE_PAUSED is set by PauseScaling" in told
    assert "text: version cannot be set here; these can: mode, " in told
    assert "list: a policy is a map of fields" in told


@pytest.mark.parametrize(
    ("content", "told"),
    [("- a\n- b\n", "has to map agent types"), ("{", "neither YAML nor JSON"), ("#" * (LARGEST + 1), "more than")],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=f"HEYJARVIS_POLICIES_FILE: .*{told}"):
        read(tmp_path, content)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        seeds_from(tmp_path / "none", DEFAULT, {})
