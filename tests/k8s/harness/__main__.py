"""The control plane in the foreground, to try things by hand: prints its kubeconfig; Ctrl-C ends it.

.venv/bin/python -m tests.k8s.harness
"""

from __future__ import annotations

import asyncio
import signal
import sys

from tests.k8s.harness.control_plane import ControlPlane
from tests.k8s.harness.programs import StartError
from tools.gotools import ToolError


async def main() -> None:
    """Runs until it is interrupted."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with ControlPlane() as plane:
        print(f"export KUBECONFIG={plane.kubeconfig}", flush=True)
        await ended.wait()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except (StartError, ToolError) as error:
        sys.exit(str(error))
