"""Processes that look for ports at the same moment are given different ones."""

from __future__ import annotations

import subprocess
import sys

PROCESSES, EACH = 8, 60
LOOK = f"from tools.local.ports import free_port; print(*(free_port() for _ in range({EACH})), flush=True); input()"


def test_no_port_is_given_to_two_processes() -> None:
    looking = [
        subprocess.Popen([sys.executable, "-c", LOOK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    try:
        given = [port for each in looking if each.stdout for port in each.stdout.readline().split()]
    finally:
        for each in looking:
            each.communicate("\n")
    assert len(given) == len(set(given)) == PROCESSES * EACH
