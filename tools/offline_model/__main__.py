"""`python -m tools.offline_model`: serves until SIGTERM or SIGINT, and says in one line where."""

import asyncio
import os
import signal
import sys

from tools.offline_model.options import Options, parse_options
from tools.offline_model.service import OfflineModel


async def serve(options: Options) -> None:
    """Runs the server until a signal comes; then it stops at once, whatever is being answered."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with OfflineModel(options).running() as model:
        print(f"offline model ready at {model.url} (every answer is simulated)", flush=True)
        await stopped.wait()


def main() -> int:
    """Entry point; 1 when the port cannot be opened."""
    options = parse_options(sys.argv[1:], os.environ)
    try:
        asyncio.run(serve(options))
    except OSError as error:
        print(f"The offline model cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
