"""The figures that must not get worse: two bursts and an even load, one hour, two seeds, everything by default.

`make simulate-golden` measures them anew and writes them into golden.json; do that only for a change that is meant to
move them, and say so with it.
"""

import json
from pathlib import Path

from services.scaler.domain.policy import Policy
from services.scaler.simulation.comparison import Comparison, compare
from services.scaler.simulation.gate import AGAINST
from services.scaler.simulation.loads import synthetic
from services.scaler.simulation.setting import Setting
from services.scaler.strategies.utilization import Utilization

GOLDEN = Path(__file__).with_name("golden.json")
LOADS = ("on-off", "fan-out", "poisson")
SEEDS = (1, 2)

Figures = dict[str, dict[str, float]]


def played(name: str) -> Comparison:
    """A load, played by ours and by those it is judged against."""
    return compare(
        [synthetic(name, seed=seed, hours=1) for seed in SEEDS],
        AGAINST,
        policy=Policy(agent_type="golden", max_replicas=40),
        strategy=Utilization(),
        setting=Setting(cold_start_spread=0.2, seed=SEEDS[0]),
        graces=(330.0,),
    )


def figures(comparison: Comparison) -> dict[str, float]:
    """Those of ours that are held; less is better."""
    ours = comparison.rows[0]
    return {
        "wait_p95": round(ours.wait_p95, 3),
        "wait_p99": round(ours.wait_p99, 3),
        "pod_hours": round(ours.pod_hours, 3),
        "killed_tasks": ours.killed_tasks,
    }


def golden() -> Figures:
    """As they were measured last."""
    found: Figures = json.loads(GOLDEN.read_text())
    return found


if __name__ == "__main__":
    _ = GOLDEN.write_text(json.dumps({name: figures(played(name)) for name in LOADS}, indent=2) + "\n")
    print(GOLDEN.read_text(), end="")
