"""Tasks end, also those that swallow a cancellation."""

import asyncio

from chassis.tasks import ASK_AGAIN, end_tasks


async def test_a_task_that_swallowed_its_cancellation_is_cancelled_again() -> None:
    async def swallows_one() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)

    task = asyncio.create_task(swallows_one())
    await asyncio.sleep(0)
    assert await end_tasks([task]) == set()
    assert task.cancelled()


async def test_a_loop_that_swallows_in_the_rhythm_of_asking_ends_too() -> None:
    async def beats() -> None:
        while True:
            beat = loop.time()
            try:
                await asyncio.sleep(ASK_AGAIN)
            except asyncio.CancelledError:
                # As one that sends at each beat, and swallows what comes then.
                if loop.time() - beat > ASK_AGAIN / 4:
                    raise
                await asyncio.sleep(beat + ASK_AGAIN - loop.time())

    loop = asyncio.get_running_loop()
    task = asyncio.create_task(beats())
    await asyncio.sleep(0)
    assert await end_tasks([task]) == set()
    assert task.cancelled()


async def test_what_does_not_end_in_time_is_named() -> None:
    async def deaf() -> None:
        while not done.is_set():
            try:
                await done.wait()
            except asyncio.CancelledError:
                continue

    done = asyncio.Event()
    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    assert await end_tasks([task], within=0.1) == {task}
    done.set()
    await task


async def test_an_exception_of_an_ended_task_is_nobodys_surprise() -> None:
    async def breaks() -> None:
        raise ValueError("broken")

    task = asyncio.create_task(breaks())
    await asyncio.sleep(0)
    assert await end_tasks([task]) == set()
