"""Loads by a seed: the same name, seed and length give the same load. How long tasks take is lognormal, with a median
of 30 s, clipped to 5 to 300 s."""

import math
from collections.abc import Callable, Iterator
from random import Random

from services.scaler.simulation.load import Job, Load, Task, load_of

MEDIAN, SIGMA, SHORTEST, LONGEST = 30.0, 0.8, 5.0, 300.0
FAN = 60
"""Tasks that a fan-out makes at once."""
_MINUTE = 60.0

Rate = Callable[[float, float], float]
"""(moment, length of the load) -> arrivals per minute."""


def _step(now: float, lasts: float) -> float:
    return 6 if now < lasts / 4 else 40


def _ramp(now: float, lasts: float) -> float:
    return 2 + 58 * now / lasts


def _spike(now: float, lasts: float) -> float:
    return 120 if 1800 <= now % 3600 < 1920 else 6


def _sine(now: float, lasts: float) -> float:
    return 30 - 25 * math.cos(2 * math.pi * now / 3600)


def _on_off(now: float, lasts: float) -> float:
    return 60 if now % 900 < 300 else 0


def _flash_crowd(now: float, lasts: float) -> float:
    since = now - 0.4 * lasts
    return 6 + (84 * math.exp(-since / 1200) if since >= 0 else 0)


def _poisson(now: float, lasts: float) -> float:
    return 30


def _rare(now: float, lasts: float) -> float:
    return 1 / 15


_RATES: dict[str, tuple[Rate, float]] = {
    "step": (_step, 40),
    "ramp": (_ramp, 60),
    "spike": (_spike, 120),
    "sine": (_sine, 55),
    "on-off": (_on_off, 60),
    "flash-crowd": (_flash_crowd, 90),
    "poisson": (_poisson, 30),
    "rare": (_rare, 1 / 15),
}
"""Each with its highest rate."""
_FAN_OUTS = 10.0
"""Per hour."""

NAMES = ("step", "ramp", "spike", "sine", "on-off", "flash-crowd", "fan-out", "rare", "poisson")
"""step: few, then many. ramp: more and more. spike: two minutes of many, every hour. sine: up and down, every hour.
on-off: five minutes of many, ten of none. flash-crowd: many at once, ebbing away. fan-out: one task, then 60 that
waited for it. rare: one task now and then. poisson: evenly many."""


def synthetic(name: str, *, seed: int, hours: float) -> Load:
    """A load by its name, one of `NAMES`."""
    chance, lasts = Random(f"{name} {seed}"), hours * 3600
    if name == "fan-out":
        return load_of(name, _fan_outs(chance, lasts), lasts=lasts)
    rate, highest = _RATES[name]
    singles = (Job(now, (Task(_duration(chance)),)) for now in _arrivals(chance, rate, highest, lasts))
    return load_of(name, singles, lasts=lasts)


def _arrivals(chance: Random, rate: Rate, highest: float, lasts: float) -> Iterator[float]:
    """A Poisson process whose rate changes: drawn at the highest rate, and thinned."""
    now = 0.0
    while (now := now + chance.expovariate(highest / _MINUTE)) < lasts:
        if chance.random() * highest < rate(now, lasts):
            yield now


def _fan_outs(chance: Random, lasts: float) -> Iterator[Job]:
    for now in _arrivals(chance, lambda now, lasts: 1.0, _FAN_OUTS / 60, lasts):
        fan = (Task(_duration(chance), after=(0,)) for _ in range(FAN))
        yield Job(now, (Task(_duration(chance)), *fan))


def _duration(chance: Random) -> float:
    return min(max(chance.lognormvariate(math.log(MEDIAN), SIGMA), SHORTEST), LONGEST)
