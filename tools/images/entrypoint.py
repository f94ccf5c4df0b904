"""What a container starts: the service, in this process. In an image it is /app/__main__.py, beside the link `service`.

The kernel gives process 1 no default answer to SIGTERM: until somebody listens, the signal is lost, and whoever wants
the container gone waits out the whole grace period. So the first lines listen, until the service does so itself.
"""

import runpy
import signal
import sys
from types import FrameType


def stop(number: int, frame: FrameType | None) -> None:
    """Nothing has begun yet, so there is nothing to put in order."""
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    runpy.run_module("service", run_name="__main__", alter_sys=True)
