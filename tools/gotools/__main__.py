"""The command line: builds what is missing, prints paths or a list."""

from __future__ import annotations

import argparse
import sys

from tools.gotools.build import build
from tools.gotools.catalogue import TOOLS, ToolError


def main() -> int:
    """Exit code 0 when all that was asked for is there."""
    parser = argparse.ArgumentParser(prog="python -m tools.gotools", description="Build Go programs the tests need.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of: {', '.join(TOOLS)}; all when empty")
    parser.add_argument("--list", action="store_true", help="only list; build nothing")
    given = parser.parse_args()
    names: list[str] = given.names
    try:
        if not given.list:
            paths = [build(name) for name in names or TOOLS]
            if names:
                print(*paths, sep="\n")
                return 0
        for tool in TOOLS.values():
            print(f"{tool.name:<25}{tool.version:<10}{tool.path if tool.path.is_file() else '(not built)'}")
    except ToolError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
