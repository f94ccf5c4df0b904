"""The probe that container engines run, against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chassis import Host, Servicer, ServiceSettings, probe, running


@asynccontextmanager
async def nothing(settings: ServiceSettings, host: Host) -> AsyncIterator[list[Servicer]]:
    yield []


async def asked(address: str) -> int:
    port = address.rpartition(":")[2]
    return await asyncio.to_thread(probe.main, {"HEYJARVIS_PORT": port})


async def test_a_serving_process_is_well_and_a_draining_or_absent_one_is_not(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.health.PATIENCE", 20.0)
    async with running(nothing, ServiceSettings(redis_url=redis_url), name="probed") as host:
        assert await asked(host.address) == 0
        seen: list[int] = []

        async def look() -> None:
            seen.append(await asked(host.address))

        host.on_drain(look)
    assert seen == [1]
    assert await asked(host.address) == 1


def test_without_a_port_it_says_what_to_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main({}) == 2
    assert "HEYJARVIS_PORT" in capsys.readouterr().err
