"""Ports for servers on this machine.

They lie below those that systems give to outgoing connections: a server that dies finds its port again when it comes
back, however many connections were made meanwhile. And they are given once: a port is free until its server has
started, so two processes that look at the same moment would find the same one. Each process has a share of its own.
"""

from __future__ import annotations

import atexit
import itertools
import os
import random
import socket
import sys
from collections.abc import Iterator
from functools import lru_cache

_PORTS = range(15_000, 30_000)
_SHARE = 100
"""Ports of one process; it gives them in turn."""


class _Share:
    """Ports that no other process gives away while this one lives."""

    def __init__(self) -> None:
        firsts = list(_PORTS[::_SHARE])
        random.SystemRandom().shuffle(firsts)
        claimed = (first for first in firsts if self._claim(first))
        first = next(claimed, None)
        if first is None:
            raise OSError(f"All ports from {_PORTS.start} to {_PORTS.stop - 1} are given away; end some programs.")
        self.ports: Iterator[int] = itertools.cycle(range(first, first + _SHARE))

    def _claim(self, first: int) -> bool:
        """Takes a name that the kernel gives to one process at a time, and takes back when it ends. Only Linux has such
        names; elsewhere chance keeps processes apart."""
        if sys.platform != "linux":
            return True
        self._name = socket.socket(socket.AF_UNIX)
        try:
            self._name.bind(f"\0heyjarvis-ports-{first}")
        except OSError:
            self._name.close()
            return False
        atexit.register(self._name.close)
        return True


@lru_cache(maxsize=1)
def _share(process: int) -> _Share:
    """The share of this process; a fork asks by another id, and has its own."""
    return _Share()


def free_port() -> int:
    """A loopback port that nobody holds, and that no other process is given. Raises OSError when there is none."""
    for port in itertools.islice(_share(os.getpid()).ports, _SHARE):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise OSError(f"None of the {_SHARE} ports of this process is free; end some programs.")
