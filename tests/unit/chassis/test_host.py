import asyncio
from typing import cast

from chassis.host import Host
from chassis.redis import RedisAccess


def a_host() -> Host:
    return Host(name="t", redis=cast(RedisAccess, None), address="127.0.0.1:1")


async def test_a_dying_background_task_stops_the_process_loudly() -> None:
    host = a_host()

    async def die() -> None:
        raise RuntimeError("enough")

    _ = host.spawn(die(), name="mortal")
    async with asyncio.timeout(20):
        await host.stop_requested()
    assert host.exit_code == 1


async def test_a_task_that_a_cancelled_call_takes_along_has_died_too() -> None:
    host = a_host()
    call = asyncio.get_running_loop().create_future()

    async def follow() -> None:
        await call

    _ = host.spawn(follow(), name="follow")
    await asyncio.sleep(0)
    call.cancel()
    async with asyncio.timeout(20):
        await host.stop_requested()
    assert host.exit_code == 1


async def test_a_task_cancelled_on_purpose_has_not_died() -> None:
    host = a_host()
    task = host.spawn(asyncio.sleep(30), name="long")
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert host.exit_code == 0


async def test_a_background_task_that_ends_is_no_failure() -> None:
    host = a_host()
    await host.spawn(asyncio.sleep(0), name="short")
    assert host.exit_code == 0


async def test_drain_callbacks_run_side_by_side_and_are_cut_off() -> None:
    host, ran = a_host(), []

    async def quick() -> None:
        ran.append("quick")

    async def broken() -> None:
        raise RuntimeError("no")

    async def slow() -> None:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            ran.append("cut off")
            raise

    for callback in (quick, broken, slow):
        host.on_drain(callback)
    await host.run_drain_callbacks(0.05)
    assert ran == ["quick", "cut off"]


async def test_background_tasks_are_cancelled_and_waited_for() -> None:
    host, cleaned = a_host(), []

    async def work() -> None:
        try:
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0)
            cleaned.append(True)

    _ = host.spawn(work(), name="work")
    await asyncio.sleep(0)
    await host.cancel_tasks()
    assert cleaned == [True]
    assert host.exit_code == 0
