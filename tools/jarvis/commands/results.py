"""`results`: what a workflow made, listed, printed or written to disk."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from heyjarvis.agents.v1 import artifact_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from rich.console import RenderableType
from rich.text import Text

from chassis.errors import NotFound
from tools.jarvis import run as running
from tools.jarvis import wording
from tools.jarvis.artifacts import list_artifacts, save_artifacts
from tools.jarvis.client import Client
from tools.jarvis.commands.shared import Address, Json, Out, Workflow, execute
from tools.jarvis.names import workflow_name
from tools.jarvis.output import Output, as_dict
from tools.jarvis.tables import table


def results(
    workflow: Workflow = "last",
    out: Out = None,
    only_list: Annotated[bool, typer.Option("--list", help="Only list what there is; write nothing.")] = False,
    print_one: Annotated[
        str, typer.Option("--print", metavar="TASK/FILE", help="Write one file to standard output.")
    ] = "",
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Write what a workflow made under out/, or list it."""

    async def work(client: Client, output: Output) -> None:
        name = await workflow_name(client, workflow)
        artifacts = await list_artifacts(client, name)
        if print_one:
            await _print(client, artifacts, print_one)
            return
        if only_list:
            output.emit({"artifacts": [as_dict(artifact) for artifact in artifacts]})
            output.show(_artifacts_table(artifacts))
            return
        saved = await save_artifacts(client, artifacts, out or Path("out") / name.partition("/")[2])
        output.emit({"files": [{"artifact": as_dict(one.artifact), "path": str(one.path)} for one in saved]})
        for one in saved:
            output.show(Text(running.shown(one.path)))
        if not saved:
            output.show(Text("It has made nothing yet.", style="bright_black"))

    execute(work, address=address, as_json=as_json)


async def _print(client: Client, artifacts: list[artifact_pb2.Artifact], wanted: str) -> None:
    short = {_short(artifact.name): artifact for artifact in artifacts}
    match = short.get(wanted) or next((a for path, a in short.items() if path.rpartition("/")[2] == wanted), None)
    if match is None:
        raise NotFound("artifact", wanted, message=f"{wanted!r} is none of: {', '.join(short) or 'nothing yet'}.")
    door = client.orchestrator
    async for piece in door.stream(door.stub.GetArtifact, pb.GetArtifactRequest(name=match.name)):
        sys.stdout.buffer.write(piece.chunk)
    sys.stdout.buffer.flush()


def _artifacts_table(artifacts: list[artifact_pb2.Artifact]) -> RenderableType:
    if not artifacts:
        return Text("It has made nothing yet.", style="bright_black")
    rows = [
        [_short(one.name), wording.one_line(one.title, 60), one.media_type, str(one.size_bytes)] for one in artifacts
    ]
    return table(["file", "what", "type", "bytes"], rows, right=["bytes"], shrinks=["what"])


def _short(name: str) -> str:
    """`branding/logo.svg` from the artifact's full name."""
    return name.partition("/tasks/")[2].replace("/artifacts/", "/")
