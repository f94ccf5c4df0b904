"""What all commands share: the options everyone has, the way in, and the way errors come out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from chassis.errors import HeyJarvisError
from tools.jarvis import exits
from tools.jarvis.addresses import find_addresses
from tools.jarvis.client import Client
from tools.jarvis.errors import exit_code, explain
from tools.jarvis.output import Output

Address = Annotated[
    str, typer.Option("--address", metavar="HOST:PORT", help="The orchestrator. Default: the system that runs here.")
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
Workflow = Annotated[str, typer.Argument(metavar="WORKFLOW", help="workflows/ID, ID, its beginning, or last.")]
Template = Annotated[str, typer.Option("--template", help="The template to use. Default: chosen from the request.")]
Planning = Annotated[
    str,
    typer.Option(metavar="auto|template", help="Who plans: the model, or the best template as it stands."),
]
Out = Annotated[Path | None, typer.Option("--out", help="Folder to write to. Default: out/WORKFLOW.")]

Work = Callable[[Client, Output], Awaitable[int | None]]


def execute(work: Work, *, address: str = "", as_json: bool = False) -> None:
    """Runs a command to its end and leaves with its exit code."""
    output = Output(json=as_json)
    raise typer.Exit(guarded(lambda: asyncio.run(_with_client(work, address, output)), output))


def guarded(call: Callable[[], int | None], output: Output) -> int:
    """The exit code; errors become lines."""
    try:
        return call() or exits.OK
    except HeyJarvisError as error:
        complain(error, output)
        return exit_code(error)
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()
        return exits.OK
    except OSError as error:
        output.errors.print(Text(f"✗ {error}", style="red"))
        return exits.FAILED


def complain(error: HeyJarvisError, output: Output) -> None:
    """Says on standard error what went wrong."""
    first, *rest = explain(error)
    output.errors.print(Text(f"✗ {first}", style="red"), soft_wrap=True)
    for line in rest:
        output.errors.print(Text(f"  {line}"), soft_wrap=True)


async def _with_client(work: Work, address: str, output: Output) -> int | None:
    async with Client(find_addresses(address)) as client:
        return await work(client, output)
