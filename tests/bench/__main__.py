"""The figures, measured on real processes; nothing is judged and nothing fails because it is slow.

python -m tests.bench                            all of it, two minutes
python -m tests.bench --only start --only flow   some parts: start, agents, ten, thirty, submit, flow, lookahead, push,
                                                 decide, activation, takeover, cancel
python -m tests.bench --json FILE                the same as JSON as well, to compare two runs
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from tests.bench import business, cancel, decisions, demand, flow, takeover
from tests.bench.figures import Figure, as_json, table
from tests.bench.machine import about
from tools.local.interruption import Interrupted, interruptions
from tools.local.supervisor import StartFailed
from tools.local.surroundings import forget_settings

LIMIT = 75.0
"""Seconds that each of the two systems may take, its start included; there is no figure from one that takes longer."""
_INTERRUPTED = 130


async def _measure(parts: Collection[str], figures: list[Figure]) -> int:
    code = 0
    async with interruptions() as interruption:
        for module in (business, flow, demand, decisions, takeover, cancel):
            chosen = [part for part in parts if part in module.PARTS]
            if not chosen:
                continue
            print(f"  Measuring {', '.join(chosen)}", file=sys.stderr, flush=True)
            try:
                figures += await interruption.guard(_bounded(module, chosen))
            except Interrupted:
                return _INTERRUPTED
            except TimeoutError:
                print(f"  ✗ {', '.join(chosen)}: not done after {LIMIT:.0f} s, given up", file=sys.stderr)
                code = 1
            except StartFailed as error:
                print(f"  ✗ {error}", file=sys.stderr)
                code = 1
    return code


async def _bounded(module: Any, parts: Collection[str]) -> list[Figure]:
    async with asyncio.timeout(LIMIT):
        measured: list[Figure] = await module.measure(parts)
        return measured


def main() -> int:
    """The exit code."""
    every = (*business.PARTS, *flow.PARTS, *demand.PARTS, *decisions.PARTS, *takeover.PARTS, *cancel.PARTS)
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Figures of HeyJarvis on this machine.", allow_abbrev=False
    )
    parser.add_argument("--only", action="append", choices=every, metavar="NAME", help=f"a part: {', '.join(every)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    chosen = parser.parse_args()
    forget_settings()
    machine = about()
    figures: list[Figure] = []
    code = asyncio.run(_measure(chosen.only or every, figures))
    if figures:
        print(f"\n  {machine['cores']} cores, load {machine['load']:.1f} before, Python {machine['python']}\n")
        print(table(figures))
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(as_json(figures, machine), indent=2) + "\n", "utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
