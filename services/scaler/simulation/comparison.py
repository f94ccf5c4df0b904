"""Several autoscalers, the same loads: what each made of them, and whether ours is as good as it has to be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Strategy
from services.scaler.simulation import oracle
from services.scaler.simulation.autoscaler import Autoscaler
from services.scaler.simulation.autoscalers.fixed import Fixed
from services.scaler.simulation.autoscalers.heyjarvis import HeyJarvis
from services.scaler.simulation.autoscalers.hpa import Hpa
from services.scaler.simulation.autoscalers.kpa import Kpa
from services.scaler.simulation.autoscalers.queue_only import QueueOnly
from services.scaler.simulation.engine import play
from services.scaler.simulation.load import Load
from services.scaler.simulation.outcome import Elasticity, Outcome, percentile
from services.scaler.simulation.setting import Setting

OURS = "heyjarvis"
BOUND = "oracle"
RULES = {
    "hpa": "HPA over tasks in hand and queued, 80 % of the slots",
    "queue-only": "HPA over the queue alone, one replica per slots queued",
    "kpa": "Knative's autoscaler by concurrency",
    "backlog": "queue divided by slots, no window and no rate",
    "static": "always as many as were enough 99 % of the time",
    BOUND: "knows the future; nobody can do with less",
}
"""What ours can be compared with."""
_ENOUGH = 0.99
_HPA_UTILIZATION = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one autoscaler made of a load, over all seeds together. Spans are seconds."""

    name: str
    grace: float | None
    """Seconds a deleted replica has to finish; None for those that delete nothing that is busy."""
    tasks: int
    wait_p50: float
    wait_p95: float
    wait_p99: float
    slo_misses: int
    pod_hours: float
    """Per seed."""
    killed_tasks: int
    actions_per_hour: float
    elasticity: Elasticity | None
    """Averages. None for the oracle, which is not played."""

    @property
    def label(self) -> str:
        """The name, with the grace where it makes a difference."""
        return self.name if self.grace is None else f"{self.name}, grace {self.grace:g} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One load, played by all."""

    load: Load
    """With the first seed."""
    setting: Setting
    need: oracle.Steps
    """Replicas that the load with the first seed fills."""
    rows: tuple[Row, ...]
    outcomes: Mapping[str, Outcome]
    """By label: what came out with the first seed, for pictures."""


def compare(
    loads: Sequence[Load],
    names: Sequence[str],
    *,
    policy: Policy,
    strategy: Strategy,
    setting: Setting,
    graces: Sequence[float],
    stopped: Callable[[], bool] = lambda: False,
    told: Callable[[float], None] = lambda _: None,
) -> Comparison:
    """Plays the loads (the same one with several seeds) by ours and by each of `names`. `told` hears of each second of
    simulated time that was played. Raises TooLong."""
    rows, first = [], {}
    need = oracle.need(loads[0], setting.slots, least=max(policy.min_replicas, 1))
    for name, grace in _contenders(names, graces):
        if name == BOUND:
            rows.append(_bound(loads, policy, setting))
            continue
        outcomes = []
        for seed, load in enumerate(loads, start=setting.seed):
            here = replace(setting, seed=seed, grace=setting.grace if grace is None else grace)
            autoscaler = _made(name, load, policy, strategy, here)
            outcomes.append(play(load, autoscaler, here, stopped=stopped, told=_since_last(told)))
        row = _row(name, grace, outcomes)
        rows.append(row)
        first[row.label] = outcomes[0]
    return Comparison(load=loads[0], setting=setting, need=need, rows=tuple(rows), outcomes=first)


def plays(names: Sequence[str], graces: Sequence[float]) -> int:
    """How many times a load is played."""
    return sum(name != BOUND for name, _ in _contenders(names, graces))


def _contenders(names: Sequence[str], graces: Sequence[float]) -> Iterator[tuple[str, float | None]]:
    yield OURS, None
    for name in names:
        if name in ("static", BOUND):
            yield name, None
        else:
            yield from ((name, grace) for grace in graces)


def _made(name: str, load: Load, policy: Policy, strategy: Strategy, setting: Setting) -> Autoscaler:
    least, most = max(policy.min_replicas, 1), policy.max_replicas
    if name == "hpa":
        return Hpa(least=least, most=most, counts_running=True, target=setting.slots * _HPA_UTILIZATION)
    if name == "queue-only":
        return Hpa(least=least, most=most, counts_running=False, target=setting.slots)
    if name == "kpa":
        return Kpa(least=least, most=most)
    if name == "backlog":
        return QueueOnly(least=least, most=most)
    if name == "static":
        steps = oracle.need(load, setting.slots, least=least)
        return Fixed(min(oracle.most_of_the_time(steps, load.lasts, _ENOUGH), most))
    return HeyJarvis(policy, strategy, setting)


def _row(name: str, grace: float | None, outcomes: Sequence[Outcome]) -> Row:
    waits = sorted(wait for outcome in outcomes for wait in outcome.waits)
    hours = sum(outcome.hours for outcome in outcomes)
    mean = {
        field.name: sum(getattr(outcome.elasticity, field.name) for outcome in outcomes) / len(outcomes)
        for field in fields(Elasticity)
    }
    return Row(
        name=name,
        grace=grace,
        tasks=len(waits),
        wait_p50=percentile(waits, 0.50),
        wait_p95=percentile(waits, 0.95),
        wait_p99=percentile(waits, 0.99),
        slo_misses=sum(outcome.slo_misses for outcome in outcomes),
        pod_hours=sum(outcome.pod_hours for outcome in outcomes) / len(outcomes),
        killed_tasks=sum(outcome.killed_tasks for outcome in outcomes),
        actions_per_hour=sum(outcome.actions for outcome in outcomes) / hours,
        elasticity=Elasticity(**mean),
    )


def _bound(loads: Sequence[Load], policy: Policy, setting: Setting) -> Row:
    costs = [
        oracle.pod_hours(oracle.need(load, setting.slots, least=policy.min_replicas), load.lasts) for load in loads
    ]
    return Row(
        name=BOUND,
        grace=None,
        tasks=sum(load.tasks for load in loads),
        wait_p50=0.0,
        wait_p95=0.0,
        wait_p99=0.0,
        slo_misses=0,
        pod_hours=sum(costs) / len(costs),
        killed_tasks=0,
        actions_per_hour=0.0,
        elasticity=None,
    )


def _since_last(told: Callable[[float], None]) -> Callable[[float], None]:
    last = 0.0

    def hear(now: float) -> None:
        nonlocal last
        told(now - last)
        last = now

    return hear
