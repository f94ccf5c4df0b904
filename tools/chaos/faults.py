"""The faults, drawn from a seed. Each heals by itself; two may overlap."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

from redis.asyncio import Redis

from tools.chaos.proxy import Proxy
from tools.chaos.world import World

AT_ONCE = 2
"""Faults that may overlap."""
GAP = (0.1, 1.6)
"""Least and most seconds between the beginnings of two faults."""
BREATH = 3.0
"""Seconds that a fault waits at most when the work is behind the harm, so that there is always work to harm."""
REWRITE = 10.0
"""Seconds within which Redis has its file written anew after its disk was full."""
_SERVICES = ("orchestrator", "orchestrator-2", "templates", "approvals", "analytics", "scaler")

Fault = Callable[["Faults"], Awaitable[str]]


class Faults:
    """Does harm, and counts it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.done: Counter[str] = Counter()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._redis = asyncio.Lock()

    async def inflict(
        self, count: int, tell: Callable[[str], None], enough: asyncio.Event, done: Callable[[], float]
    ) -> None:
        """So many faults, or fewer when it is `enough`; returns when all are healed.

        `done` says which share of the work is done.
        """
        async with asyncio.TaskGroup() as tasks:
            for number in range(count):
                with suppress(TimeoutError):
                    async with asyncio.timeout(BREATH):
                        while number / count > done() and not enough.is_set():
                            await asyncio.sleep(0.1)
                if enough.is_set():
                    break
                await self._room.acquire()
                tasks.create_task(self._one(tell))
                await asyncio.sleep(self.chance.uniform(*GAP))

    async def _one(self, tell: Callable[[str], None]) -> None:
        (fault,) = self.chance.choices(tuple(FAULTS), weights=tuple(FAULTS.values()))
        try:
            tell(await fault(self))
            self.done[fault.__name__] += 1
        finally:
            self._room.release()

    # -- processes

    async def kill(self) -> str:
        """SIGKILL."""
        return self._end(signal.SIGKILL)

    async def stop(self) -> str:
        """SIGTERM: a polite end."""
        return self._end(signal.SIGTERM)

    async def freeze(self) -> str:
        """SIGSTOP, and SIGCONT some seconds later, when others may have taken over."""
        name, seconds = self._any(), self.chance.uniform(0.5, 9.0)
        pid = self.world.signal(name, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        return f"{name} SIGSTOP for {seconds:.1f} s"

    async def roll(self) -> str:
        """A rolling restart of everything, one process after the other; Redis comes last."""
        late = []
        for name in [child.name for child in self.world.local.children if child.name != "offline-model"]:
            try:
                await self.world.restart(name)
            except TimeoutError:  # another fault keeps it down
                late.append(name)
        async with self._redis:
            await asyncio.to_thread(self.world.redis.stop)
            await asyncio.to_thread(self.world.redis.start)
        told = ", ".join(late) or "none"
        return f"everything restarted, one after the other; late: {told}"

    # -- Redis

    async def crash_redis(self) -> str:
        """Redis is killed, and comes back with its file."""
        seconds = self.chance.uniform(0.0, 3.0)
        async with self._redis:
            await asyncio.to_thread(self.world.redis.kill)
            await asyncio.sleep(seconds)
            await asyncio.to_thread(self.world.redis.start)
        return f"redis killed, away for {seconds:.1f} s"

    async def cut_network(self) -> str:
        """Nobody reaches Redis."""
        seconds = self.chance.uniform(0.2, 4.0)
        async with self._redis:
            self.world.network.cut()
            await asyncio.sleep(seconds)
            self.world.network.heal()
        return f"network cut for {seconds:.1f} s"

    async def slow_network(self) -> str:
        """Every answer of Redis takes longer."""
        seconds, delay = self.chance.uniform(1.0, 4.0), self.chance.uniform(0.03, 0.2)
        async with self._redis:
            self.world.network.delay = delay
            await asyncio.sleep(seconds)
            self.world.network.heal()
        return f"network {delay * 1000:.0f} ms slower for {seconds:.1f} s"

    async def fill_redis(self) -> str:
        """Redis refuses writes: out of memory, as when a disk or a machine is full."""
        return await self._ill(
            lambda admin: admin.config_set("maxmemory", "1mb"), lambda admin: admin.config_set("maxmemory", 0), "full"
        )

    async def fill_disk(self) -> str:
        """The disk of Redis is full: its file may grow by a little, then no more, and it refuses writes."""
        seconds, room = self.chance.uniform(0.5, 4.0), self.chance.randint(0, 20_000)
        async with self._redis, Redis(port=self.world.redis.port, socket_timeout=10) as admin:
            self.world.redis.limit_disk(room)
            await asyncio.sleep(seconds)
            before = await admin.info("persistence")
            self.world.redis.limit_disk(None)
            # A server that is killed before its file is written anew cannot load it: that is Redis's, not ours.
            whole = before["aof_last_write_status"] == "ok" or await _written_anew(admin, before["aof_rewrites"])
        return (
            f"redis may write {room} bytes for {seconds:.1f} s{'' if whole else '; nobody had its file written anew'}"
        )

    async def demote_redis(self) -> str:
        """Redis is a read-only replica for a while, as in a failover that went wrong."""
        return await self._ill(
            lambda admin: admin.replicaof("127.0.0.1", 1), lambda admin: admin.replicaof("NO", "ONE"), "read-only"
        )

    # -- between orchestrators and agents

    async def cut_agent(self) -> str:
        """Nobody reaches an agent instance, which goes on working and says that it lives."""
        (name, line), seconds = self._line(), self.chance.uniform(0.2, 8.0)
        line.cut()
        await asyncio.sleep(seconds)
        line.heal()
        return f"{name} cut off for {seconds:.1f} s"

    async def slow_agent(self) -> str:
        """Every word between the orchestrators and an agent instance takes longer."""
        (name, line), seconds, delay = self._line(), self.chance.uniform(1.0, 6.0), self.chance.uniform(0.05, 0.5)
        line.delay = delay
        await asyncio.sleep(seconds)
        line.heal()
        return f"{name} {delay * 1000:.0f} ms slower for {seconds:.1f} s"

    # -- the model

    async def storm(self) -> str:
        """The provider limits everybody, or is overloaded."""
        calls, rest = self.chance.randint(2, 12), self.chance.choice((1, 2, 3))
        code = self.chance.choice((429, 429, 529))
        action = {"status": {"code": code, "retry_after": rest}}
        await asyncio.to_thread(self.world.model.spoil, {"times": calls, "action": action})
        return f"{code} for {calls} calls, retry after {rest} s"

    async def babble(self) -> str:
        """The model answers nonsense, half a message, or breaks off."""
        calls = self.chance.randint(1, 4)
        what = self.chance.choice(("garbage", "half_json", "cut_stream", "disconnect", "mid_stream_error", "529"))
        action = {"status": 529} if what == "529" else what
        await asyncio.to_thread(self.world.model.spoil, {"times": calls, "action": action})
        return f"{what} for {calls} calls"

    # -- how

    def _any(self) -> str:
        agents = [child.name for child in self.world.local.children if child.spec.agent_type]
        # What carries the work is hit most.
        return self.chance.choice((*_SERVICES[:2] * 3, *_SERVICES, *agents))

    def _end(self, number: signal.Signals) -> str:
        name = self._any()
        self.world.signal(name, number)
        return f"{name} {number.name}"

    def _line(self) -> tuple[str, Proxy]:
        return self.chance.choice(sorted(self.world.lines.items(), key=lambda line: line[0]))

    async def _ill(
        self, ail: Callable[[Redis], Awaitable[object]], heal: Callable[[Redis], Awaitable[object]], told: str
    ) -> str:
        seconds = self.chance.uniform(0.5, 3.0)
        async with self._redis, Redis(port=self.world.redis.port, socket_timeout=10) as admin:
            await ail(admin)
            await asyncio.sleep(seconds)
            await heal(admin)
        return f"redis {told} for {seconds:.1f} s"


async def _written_anew(admin: Redis, before: int) -> bool:
    """Whether the services have the append-only file written anew; if not, it is done here."""
    with suppress(TimeoutError):
        async with asyncio.timeout(REWRITE):
            while True:
                now = await admin.info("persistence")
                if now["aof_rewrites"] > before and not now["aof_rewrite_in_progress"]:
                    return True
                await asyncio.sleep(0.1)
    await admin.bgrewriteaof()
    return False


FAULTS: dict[Fault, int] = {
    Faults.kill: 8,
    Faults.stop: 4,
    Faults.freeze: 5,
    Faults.roll: 1,
    Faults.crash_redis: 2,
    Faults.cut_network: 3,
    Faults.slow_network: 2,
    Faults.fill_redis: 2,
    Faults.fill_disk: 2,
    Faults.demote_redis: 1,
    Faults.cut_agent: 3,
    Faults.slow_agent: 2,
    Faults.storm: 2,
    Faults.babble: 4,
}
"""Each with its weight."""
