"""The way in for the local runner: one request on the system that runs in this folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from chassis.errors import HeyJarvisError
from tools.jarvis.addresses import find_addresses
from tools.jarvis.client import Client
from tools.jarvis.commands.shared import complain
from tools.jarvis.errors import exit_code
from tools.jarvis.output import Output
from tools.jarvis.run import run
from tools.jarvis.run_options import RunOptions
from tools.local.interruption import Interruption

Notes = Callable[[Callable[[str], None]], None]


async def run_request(
    options: RunOptions, home: Path, interruption: Interruption, *, ends_system: bool, on_notes: Notes
) -> int:
    """The exit code; errors have been told.

    home: the folder of the system, whatever the environment names.
    on_notes: given a way to show a note beside the workflow, once there is one.
    """
    output = Output(json=options.json)
    try:
        async with Client(find_addresses(environment={"HEYJARVIS_HOME": str(home)})) as client:
            return await run(
                options,
                client,
                output,
                interruption,
                ends_system=ends_system,
                on_companion=lambda companion: on_notes(companion.note),
            )
    except HeyJarvisError as error:
        complain(error, output)
        return exit_code(error)
