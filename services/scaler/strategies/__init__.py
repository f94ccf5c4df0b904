"""Strategies: how many replicas a load is worth. Each is a plugin, ours too.

A package brings its own with an entry point in the group `heyjarvis.scaler.strategies`: name = "module:Class". What one
is stands in `services/scaler/domain/strategy.py`. A plugin that cannot be loaded is told in the log and left out;
policies that name it hold, and say so.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from importlib.metadata import EntryPoint, entry_points
from threading import Thread
from typing import Any, TypeVar

import structlog

from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Combining, Load, Strategy, Wish

GROUP = "heyjarvis.scaler.strategies"
PATIENCE = 0.2
"""Seconds a strategy of others may take; what it answers later does not count."""

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class Aside:
    """A strategy of others, asked on a thread of its own: one that never answers costs `PATIENCE` once, and one thread.

    Until that thread comes back the strategy is asked nothing more, so there is never a second one.
    """

    def __init__(self, strategy: Strategy, *, patience: float = PATIENCE) -> None:
        self._strategy = strategy
        self._patience = patience
        self._answer: Future[Any] | None = None

    def check(self, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters of a policy."""
        try:
            return self._ask(lambda: self._strategy.check(params))
        except TimeoutError as error:
            return [f"The strategy cannot say whether they are right: {error}."]

    def wish(self, load: Load, policy: Policy, memory: Mapping[str, Any]) -> Wish:
        """How many replicas the load is worth. Raises TimeoutError when it does not say so in time."""
        return self._ask(lambda: self._strategy.wish(load, policy, memory))

    def _ask(self, question: Callable[[], T]) -> T:
        if self._answer is not None and not self._answer.done():
            raise TimeoutError("it has not answered an earlier question yet")
        answer: Future[T] = Future()
        self._answer = answer
        Thread(target=_settle, args=(answer, question), name="strategy", daemon=True).start()
        try:
            return answer.result(self._patience)
        except TimeoutError:
            if answer.done():  # it is the strategy itself that says so, or it answers this very moment
                return answer.result()
            raise TimeoutError(f"it took more than {self._patience * 1000:.0f} ms") from None


def _settle(answer: Future[T], question: Callable[[], T]) -> None:
    try:
        answer.set_result(question())
    except BaseException as error:
        answer.set_exception(error)


def installed() -> dict[str, Strategy]:
    """Every strategy that can be loaded, by name. Of two with the same name, the one of this package counts."""
    points: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, not _is_ours(point), point.value)):
        first = points.setdefault(point.name, point)
        if first.value != point.value:
            _log.error("A strategy has the name of another and is left out", strategy=point.name, of=point.value)
    found = {name: strategy for name, point in points.items() if (strategy := _loaded(point)) is not None}
    for strategy in found.values():
        if isinstance(strategy, Combining):
            strategy.combine(found)
    return found


def _is_ours(point: EntryPoint) -> bool:
    return point.value.startswith(f"{__name__}.")


def _loaded(point: EntryPoint) -> Strategy | None:
    try:
        strategy: Strategy = point.load()()
    except Exception as error:
        _log.error("A strategy cannot be loaded and is left out", strategy=point.name, of=point.value, error=str(error))
        return None
    if not (callable(getattr(strategy, "wish", None)) and callable(getattr(strategy, "check", None))):
        _log.error("A strategy has no wish and check and is left out", strategy=point.name, of=point.value)
        return None
    return strategy if _is_ours(point) else Aside(strategy)
