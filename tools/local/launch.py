"""The first code of every child process: ties it to the supervisor, then becomes the real program.

    python -m tools.local.launch KILL module services.orchestrator
    python -m tools.local.launch TERM program /usr/bin/redis-server --port 50079

The supervisor may be killed with no chance to clean up. On Linux the kernel then sends the named
signal to the child (PR_SET_PDEATHSIG; it survives the exec, and belongs to the thread that made
the child: the supervisor makes children in its main thread). Elsewhere a small forked guard looks
once a second whether the supervisor is still there.
"""

from __future__ import annotations

import gc
import importlib
import os
import runpy
import signal
import sys
import time

SUPERVISOR_VARIABLE = "HEYJARVIS_LOCAL_SUPERVISOR"
"""Process id of the supervisor, so that a child notices when it was orphaned before it could ask."""

_PR_SET_PDEATHSIG = 1
_GUARD_SECONDS = 1.0


def tie_to_parent(number: signal.Signals, supervisor: int) -> None:
    """Makes sure that this process gets the signal when the supervisor dies."""
    if sys.platform == "linux":
        import ctypes

        if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0:
            _guard(number, supervisor)
    else:
        _guard(number, supervisor)
    if os.getppid() != supervisor:  # it died while we were starting
        sys.exit(1)


def _guard(number: signal.Signals, supervisor: int) -> None:
    target = os.getpid()
    if os.fork() != 0:
        return
    # The guard ends with the process it guards: it is then somebody else's child.
    while os.getppid() == target:
        try:
            os.kill(supervisor, 0)
        except ProcessLookupError:
            os.kill(target, number)
        except PermissionError:
            pass
        time.sleep(_GUARD_SECONDS)
    os._exit(0)


def main(words: list[str]) -> None:
    when_orphaned, kind, program, *arguments = words
    supervisor = int(os.environ.pop(SUPERVISOR_VARIABLE, "") or os.getppid())
    tie_to_parent(signal.Signals[f"SIG{when_orphaned}"], supervisor)
    if kind == "program":
        os.execv(program, [program, *arguments])
    if program.startswith("services."):
        # A dozen services start at the same time here: what they would load just in case stays out.
        # The collector stays off until the service serves, which switches it on.
        gc.disable()
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
        importlib.import_module("chassis.lean_imports")
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
