"""The whole system on one machine.

python -m tools.local up                    keep it running in the foreground
python -m tools.local run "REQUEST"         from a request to its dossier; starts what is needed, stops it again
python -m tools.local down                  stop the one that runs elsewhere on this machine
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from tools.jarvis.run_options import RunOptions, add_run_arguments
from tools.local.options import OptionError, read_options
from tools.local.redis_server import RedisServerError

_OWN = ("command", "instances", "port")


def main(words: Sequence[str] | None = None) -> int:
    """The exit code."""
    chosen = vars(_parser().parse_args(words))
    try:
        options = read_options(instances=chosen["instances"], ports=chosen["port"])
        if chosen["command"] == "up":
            from tools.local.up import up

            return asyncio.run(up(options))
        if chosen["command"] == "down":
            from tools.local.up import down

            return asyncio.run(down(options))
        from tools.local.run import run

        request = RunOptions(**{name: value for name, value in chosen.items() if name not in _OWN})
        return asyncio.run(run(options, request))
    except (OptionError, RedisServerError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 2
    except OSError as error:  # a folder that cannot be written, a program that cannot be started
        print(f"✗ {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.local",
        description="HeyJarvis on one machine: Redis, the offline model when no key is set, all services and agents.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="turn a request into a dossier, then stop everything", allow_abbrev=False)
    add_run_arguments(run)
    up = commands.add_parser("up", help="keep the system running in the foreground", allow_abbrev=False)
    down = commands.add_parser("down", help="stop the system that runs here", allow_abbrev=False)
    for command in (run, up):
        command.add_argument("--instances", action="append", metavar="TYPE=N", help="processes of an agent type")
        command.add_argument("--port", action="append", metavar="NAME=PORT", help="a fixed port; 0 takes a free one")
    down.set_defaults(instances=None, port=None)
    return parser


if __name__ == "__main__":
    sys.exit(main())
