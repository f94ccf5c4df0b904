"""A load played against an autoscaler: time is virtual and jumps from event to event.

Tasks become ready, get the slot of a replica that has one, and end; replicas start, are cordoned, and die. In between
the autoscaler looks and acts. The same load, autoscaler and setting give the same outcome, to the last digit.
"""

import heapq
import math
from collections.abc import Callable, Iterator, Set
from enum import IntEnum
from random import Random

from services.scaler.simulation.autoscaler import Autoscaler, Pod, View
from services.scaler.simulation.fleet import Fleet
from services.scaler.simulation.load import Load
from services.scaler.simulation.outcome import Meter, Outcome
from services.scaler.simulation.setting import Setting
from services.scaler.simulation.work import Work

LONGEST = 15 * 24 * 3600.0
"""Seconds of simulated time; a load that takes longer is refused."""
SILENCE = 30.0
"""Seconds for which a replica is silent, when it is."""
SOON = 0.5
"""Seconds after which an autoscaler looks again at what became of its doing: a watch tells it."""
PATIENCE = 2000
"""Events between two looks at whether the caller still wants to know."""


class TooLong(Exception):
    """The load does not finish within the simulated time, or nobody wants to know any more."""


class _What(IntEnum):
    """Kinds of events, in the order of those at the same moment."""

    END = 0
    STARTED = 1
    GRACE_OVER = 2
    ARRIVAL = 3
    WRITE = 4
    LOOK_AGAIN = 5
    LOOK = 6


def play(
    load: Load,
    autoscaler: Autoscaler,
    setting: Setting,
    *,
    longest: float = LONGEST,
    stopped: Callable[[], bool] = lambda: False,
    told: Callable[[float], None] = lambda _: None,
) -> Outcome:
    """Plays the load to its end. `told` hears how far it is, in seconds. Raises TooLong."""
    return _Run(load, autoscaler, setting, longest).play(stopped, told)


class _Run:
    def __init__(self, load: Load, autoscaler: Autoscaler, setting: Setting, longest: float) -> None:
        self._load = load
        self._autoscaler = autoscaler
        self._setting = setting
        self._longest = longest
        self._chance = Random(setting.seed)
        self._fleet = Fleet(slots=setting.slots, chance=self._chance)
        self._work = Work()
        self._meter = Meter(setting.slots)
        self._events: list[tuple[float, int, int, int, int]] = []
        """(time, what, order, two numbers), a heap."""
        self._order = 0
        self._now = 0.0
        self._to_come = len(load.jobs)
        """Jobs that did not arrive yet."""
        self._looked_at = -math.inf
        self._writing = False
        self._waits: list[float] = []
        self._waited: list[tuple[float, float]] = []
        self._actions = 0
        self._killed = 0

    def play(self, stopped: Callable[[], bool], told: Callable[[float], None]) -> Outcome:
        for number in self._fleet.grow(self._autoscaler.first, now=0.0):
            self._fleet.start(number)
        self._plan(0.0, _What.LOOK)
        self._plan_arrival()
        seen, now = 0, 0.0
        while self._to_come or self._work.left or self._events[0][0] <= self._load.lasts:
            now, what, _, one, other = heapq.heappop(self._events)
            seen += 1
            if now > self._longest or (seen % PATIENCE == 1 and stopped()):
                raise TooLong
            if seen % PATIENCE == 0:
                told(now)
            self._pass(now)
            self._happen(_What(what), now, one, other)
        self._pass(end := max(now, self._load.lasts))
        told(end)
        return Outcome(
            waits=tuple(sorted(self._waits)),
            waited=tuple(self._waited),
            slo_misses=sum(wait > self._setting.slo_wait for wait in self._waits),
            pod_hours=self._meter.pod_seconds / 3600,
            hours=max(end, self._autoscaler.every) / 3600,
            actions=self._actions,
            killed_tasks=self._killed,
            elasticity=self._meter.elasticity(),
            moments=tuple(self._meter.moments),
        )

    def _happen(self, what: _What, now: float, one: int, other: int) -> None:
        fleet, work = self._fleet, self._work
        if what is _What.END:
            if not fleet.finish(other, one):
                return  # it was killed before
            ready, waited = work.finish(one, now)
            self._waits.append(waited)
            self._waited.append((ready, waited))
        elif what is _What.STARTED:
            fleet.start(one)
        elif what is _What.GRACE_OVER:
            for task in sorted(fleet.kill(one), reverse=True):
                work.lose(task)
                self._killed += 1
        elif what is _What.ARRIVAL:
            self._to_come -= 1
            work.arrive(self._load.jobs[one], now)
            self._plan_arrival()
        elif what is _What.WRITE:
            self._writing = False
            self._write(one)
            self._plan(now, _What.LOOK_AGAIN)
        else:
            self._look(now)
            if what is _What.LOOK:
                self._plan(now + self._autoscaler.every, _What.LOOK)
        self._dispatch(now)
        if (
            work.queued
            and what not in (_What.LOOK, _What.LOOK_AGAIN)
            and now > self._looked_at
            and self._autoscaler.at_once(now, work.queued, fleet.size)
        ):
            self._look(now)
            self._dispatch(now)

    def _dispatch(self, now: float) -> None:
        while self._work.queued:
            replica = self._fleet.take()
            if replica is None:
                return
            task, duration = self._work.start(now)
            self._fleet.give(replica, task)
            self._plan(now + duration, _What.END, task, replica)

    def _look(self, now: float) -> None:
        if self._writing:
            return  # it waits for the API's answer
        self._looked_at = now
        if self._autoscaler.act(self._view(now), self):
            self._plan(now + SOON, _What.LOOK_AGAIN)

    def scale(self, replicas: int) -> bool:
        """Sets how many replicas there should be, unless somebody else wrote meanwhile."""
        faults = self._setting.faults
        if faults.conflicts and self._chance.random() < faults.conflicts:
            return False  # whoever looks anew sees what there is then
        self._actions += replicas != self._fleet.size
        if faults.api_latency:
            self._writing = True
            self._plan(self._now + faults.api_latency, _What.WRITE, replicas)
        else:
            self._write(replicas)
        return True

    def cordon(self, number: int, *, cordoned: bool) -> None:
        """Lets a replica take nothing new, or takes that back."""
        if number in self._fleet.replicas:
            self._fleet.cordon(number, cordoned=cordoned)

    def price(self, number: int, cost: int) -> None:
        """Sets the deletion cost of a replica."""
        if number in self._fleet.replicas:
            self._fleet.replicas[number].cost = cost

    def _write(self, replicas: int) -> None:
        more = replicas - self._fleet.size
        if more > 0:
            for number in self._fleet.grow(more, now=self._now):
                self._plan(self._now + self._cold_start(), _What.STARTED, number)
        elif more < 0:
            for number in self._fleet.delete(-more, now=self._now):
                self._plan(self._now + self._setting.grace, _What.GRACE_OVER, number)

    def _cold_start(self) -> float:
        spread = self._setting.cold_start_spread
        return self._setting.cold_start * (math.exp(self._chance.gauss(0, spread)) if spread else 1.0)

    def _view(self, now: float) -> View:
        fleet, work, slots = self._fleet, self._work, self._setting.slots
        silent = self._silent(now)
        heard = work.running - sum(len(fleet.replicas[number].tasks) for number in silent)
        ahead = self._autoscaler.looks_ahead
        return View(
            now=now,
            replicas=fleet.size,
            ready=sum(replica.started and not replica.deleted for replica in fleet.replicas.values()),
            slots=slots,
            in_flight=heard,
            in_flight_at_most=heard + len(silent) * slots,
            queued=work.queued,
            oldest_wait=work.oldest_wait(now),
            demand_seconds=self._meter.demand_seconds,
            service_time=work.durations.mean,
            predicted=work.expected(ahead, now) if ahead else 0.0,
            unfinished=work.left,
            pods=tuple(self._pods(now, silent)) if self._autoscaler.sees_pods else (),
        )

    def _pods(self, now: float, silent: Set[int]) -> Iterator[Pod]:
        for number, replica in self._fleet.replicas.items():
            if not replica.deleted:
                yield Pod(
                    number=number,
                    age=now - replica.since,
                    started=replica.started,
                    tasks=len(replica.tasks),
                    cordoned=replica.cordoned,
                    cost=replica.cost,
                    silent=number in silent,
                )

    def _silent(self, now: float) -> Set[int]:
        loss, seed = self._setting.faults.heartbeat_loss, self._setting.seed
        if not loss:
            return frozenset()
        started = (number for number, replica in self._fleet.replicas.items() if replica.started)
        return {number for number in started if Random(f"{seed} {number} {now // SILENCE}").random() < loss}

    def _pass(self, now: float) -> None:
        self._now = now
        self._meter.until(
            now,
            replicas=len(self._fleet.replicas),
            ready=self._fleet.started,
            running=self._work.running,
            queued=self._work.queued,
        )

    def _plan_arrival(self) -> None:
        if self._to_come:
            number = len(self._load.jobs) - self._to_come
            self._plan(self._load.jobs[number].arrival, _What.ARRIVAL, number)

    def _plan(self, time: float, what: _What, one: int = 0, other: int = 0) -> None:
        self._order += 1
        heapq.heappush(self._events, (time, what, self._order, one, other))
