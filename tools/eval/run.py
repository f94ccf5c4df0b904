"""One evaluation from start to end: a system, the requests, the checks, the comparison."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.eval.carrying_out import Outcome, Purse, card_schemas, carry_out
from tools.eval.requests import Request
from tools.eval.results import Result, Row, judged, not_run, now
from tools.eval.system import with_system
from tools.jarvis.addresses import find_addresses
from tools.jarvis.client import Client
from tools.local.options import LocalOptions
from tools.local.state import SystemState

_MOST_PROCESSES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What is to be done."""

    requests: Sequence[Request]
    out: Path
    """Folder of all evaluations: dossiers, results, the system's home."""
    at_once: int
    """Requests at the same time."""
    budget: float
    """The most all requests may cost together, in US dollars."""
    each: float
    """The most one request may cost, in US dollars."""
    seconds: float
    """How long one request may take."""

    @property
    def dossiers(self) -> Path:
        """What each request delivered, in a folder of its id."""
        return self.out / "dossiers"


async def evaluate(what: Evaluation, options: LocalOptions, say: Callable[[str], None]) -> Result:
    """Carries the requests out on a system of their own and looks at what came out. Raises StartFailed."""
    purse = Purse(left=what.budget, each=what.each)
    done = 0

    def told(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        say(f"  {done:>3}/{len(what.requests)}  {_told(outcome)}  {purse.spent:.2f} of {what.budget:.2f} USD spent")

    async def work(system: SystemState) -> list[Outcome]:
        say(f"  The system is ready; {len(what.requests)} requests, {what.at_once} at a time")
        schemas = await card_schemas(system.agents)
        async with Client(find_addresses(environment={"HEYJARVIS_HOME": str(options.home)})) as client:
            return await carry_out(
                client,
                what.requests,
                what.dossiers,
                schemas=schemas,
                purse=purse,
                at_once=what.at_once,
                seconds=what.seconds,
                done=told,
            )

    outcomes = await with_system(options, work)
    say("  Looking at what came out")
    made = [(what.dossiers / each.request.id, each.request, each.problem) for each in outcomes if each.made]
    rows = {row.id: row for row in await _judge(made)}
    simulated = options.offline_model
    for each in outcomes:
        if each.made is None:
            rows[each.request.id] = not_run(each.request, each.problem, simulated=simulated)
    return Result(time=now(), simulated=simulated, rows=[rows[request.id] for request in what.requests])


async def look_again(what: Evaluation, say: Callable[[str], None]) -> Result:
    """Looks at what the last evaluation left on disk. Runs nothing, costs nothing."""
    say(f"  Looking again at {what.dossiers}")
    rows = await _judge([(what.dossiers / request.id, request, "") for request in what.requests])
    return Result(time=now(), simulated=all(row.simulated for row in rows), rows=rows)


async def _judge(made: Sequence[tuple[Path, Request, str]]) -> list[Row]:
    """In processes of their own: computing every plan again takes about a second each. Spawned, not forked: gRPC."""
    workers = min(os.cpu_count() or 1, _MOST_PROCESSES, len(made) or 1)
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(await asyncio.gather(*(loop.run_in_executor(pool, judged, *each) for each in made)))


def _told(outcome: Outcome) -> str:
    made = outcome.made
    if made is None:
        return f"{outcome.request.id}: {outcome.problem}"
    cost = "cost unknown" if made.cost_usd is None else f"${made.cost_usd:.3f}"
    why = f" ({outcome.problem or made.failure})" if outcome.problem or made.failure else ""
    return f"{outcome.request.id}: {made.state.lower()}{why}, {made.seconds:.1f} s, {cost};"
