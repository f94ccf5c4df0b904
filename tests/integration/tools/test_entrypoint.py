"""What a container starts listens for SIGTERM before the service does, in a process of its own."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.images import entrypoint

LIMIT = 20.0
BUSY = """
import pathlib, time
{handler}
pathlib.Path("begun").touch()
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("handler", "code"),
    [
        ("", 0),
        ("import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))", 7),
    ],
    ids=["a service that is still being loaded", "a service that listens itself"],
)
def test_sigterm_ends_it(tmp_path: Path, handler: str, code: int) -> None:
    shutil.copy(entrypoint.__file__, tmp_path / "__main__.py")
    service = tmp_path / "service"
    service.mkdir()
    (service / "__main__.py").write_text(BUSY.format(handler=handler))
    process = subprocess.Popen([sys.executable, str(tmp_path)], cwd=tmp_path)
    try:
        ends = time.monotonic() + LIMIT
        while not (tmp_path / "begun").exists():
            assert process.poll() is None
            assert time.monotonic() < ends
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == code
    finally:
        process.kill()
        process.wait()
