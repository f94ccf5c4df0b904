"""What ours is held to: in bursts and fans nobody waits longer with us than with the best of the others, nothing is
killed, and it costs little more than the cheapest that kills nothing either."""

from dataclasses import dataclass

from services.scaler.simulation.comparison import OURS, Comparison

LOADS = ("on-off", "fan-out")
AGAINST = ("hpa", "queue-only", "kpa")
MOST_DEARER = 0.20
"""Replica hours above the cheapest, as a share of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that has to hold."""

    load: str
    holds: bool
    told: str


def checks(comparison: Comparison) -> list[Check]:
    """What has to hold for a load, and whether it does; nothing for loads and rules that are not in the gate."""
    name = comparison.load.name
    ours = next(row for row in comparison.rows if row.name == OURS)
    others = [row for row in comparison.rows if row.name in AGAINST]
    if name not in LOADS or not others:
        return []
    best = min(others, key=lambda row: row.wait_p95)
    found = [
        (ours.wait_p95 <= best.wait_p95, f"95 % wait {ours.wait_p95:.1f} s; best: {best.wait_p95:.1f} s, {best.label}"),
        (ours.killed_tasks == 0, f"{ours.killed_tasks} tasks killed"),
    ]
    sparing = [row for row in others if row.killed_tasks == 0]
    if sparing:
        cheapest = min(sparing, key=lambda row: row.pod_hours)
        more = ours.pod_hours / cheapest.pod_hours - 1
        told = f"{ours.pod_hours:.1f} pod-hours; {more:+.0%} of {cheapest.pod_hours:.1f}, {cheapest.label}"
        found.append((more <= MOST_DEARER, told))
    return [Check(load=name, holds=holds, told=told) for holds, told in found]
