"""The chaos suite: hundreds of workflows on real processes while everything around them fails.

python -m tools.chaos                                        500 workflows under 200 faults, about a quarter of an hour
python -m tools.chaos --workflows 60 --faults 25 --seed 3    shorter; the same seed draws the same faults
python -m tools.chaos --json FILE                            what came out, for scripts

Exit code 0: every promise was kept. 1: one was broken, or it took too long; what is told above the summary.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from tools.chaos.report import Report
from tools.chaos.suite import Plan, run
from tools.local.interruption import Interrupted, interruptions
from tools.local.surroundings import forget_settings

_INTERRUPTED = 130


def main() -> int:
    """The exit code."""
    chosen = vars(_parser().parse_args())
    file: Path | None = chosen.pop("json")
    forget_settings()
    try:
        report = asyncio.run(_run(Plan(**chosen)))
    except Interrupted:
        return _INTERRUPTED
    print()
    for line in report.lines():
        print(f"  {line}")
    if file is not None:
        file.write_text(json.dumps(report.as_dict(), indent=2) + "\n", "utf-8")
    return 0 if report.kept else 1


async def _run(plan: Plan) -> Report:
    def tell_faults(what: str) -> None:
        if plan.loud:
            print(f"    {what}", file=sys.stderr, flush=True)

    async with interruptions() as interruption:
        return await interruption.guard(run(plan, lambda line: print(line, flush=True), tell_faults))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.chaos", description="Workflows on real processes under random faults.", allow_abbrev=False
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
