"""The evaluation: requests of different fields and tones through the whole system, checks by code over each dossier.

python -m tools.eval                              every request, offline in about two minutes
python -m tools.eval --only fitness-app           those named; --limit N the first N
python -m tools.eval --again                      look again at what the last one made, run nothing
python -m tools.eval --baseline FILE              compare with that result instead of the last one

Exit code 0: nothing is worse than before. 1: something is; it is listed. 2: wrong words, or a real model without --yes.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tools.eval.report import lines
from tools.eval.requests import REQUESTS, RequestsError, chosen, read_requests
from tools.eval.results import Result, ResultError, keep, last, read, regressions
from tools.eval.run import Evaluation, evaluate, look_again
from tools.eval.system import options_for
from tools.local.interruption import Interrupted, Interruption, interruptions
from tools.local.options import LocalOptions, OptionError
from tools.local.redis_server import RedisServerError
from tools.local.supervisor import AlreadyRunning, StartFailed

_WORSE, _WRONG, _INTERRUPTED = 1, 2, 130
_Number = TypeVar("_Number", int, float)
_OUT = Path("out/eval")


def main(words: list[str] | None = None) -> int:
    """The exit code."""
    given = _parser().parse_args(words)
    try:
        requests = chosen(read_requests(given.requests), given.only, given.limit)
        baseline = read(given.baseline) if given.baseline else None
        options = options_for((given.out / "system").resolve())
    except (RequestsError, ResultError, OptionError) as error:
        return _refused(str(error))
    if not (options.offline_model or given.again or given.yes):
        return _refused(
            f"this asks a real model {len(requests)} times for a whole dossier and may cost up to "
            f"{given.budget:.2f} USD ({given.each:.2f} for each). --yes goes on, --budget USD bounds it, "
            "--limit N asks for less"
        )
    what = Evaluation(
        requests=requests,
        out=given.out,
        at_once=given.at_once,
        budget=given.budget,
        each=given.each,
        seconds=given.minutes * 60,
    )
    try:
        result = asyncio.run(_carried_out(what, options, again=given.again))
    except Interrupted:
        return _INTERRUPTED
    except AlreadyRunning:
        return _refused(f"another evaluation uses {given.out}; --out FOLDER names another one")
    except (StartFailed, RedisServerError, OSError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return _WORSE
    return _told(result, baseline, given, kept=not given.again)


async def _carried_out(what: Evaluation, options: LocalOptions, *, again: bool) -> Result:
    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    interruption: Interruption
    async with interruptions() as interruption:
        return await interruption.guard(look_again(what, say) if again else evaluate(what, options, say))


def _told(result: Result, baseline: Result | None, given: argparse.Namespace, *, kept: bool) -> int:
    folder = given.out / "results"
    before = baseline or last(folder, simulated=result.simulated)
    worse = regressions(result, before)
    named = str(given.baseline or "") or (f"the last result, {before.time}" if before else "a run in which all passes")
    path = keep(result, folder) if kept else None
    if given.json:
        print(result.model_dump_json(indent=1))
        for line in worse:
            print(f"✗ {line}", file=sys.stderr)
    else:
        print("\n".join(lines(result, worse, named)))
    if path:
        print(f"Kept as {path}; dossiers in {given.out / 'dossiers'}", file=sys.stderr)
    return _WORSE if worse else 0


def _refused(why: str) -> int:
    print(f"✗ {why}", file=sys.stderr)
    return _WRONG


def _above_0(kind: type[_Number], most: float) -> Callable[[str], _Number]:
    def read_number(word: str) -> _Number:
        value = kind(word)
        if not 0 < value <= most:
            raise argparse.ArgumentTypeError(f"it has to be above 0 and at most {most:g}")
        return value

    return read_number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.eval",
        description="Requests through the whole system, checks by code over each dossier, compared with the last time.",
        epilog="Exit code 0: nothing is worse than before. 1: something is. 2: wrong words, or no --yes.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--only", action="append", default=[], metavar="ID", help="only this request; may be given again")
    add("--limit", type=_above_0(int, 1000), metavar="N", help="only the first N")
    add("--at-once", type=_above_0(int, 32), default=3, metavar="N", help="requests at the same time; default 3")
    add("--minutes", type=_above_0(float, 600), default=30.0, metavar="N", help="for one request; default 30")
    add("--budget", type=_above_0(float, 1e6), default=25.0, metavar="USD", help="for all together; default 25")
    add("--each", type=_above_0(float, 1e6), default=2.0, metavar="USD", help="for one request; default 2")
    add("--yes", action="store_true", help="agree to what a real model may cost")
    add("--again", action="store_true", help="look again at the dossiers of the last run; run and keep nothing")
    add("--baseline", type=Path, metavar="FILE", help="compare with this result instead of the last one")
    add("--requests", type=Path, default=REQUESTS, metavar="FILE", help="other requests, in the same YAML form")
    add("--out", type=Path, default=_OUT, metavar="FOLDER", help="dossiers and results; default out/eval")
    add("--json", action="store_true", help="the result as JSON on standard output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
