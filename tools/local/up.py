"""`up` keeps the whole system running in the foreground; `down` ends one that runs elsewhere."""

from __future__ import annotations

import asyncio
import os
import signal

from tools.local.interruption import Interrupted, Interruption, interruptions
from tools.local.options import LocalOptions
from tools.local.processes import lay_out
from tools.local.state import SystemState, is_running, read_state
from tools.local.supervisor import AlreadyRunning, LocalSystem, StartFailed
from tools.local.telling import Teller, addresses, shown

_DOWN_SECONDS = 60.0


async def up(options: LocalOptions) -> int:
    """The exit code."""
    teller = Teller()
    system = LocalSystem(options, lay_out(options), teller.report, mode="up")
    async with interruptions() as interruption:
        try:
            async with stopped_loudly(system, teller, interruption):
                teller.begin(system.children)
                await interruption.guard(system.wait_ready())
                teller.started()
                failed = [child.name for child in system.children if not child.was_ready]
                for line in addresses(system.state, options, system.began, failed):
                    teller.say(line)
                teller.say(f"  ✗ {await interruption.guard(system.broken())}")
                return 1
        except AlreadyRunning:
            return _runs_already(options, teller)
        except StartFailed as error:
            teller.say(f"  ✗ {error}")
            return 1
        except Interrupted:
            return 0


class stopped_loudly:
    """Enters a system, and says at the end that it stops and that it has stopped."""

    def __init__(self, system: LocalSystem, teller: Teller, interruption: Interruption) -> None:
        self._system, self._teller, self._interruption = system, teller, interruption

    async def __aenter__(self) -> LocalSystem:
        return await self._system.__aenter__()

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._teller.stopping()
        self._teller.say("\n  Stopping; Ctrl-C again stops at once" if kind is Interrupted else "  Stopping")
        before = self._interruption.count

        def hurry(count: int) -> None:
            if count > before:
                self._system.hurry()

        self._interruption.on_signal = hurry
        await self._system.stop()
        kept = "" if self._system.options.redis_url else f" What happened stays in {shown(self._system.options.home)}."
        self._teller.say(f"  Everything has stopped.{kept}")


async def down(options: LocalOptions) -> int:
    """Asks the system that runs here to stop, and waits until it has."""
    state = read_state(options.home)
    if state is None:
        print("No HeyJarvis runs here.")
        return 0
    print(f"Stopping the HeyJarvis of process {state.pid}")
    os.kill(state.pid, signal.SIGTERM)
    try:
        async with asyncio.timeout(_DOWN_SECONDS):
            while is_running(options.home):
                await asyncio.sleep(0.1)
    except TimeoutError:
        print(f"It still runs after {_DOWN_SECONDS:g} s; `kill -9 {state.pid}` ends it and everything it started.")
        return 1
    print("Everything has stopped.")
    return 0


def _runs_already(options: LocalOptions, teller: Teller) -> int:
    state = read_state(options.home)
    if state is None:
        teller.say(f"  Another HeyJarvis is just starting or stopping in {shown(options.home)}. Try again in a moment.")
        return 1
    teller.say(f"  HeyJarvis runs already, {_since(state)}:")
    for name, address in state.services.items():
        teller.say(f"  {name:<14}{address}")
    teller.say("  Use it with `jarvis`; stop it with Ctrl-C where it runs, or with `python -m tools.local down`.")
    return 1


def _since(state: SystemState) -> str:
    return f"since {state.started.replace('T', ' ').replace('+00:00', ' UTC')}, process {state.pid}"
