"""How a container starts, tells its health, stops, and how the development variant follows changed files."""

from __future__ import annotations

import asyncio
import io
import subprocess
import tarfile
import time

import pytest

from tests.containers.conftest import AGENTS
from tests.support.containers.calls import Client
from tests.support.containers.system import ContainerHeyJarvis, wait_until
from tools.images.build import Release, build
from tools.images.catalogue import ROOT, images
from tools.images.engine import Engine

pytestmark = pytest.mark.timeout(900)


def test_a_stopped_container_ends_in_order_and_starts_again(system: ContainerHeyJarvis) -> None:
    """Exit code 0 and not 137: SIGTERM reached Python, which is process 1, and nothing had to be killed."""
    ours = [system.container(name) for name in (*system.images, "agent-branding-2")]
    system.ask("stop", "--time=60", *ours)
    try:
        ended = {name: system.state(name)["ExitCode"] for name in ours}
    finally:
        # The model first, so that what asks it at once is answered.
        system.ask("start", *reversed(ours))
        asyncio.run(_until_complete(system))
    assert set(ended.values()) == {0}, ended


async def _until_complete(system: ContainerHeyJarvis) -> None:
    async with Client.connected(system.address("orchestrator"), system.address("approvals")) as client:
        await client.until_there(AGENTS)


@pytest.mark.parametrize("name", ["approvals", "agent-dossier", "offline-model"])
def test_the_engine_sees_its_health(system: ContainerHeyJarvis, name: str) -> None:
    checks = system.engine.inspect(system.release.tag(system.images[name]))["Config"]["Healthcheck"]["Test"][1:]
    system.ask("exec", system.container(name), *checks)


def test_a_service_that_does_not_serve_is_not_healthy(engine: Engine, release: Release) -> None:
    probe = "import sys; from chassis import probe; print(probe.main({'HEYJARVIS_PORT': '1'}))"
    approvals = next(image for image in images() if image.name == "approvals")
    assert engine.python(release.tag(approvals), probe) == 1


def test_a_container_that_still_waits_for_redis_can_be_stopped(system: ContainerHeyJarvis) -> None:
    name = system.container("waiting")
    tag = system.release.tag(system.images["approvals"])
    told = ("--env=REDIS_URL=redis://nobody:6379/0", "--env=HEYJARVIS_ALLOW_ANONYMOUS=true")
    system.ask("run", "--detach", f"--name={name}", "--network=none", "--read-only", "--tmpfs=/tmp", *told, tag)
    wait_until(lambda: "waiting for Redis" in system.ask("logs", name, both=True), "it waits for Redis")
    system.ask("stop", "--time=60", name)
    assert system.state(name)["ExitCode"] == 0


def test_without_settings_it_says_which_are_missing(engine: Engine, release: Release) -> None:
    approvals = next(image for image in images() if image.name == "approvals")
    done = subprocess.run(
        [engine.program, "run", "--rm", "--network=none", release.tag(approvals)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "REDIS_URL is not set" in done.stderr
    assert "HEYJARVIS_TOKENS_FILE is not set" in done.stderr


def test_the_development_variant_starts_again_with_the_files_copied_into_it(system: ContainerHeyJarvis) -> None:
    """As skaffold does it: a tar stream, unpacked in the container by its own user."""
    engine, release = system.engine, system.release
    (tag,) = build(engine, ROOT, release, [system.images["approvals"]], dev=True, tell=print)
    name = system.container("dev")
    told = ("--env=REDIS_URL=redis://redis:6379/0", "--env=HEYJARVIS_ALLOW_ANONYMOUS=true")
    try:
        system.ask("run", "--detach", f"--name={name}", f"--network={system.run}", "--cap-drop=ALL", *told, tag)
        wait_until(lambda: '"Serving"' in system.ask("logs", name, both=True), "it serves")
        _copy_into(engine, name, "services/approvals/__main__.py", 'print("the new code", flush=True)\n')

        def anew() -> bool:  # twice when it was seen while the file was being written
            told = system.ask("logs", name, both=True)
            return "the new code" in told and told.count('"Serving"') >= 2

        wait_until(anew, "it serves the new code")
        system.ask("stop", "--time=60", name)
        assert system.state(name)["ExitCode"] == 0
    finally:
        system.ask("rm", "--force", name)
        engine.ask("image", "rm", "--force", "--no-prune", tag)


def _copy_into(engine: Engine, container: str, file: str, first_line: str) -> None:
    content = (first_line + (ROOT / file).read_text("utf-8")).encode()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        entry = tarfile.TarInfo(f"app/{file}")
        entry.size, entry.mtime, entry.mode = len(content), int(time.time()), 0o644
        archive.addfile(entry, io.BytesIO(content))
    subprocess.run(
        [engine.program, "exec", "--interactive", container, "tar", "xmf", "-", "-C", "/", "--no-same-owner"],
        input=stream.getvalue(),
        check=True,
        timeout=60,
    )
