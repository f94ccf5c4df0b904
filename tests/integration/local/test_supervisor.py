"""The supervisor with real processes: started in order, restarted, stopped in order, and never left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tools.local import state
from tools.local.child import Child
from tools.local.options import ROOT, LocalOptions
from tools.local.ports import free_port
from tools.local.probes import is_ready
from tools.local.processes import Probe, ProcessSpec, launched
from tools.local.redis_server import find_server, server_command
from tools.local.supervisor import AlreadyRunning, LocalSystem, StartFailed


def options(home: Path, **more: float) -> LocalOptions:
    values = {"start_limit": 60.0, "restart_first": 0.05, "stop_grace": 30.0, "settle": 0.2, **more}
    return LocalOptions(root=ROOT, home=home, **values)  # type: ignore[arg-type]


def dummy(name: str, *words: str, **more: object) -> ProcessSpec:
    port = free_port()
    command = launched("module", "tests.support.dummy_service", str(port), *words)
    return ProcessSpec(name=name, command=command, port=port, probe=Probe.HTTP, **more)  # type: ignore[arg-type]


def redis(home: Path) -> ProcessSpec:
    port, folder = free_port(), home / "redis"
    folder.mkdir(parents=True)
    command = launched("program", *server_command(find_server(), folder, port, append_only=True), when_orphaned="TERM")
    return ProcessSpec(name="redis", command=command, port=port, probe=Probe.REDIS, essential=True, stop_rank=9)


class Told:
    """What the supervisor reported."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def __call__(self, child: Child, line: str) -> None:
        self.lines.append((child.name, line))

    def count(self, name: str, line: str) -> int:
        return sum(one == name and line in text for one, text in self.lines)


async def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def is_alive(pid: int) -> bool:
    with suppress(FileNotFoundError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


async def test_all_start_and_all_are_gone_afterwards(tmp_path: Path) -> None:
    specs = [redis(tmp_path), dummy("one", essential=True), dummy("two", stage=1, stop_rank=1)]
    async with LocalSystem(options(tmp_path), specs, Told(), mode="up") as system:
        await system.wait_ready()
        pids = [child.pid for child in system.children]
        found = state.read_state(tmp_path)
        assert found is not None
        assert (found.ready, found.mode, found.pid) == (True, "up", os.getpid())
        assert all(pid and is_alive(pid) for pid in pids)
    assert not any(pid and is_alive(pid) for pid in pids)
    assert state.read_state(tmp_path) is None


async def test_stop_goes_by_rank(tmp_path: Path) -> None:
    note = tmp_path / "note"
    specs = [dummy(name, f"note={note}", stop_rank=rank) for name, rank in (("c", 2), ("a", 0), ("b", 1))]
    async with LocalSystem(options(tmp_path), specs, Told(), mode="up") as system:
        await system.wait_ready()
        names = {str(child.pid): child.name for child in system.children}
    ended = [names[line.split()[0]] for line in note.read_text().splitlines() if "ended" in line]
    assert ended == ["a", "b", "c"]


async def test_a_crash_is_followed_by_a_restart(tmp_path: Path) -> None:
    told = Told()
    async with LocalSystem(options(tmp_path), [dummy("one")], told, mode="up") as system:
        await system.wait_ready()
        first = system.children[0].pid
        assert first
        os.kill(first, signal.SIGKILL)
        await until(lambda: told.count("one", "ready") == 2)
        assert system.children[0].pid not in (None, first)
    assert told.count("one", "was ended by signal 9; starts again in 0.05 s") == 1


async def test_an_essential_process_that_keeps_crashing_breaks_the_system(tmp_path: Path) -> None:
    told = Told()
    settings = options(tmp_path, restart_attempts=3, settle=60)
    crash = tmp_path / "crash"
    async with LocalSystem(settings, [dummy("one", f"crash={crash}", essential=True)], told, mode="up") as system:
        await system.wait_core()
        crash.touch()
        async with asyncio.timeout(40):
            assert "one does not run" in await system.broken()
    assert told.count("one", "it failed 3 times in a row") == 1
    assert told.count("one", "starts again in 0.1 s") == 1, "the rest doubles"


async def test_work_ends_with_the_system_it_is_done_on(tmp_path: Path) -> None:
    ended = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def quick() -> int:
        return 7

    settings = options(tmp_path, restart_attempts=2, settle=60)
    crash = tmp_path / "crash"
    async with LocalSystem(settings, [dummy("one", f"crash={crash}", essential=True)], Told(), mode="up") as system:
        await system.wait_core()
        assert await system.unless_broken(quick()) == 7
        crash.touch()
        async with asyncio.timeout(40):
            with pytest.raises(StartFailed, match="one does not run"):
                await system.unless_broken(endless())
        assert ended.is_set()


async def test_a_start_that_fails_says_the_last_words(tmp_path: Path) -> None:
    specs = [dummy("good", essential=True), dummy("bad", "exit=1", essential=True)]
    with pytest.raises(StartFailed, match=r"(?s)bad does not run.*it cannot work like this"):
        async with LocalSystem(options(tmp_path), specs, Told(), mode="up") as system:
            await system.wait_ready()


async def test_wrong_settings_are_not_tried_again(tmp_path: Path) -> None:
    told = Told()
    with pytest.raises(StartFailed):
        async with LocalSystem(options(tmp_path), [dummy("bad", "exit=2", essential=True)], told, mode="up") as system:
            await system.wait_ready()
    assert told.count("bad", "starting") == 1


async def test_what_is_not_essential_may_fail(tmp_path: Path) -> None:
    told = Told()
    specs = [dummy("good", essential=True), dummy("bad", "exit=2")]
    async with LocalSystem(options(tmp_path), specs, told, mode="up") as system:
        await system.wait_ready()
    assert told.count("bad", "exit code 2") == 1


async def test_a_process_that_does_not_answer_in_time_is_started_again(tmp_path: Path) -> None:
    told = Told()
    settings = options(tmp_path, start_limit=0.5, start_attempts=2)
    with pytest.raises(StartFailed):
        async with LocalSystem(settings, [dummy("deaf", "deaf", essential=True)], told, mode="up") as system:
            await system.wait_ready()
    assert told.count("deaf", "was not healthy within 0.5 s") == 2


async def test_who_ignores_the_wish_to_end_is_ended_with_all_it_started(tmp_path: Path) -> None:
    specs = [dummy("stubborn", "stubborn", "child")]
    async with LocalSystem(options(tmp_path, stop_grace=0.3), specs, Told(), mode="up") as system:
        await system.wait_ready()
        leader = system.children[0].pid
        assert leader
    with pytest.raises(ProcessLookupError):
        await until(lambda: os.killpg(leader, 0))


async def test_hurry_does_not_wait_for_the_grace(tmp_path: Path) -> None:
    specs = [redis(tmp_path), dummy("stubborn", "stubborn")]
    async with LocalSystem(options(tmp_path, stop_grace=300), specs, Told(), mode="up") as system:
        await system.wait_ready()
        pids = [child.pid for child in system.children]
        asyncio.get_running_loop().call_later(0.2, system.hurry)
    assert not any(pid and is_alive(pid) for pid in pids)


async def test_stopping_in_the_middle_of_the_start_leaves_nothing(tmp_path: Path) -> None:
    note = tmp_path / "note"
    specs = [dummy(str(number), f"note={note}", "stubborn", stage=number) for number in range(4)]
    async with LocalSystem(options(tmp_path, stop_grace=0.2), specs, Told(), mode="up"):
        await until(lambda: note.exists() and note.read_text())
    pids = [int(line.split()[0]) for line in note.read_text().splitlines()]
    assert not any(map(is_alive, pids))


async def test_there_is_one_system_for_a_folder(tmp_path: Path) -> None:
    async with LocalSystem(options(tmp_path), [dummy("one")], Told(), mode="up") as system:
        await system.wait_ready()
        with pytest.raises(AlreadyRunning):
            async with LocalSystem(options(tmp_path), [], Told(), mode="up"):
                pass
        assert state.read_state(tmp_path) is not None


SUPERVISOR = """
import asyncio, sys
from pathlib import Path
from tests.integration.local.test_supervisor import dummy, options, redis, Told
from tools.local.supervisor import LocalSystem

async def main(home):
    specs = [redis(home), dummy("one", "stubborn", "child"), dummy("two")]
    async with LocalSystem(options(home), specs, Told(), mode="up") as system:
        await system.wait_ready()
        print(*(child.pid for child in system.children), flush=True)
        await asyncio.Event().wait()

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.mark.timeout(120)
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_a_killed_supervisor_leaves_nothing_behind_and_no_state(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SUPERVISOR, str(tmp_path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        pids = [int(word) for word in (await process.stdout.readline()).split()]
    assert len(pids) == 3
    assert all(map(is_alive, pids))
    process.kill()
    await process.wait()
    await until(lambda: not any(map(is_alive, pids)))
    assert (tmp_path / "system.json").exists()
    assert state.read_state(tmp_path) is None, "the file it left is recognised as stale"
    lock = state.SystemLock(tmp_path)
    assert lock.acquire()
    lock.release()


ELSEWHERE = """
import subprocess, sys
child = (
    "import sys; sys.platform = 'elsewhere'; from tools.local.launch import main;"
    "main(['KILL', 'module', 'tests.support.dummy_service', sys.argv[1]])"
)
print(subprocess.Popen([sys.executable, "-c", child, sys.argv[1]]).pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_where_the_kernel_does_not_help_a_guard_ends_the_child(tmp_path: Path) -> None:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        ELSEWHERE,
        str(port),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    spec = ProcessSpec(name="one", command=(), port=port, probe=Probe.HTTP)
    async with asyncio.timeout(40):
        while not await is_ready(spec, pid):
            await asyncio.sleep(0.05)
    process.kill()
    await process.wait()
    await until(lambda: not is_alive(pid))
