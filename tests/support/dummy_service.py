"""A process for tests of the local runner: serves /healthz on a port and behaves as badly as it is told.

python -m tests.support.dummy_service PORT [crash=FILE] [exit=CODE] [deaf] [child] [stubborn] [note=FILE]
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time


def main(port: int, words: list[str]) -> None:
    settings = dict(word.partition("=")[::2] for word in words)
    if "stubborn" in settings:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if note := settings.get("note"):
        with open(note, "a") as file:
            file.write(f"{os.getpid()} {os.environ.get('HEYJARVIS_PORT', '')}\n")
        if "stubborn" not in settings:
            signal.signal(signal.SIGTERM, lambda *_: _note_end(note))
    if "child" in settings:
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    if "exit" in settings:
        print("it cannot work like this", flush=True)
        sys.exit(int(settings["exit"]))
    if "crash" in settings:
        threading.Thread(target=_crash, args=[settings["crash"]], daemon=True).start()
    if "deaf" in settings:
        time.sleep(60)
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def _crash(when: str) -> None:
    """As soon as that file is there."""
    while not os.path.exists(when):
        time.sleep(0.02)
    os._exit(3)


def _note_end(note: str) -> None:
    with open(note, "a") as file:
        file.write(f"{os.getpid()} ended {time.monotonic()}\n")
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
