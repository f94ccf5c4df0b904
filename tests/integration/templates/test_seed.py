"""Seeding on a real Redis: by several processes at once, through changes of the catalogue."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.errors import NotFound
from chassis.redis import RedisAccess, open_redis
from services.templates.catalogue_files import SHIPPED, read_catalogue
from services.templates.seed import seed
from services.templates.store.templates import RedisTemplateStore

SEED = """
import asyncio, sys
from chassis.clock import utc_now
from chassis.redis import open_redis
from services.templates.catalogue_files import SHIPPED, read_catalogue
from services.templates.seed import seed
from services.templates.store.templates import RedisTemplateStore

async def main() -> None:
    async with open_redis(sys.argv[1]) as redis:
        await seed(RedisTemplateStore(redis, most_templates=100, most_versions=100), read_catalogue(SHIPPED), utc_now)

asyncio.run(main())
"""


def now() -> datetime:
    return datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisAccess]:
    async with open_redis(redis_url) as access:
        yield access


@pytest.fixture
def store(redis: RedisAccess) -> RedisTemplateStore:
    return RedisTemplateStore(redis, most_templates=100, most_versions=100)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "catalogue"))


async def versions(store: RedisTemplateStore) -> dict[str, int]:
    return {template.id: template.version for template in await store.everything("acme")}


async def test_processes_that_seed_at_once_write_each_template_once(redis_url: str, store: RedisTemplateStore) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", SEED, redis_url, env=os.environ, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    for process in processes:
        _, told = await process.communicate()
        assert process.returncode == 0, told.decode()
    assert await versions(store) == dict.fromkeys(read_catalogue(SHIPPED), 1)


@pytest.mark.redis_cluster
async def test_many_that_seed_a_change_at_once_write_one_version(
    redis: RedisAccess, store: RedisTemplateStore, folder: Path
) -> None:
    await seed(store, read_catalogue(folder), now)
    file = folder / "brand-identity.yaml"
    file.write_text(file.read_text().replace("Brand identity only", "Brand only"))
    changed = read_catalogue(folder)
    await asyncio.gather(*(seed(store, changed, now) for _ in range(10)))
    assert await versions(store) == dict.fromkeys(changed, 1) | {"brand-identity": 2}
    assert (await store.version("acme", "brand-identity", 1)).recipe.title == "Brand identity only"


@pytest.mark.redis_cluster
async def test_starting_again_writes_nothing(store: RedisTemplateStore) -> None:
    for _ in range(3):
        await seed(store, read_catalogue(SHIPPED), now)
    assert set((await versions(store)).values()) == {1}


async def test_a_comment_in_a_file_is_no_new_version(store: RedisTemplateStore, folder: Path) -> None:
    await seed(store, read_catalogue(folder), now)
    file = folder / "brand-identity.yaml"
    file.write_text("# Another word to the reader.\n" + file.read_text())
    await seed(store, read_catalogue(folder), now)
    assert set((await versions(store)).values()) == {1}


@pytest.mark.redis_cluster
async def test_what_left_the_catalogue_leaves_the_lists_and_may_come_back(
    store: RedisTemplateStore, folder: Path
) -> None:
    await seed(store, read_catalogue(folder), now)
    file = folder / "brand-identity.yaml"
    content = file.read_text()
    file.unlink()
    await seed(store, read_catalogue(folder), now)
    assert "brand-identity" not in await versions(store)
    with pytest.raises(NotFound):
        await store.newest("acme", "brand-identity")
    assert (await store.version("acme", "brand-identity", 1)).version == 1
    file.write_text(content)
    await seed(store, read_catalogue(folder), now)
    assert (await versions(store))["brand-identity"] == 2


@pytest.mark.redis_cluster
async def test_everything_is_under_one_hash_tag(redis: RedisAccess, store: RedisTemplateStore) -> None:
    await seed(store, read_catalogue(SHIPPED), now)
    keys = [key.decode() async for key in redis.commands.scan_iter("*")]
    assert keys
    assert all(key.startswith("hj:{templates}:") for key in keys)
