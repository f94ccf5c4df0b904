"""The chaos suite: hundreds of workflows on real processes while everything around them fails.

python -m tests.chaos                                        500 workflows under 200 faults, about a quarter of an hour
python -m tests.chaos --workflows 60 --faults 25 --seed 3    shorter; the same seed draws the same faults
python -m tests.chaos --json FILE                            what came out, for scripts

Exit code 0: every promise was kept. 1: one was broken, or it took too long; what is told above the summary.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.system import forget_settings
from tests.chaos.crowd import Crowd
from tests.chaos.faults import Faults
from tests.chaos.judges import Verdict, grown, judge
from tests.chaos.world import world
from tools.local.interruption import Interrupted, interruptions

SETTLE = 10.0
"""Seconds of peace after the last fault, before anybody judges."""
TOLD = 30
"""Broken promises that are told one by one."""
_INTERRUPTED = 130


def main() -> int:
    """The exit code."""
    chosen = _parser().parse_args()
    forget_settings()

    async def run() -> int:
        async with interruptions() as interruption:
            try:
                return await interruption.guard(_run(chosen))
            except Interrupted:
                return _INTERRUPTED

    return asyncio.run(run())


async def _run(chosen: argparse.Namespace) -> int:
    began = time.monotonic()
    verdict, inflicted = Verdict(), {}
    async with world(loud=chosen.loud) as system:
        crowd = Crowd(system.orchestrators, system.child("approvals").spec.address, chosen.seed, at_once=chosen.at_once)
        faults, enough = Faults(system, chosen.seed), asyncio.Event()
        clocks = "half of the clocks are five minutes ahead" if system.clocks_differ else "all clocks agree"
        print(f"Chaos: {chosen.workflows} workflows, {chosen.faults} faults, seed {chosen.seed}; {clocks}", flush=True)
        before = system.memory()
        try:
            async with asyncio.timeout(chosen.minutes * 60):
                telling = asyncio.create_task(_tell(crowd, faults, chosen), name="tell")
                try:
                    harm = asyncio.create_task(
                        faults.inflict(
                            chosen.faults, _line(chosen.loud), enough, lambda: crowd.ended / chosen.workflows
                        ),
                        name="harm",
                    )
                    await crowd.order(chosen.workflows)
                    if not chosen.all_faults:
                        enough.set()
                    await harm
                finally:
                    telling.cancel()
                await asyncio.sleep(SETTLE)
                verdict = await judge(crowd, await asyncio.to_thread(system.calls))
        except TimeoutError:
            open_ = [order.name or f"order {order.number}" for order in crowd.orders if not order.seen][:TOLD]
            verdict.violations.append(f"not over after {chosen.minutes:g} min; waiting: {', '.join(open_) or 'others'}")
        verdict.violations += grown(before, system.memory())
        inflicted = dict(faults.done)
        await crowd.aclose()
    _summary(verdict, inflicted, time.monotonic() - began)
    if chosen.json is not None:
        told = {
            "states": verdict.states,
            "paid": verdict.faults_paid,
            "faults": inflicted,
            "violations": verdict.violations,
        }
        chosen.json.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    return 1 if verdict.violations else 0


async def _tell(crowd: Crowd, faults: Faults, chosen: argparse.Namespace) -> None:
    while True:
        await asyncio.sleep(15)
        done = sum(faults.done.values())
        print(f"  {crowd.ended} of {chosen.workflows} workflows, {done} of {chosen.faults} faults", flush=True)


def _line(loud: bool) -> Callable[[str], None]:
    def tell(what: str) -> None:
        if loud:
            print(f"    {what}", file=sys.stderr, flush=True)

    return tell


def _summary(verdict: Verdict, inflicted: dict[str, int], seconds: float) -> None:
    def counted(counts: dict[str, int]) -> str:
        return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"

    print(f"\n  took       {seconds:.0f} s")
    print(f"  workflows  {counted(verdict.states)}")
    print(f"  faults     {sum(inflicted.values())}: {counted(inflicted)}")
    print(f"  paid       {counted(verdict.faults_paid)}")
    for violation in verdict.violations[:TOLD]:
        print(f"  ✗ {violation}")
    if len(verdict.violations) > TOLD:
        print(f"  ✗ and {len(verdict.violations) - TOLD} more")
    if not verdict.violations:
        print("  ✓ nothing was lost, nothing finished ran twice, every stream was whole")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description="Workflows on real processes under random faults.", allow_abbrev=False
    )
    parser.add_argument("--workflows", type=int, default=500, metavar="N", help="how many; default 500")
    parser.add_argument("--faults", type=int, default=200, metavar="N", help="at most so many; default 200")
    parser.add_argument("--all-faults", action="store_true", help="go on until all are done, also without workflows")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of faults and people; default 1")
    parser.add_argument("--at-once", type=int, default=8, metavar="N", help="workflows at the same time; default 8")
    parser.add_argument("--minutes", type=float, default=40.0, metavar="N", help="the longest it may take; default 40")
    parser.add_argument("--loud", action="store_true", help="tell every fault")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what came out to this file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
