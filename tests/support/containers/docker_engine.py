"""A Docker Engine for the tests: the one that answers, else one of our own, which ends with the tests.

Our own keeps everything in a temporary folder and listens on a socket there, so nothing of it stays behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools.images.engine import Engine, EngineError

START_LIMIT = 60.0
STOP_LIMIT = 60.0
REMEDY = (
    "These tests need a Docker Engine: start the one of this machine, point DOCKER_HOST at one, or run them as root "
    "where dockerd is installed (Debian, Ubuntu: apt-get install docker.io)."
)


@contextlib.contextmanager
def docker_engine() -> Iterator[Engine]:
    """An engine that answers. Raises EngineError where none can be had: nothing is skipped."""
    engine = Engine()
    refused = _refusal(engine)
    if refused is None:
        yield engine
        return
    if shutil.which("docker") is None or shutil.which("dockerd") is None or os.geteuid() != 0:
        raise EngineError(f"{REMEDY}\n{refused}")
    with _own_engine(engine):
        yield engine


def _refusal(engine: Engine) -> EngineError | None:
    """Why no engine answers, or None when one does."""
    try:
        engine.check()
    except EngineError as error:
        return error
    return None


@contextlib.contextmanager
def _own_engine(engine: Engine) -> Iterator[None]:
    # Short, for the sockets below it: a path of more than 107 characters is none.
    folder = Path(tempfile.mkdtemp(prefix="hj-docker-"))
    socket = f"unix://{folder}/docker.sock"
    log = folder / "log"
    command = ["dockerd", "--host", socket, "--pidfile", f"{folder}/pid"]
    command += ["--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec"]
    before = os.environ.get("DOCKER_HOST")
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        os.environ["DOCKER_HOST"] = socket
        _wait(engine, process, log)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.environ.pop("DOCKER_HOST", None)
        if before is not None:
            os.environ["DOCKER_HOST"] = before
        _unmount_below(folder)
        shutil.rmtree(folder)


def _wait(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + START_LIMIT
    while True:
        try:
            engine.ask("info")
        except EngineError as error:
            if process.poll() is not None or time.monotonic() > ends:
                said = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
                raise EngineError(f"dockerd does not start here. {REMEDY}\n{said}") from error
            time.sleep(0.2)
        else:
            return


def _unmount_below(folder: Path) -> None:
    """What dockerd leaves mounted, deepest first: name spaces of networks."""
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    for place in sorted((place for place in mounted if place.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", "--lazy", place], check=False, capture_output=True)
