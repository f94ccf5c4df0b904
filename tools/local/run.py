"""`run`: a request from start to finish, on the system that runs here or on one of its own.

A system of its own is started for the request and stopped after it. While it starts, the command line is loaded;
the request is submitted as soon as the core answers, so agents may still be starting then.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from importlib import import_module

from tools.jarvis.run_options import RunOptions
from tools.local import state
from tools.local.interruption import Interrupted, Interruption, interruptions
from tools.local.options import LocalOptions
from tools.local.processes import lay_out
from tools.local.supervisor import AlreadyRunning, LocalSystem, StartFailed
from tools.local.telling import Teller, shown
from tools.local.up import stopped_loudly

_INTERRUPTED = 130
_OTHER_STARTS_SECONDS = 60.0


async def run(options: LocalOptions, request: RunOptions) -> int:
    """The exit code."""
    teller = Teller(sys.stderr if request.json else sys.stdout)
    async with interruptions() as interruption:
        try:
            if state.is_running(options.home):
                return await _on_running(options, request, interruption, teller)
            return await _on_own(options, request, interruption, teller)
        except AlreadyRunning:  # somebody was faster by a moment
            return await _on_running(options, request, interruption, teller)
        except StartFailed as error:
            teller.say(f"  ✗ {error}")
            return 1
        except Interrupted:
            return _INTERRUPTED


async def _on_running(options: LocalOptions, request: RunOptions, interruption: Interruption, teller: Teller) -> int:
    with state.using(options.home):
        found = await interruption.guard(_other_is_ready(options))
        if found is None:
            teller.say("  ✗ Another HeyJarvis is starting here and does not become ready. Its logs say why.")
            return 1
        teller.say(f"  Using the HeyJarvis that runs already (process {found.pid})")
        return await _request(options, request, interruption, teller, ends_system=False)


async def _on_own(options: LocalOptions, request: RunOptions, interruption: Interruption, teller: Teller) -> int:
    system = LocalSystem(options, lay_out(options), teller.report, mode="run")
    async with stopped_loudly(system, teller, interruption):
        teller.begin(system.children)
        loading = asyncio.create_task(asyncio.to_thread(import_module, "tools.jarvis.request"))

        async def usable() -> None:
            await system.wait_core()
            await loading

        await interruption.guard(usable())
        teller.started()
        teller.say(f"  HeyJarvis is ready after {time.monotonic() - system.began:.1f} s")
        if system.state.simulated:
            teller.say("  The offline model writes, as ANTHROPIC_API_KEY is not set: the result is simulated")
        teller.say(f"  Logs: {shown(options.logs)}\n")
        code = await _watched(system, request, interruption, teller)
        await _wait_for_users(options, interruption, teller)
        return code


async def _watched(system: LocalSystem, request: RunOptions, interruption: Interruption, teller: Teller) -> int:
    """The request, unless the system breaks under it."""
    try:
        return await system.unless_broken(_request(system.options, request, interruption, teller, ends_system=True))
    except StartFailed as error:
        teller.say(f"\n  ✗ {error}")
        return 1


async def _request(
    options: LocalOptions, request: RunOptions, interruption: Interruption, teller: Teller, *, ends_system: bool
) -> int:
    from tools.jarvis.request import run_request

    def notes(note: Callable[[str], None]) -> None:
        teller.elsewhere = note

    return await run_request(request, options.home, interruption, ends_system=ends_system, on_notes=notes)


async def _other_is_ready(options: LocalOptions) -> state.SystemState | None:
    limit = time.monotonic() + _OTHER_STARTS_SECONDS
    while time.monotonic() < limit and state.is_running(options.home):
        found = state.read_state(options.home)
        if found is not None and found.ready:
            return found
        await asyncio.sleep(0.1)
    return None


async def _wait_for_users(options: LocalOptions, interruption: Interruption, teller: Teller) -> None:
    """Others may have joined this system; it stays for them."""
    if not state.has_users(options.home):
        return
    teller.say("\n  Another `run` still uses this HeyJarvis: waiting for it; Ctrl-C stops it too")

    async def until_alone() -> None:
        while state.has_users(options.home):
            await asyncio.sleep(0.2)

    await interruption.guard(until_alone())
