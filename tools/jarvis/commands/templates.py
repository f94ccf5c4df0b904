"""`templates`: the recipes, and which one fits a request."""

from __future__ import annotations

from typing import Annotated

import typer
from google.protobuf.duration_pb2 import Duration
from heyjarvis.templates.v1 import template_service_pb2 as pb
from rich.console import Group, RenderableType
from rich.text import Text

from tools.jarvis import wording
from tools.jarvis.client import Client
from tools.jarvis.commands.shared import Address, Json, execute
from tools.jarvis.names import template_name
from tools.jarvis.output import Output
from tools.jarvis.tables import Cell, table

app = typer.Typer(help="The recipes: list, show, recommend.", invoke_without_command=True)


@app.callback()
def templates(context: typer.Context, as_json: Json = False, address: Address = "") -> None:
    """The recipes: list, show, recommend. Without a command: list."""
    if context.invoked_subcommand is None:
        list_templates(as_json=as_json, address=address)


@app.command("list")
def list_templates(as_json: Json = False, address: Address = "") -> None:
    """List the newest version of every template."""

    async def work(client: Client, output: Output) -> None:
        answer = await list_of(client)
        output.emit(answer)
        output.show(drawing(list(answer.templates)))

    execute(work, address=address, as_json=as_json)


@app.command()
def show(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="templates/ID, ID, or ID@VERSION.")],
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Show a template with its tasks and gates."""

    async def work(client: Client, output: Output) -> None:
        door = client.templates
        request = pb.GetTemplateRequest(name=template_name(template))
        answer = await door.ask(door.stub.GetTemplate, request, repeatable=True)
        output.emit(answer)
        output.show(_template(answer.template))

    execute(work, address=address, as_json=as_json)


@app.command()
def recommend(
    request: Annotated[str, typer.Argument(metavar="REQUEST", help="What you want, in words.")],
    number: Annotated[int, typer.Option("--number", "-n", min=1, max=20, help="How many at most.")] = 3,
    as_json: Json = False,
    address: Address = "",
) -> None:
    """Rank the templates for a request, each with its reason."""

    async def work(client: Client, output: Output) -> None:
        door = client.templates
        message = pb.RecommendTemplatesRequest(request=request, max_results=number)
        answer = await door.ask(door.stub.RecommendTemplates, message, repeatable=True)
        output.emit(answer)
        for one in answer.recommendations:
            output.show(_recommendation(one))

    execute(work, address=address, as_json=as_json)


async def list_of(client: Client) -> pb.ListTemplatesResponse:
    """The templates, by name."""
    door = client.templates
    return await door.ask(door.stub.ListTemplates, pb.ListTemplatesRequest(page_size=200), repeatable=True)


def drawing(found: list[pb.Template]) -> RenderableType:
    """One line for each template."""
    if not found:
        return Text("There are no templates.", style="bright_black")
    rows = [
        [
            _short(template),
            wording.one_line(template.title),
            str(len(template.tasks)),
            _about(template.estimated_duration),
            wording.expected(template.estimated_cost_usd),
        ]
        for template in found
    ]
    head = ["template", "what comes out", "tasks", "about", "cost"]
    return table(head, rows, right=head[2:], shrinks=["what comes out"])


def _template(template: pb.Template) -> RenderableType:
    rows: list[list[Cell]] = []
    for spec in template.tasks:
        gates = [gate.question or "before it starts" for gate in spec.gates]
        rows.append(
            [
                wording.one_line(spec.title) + (" (optional)" if spec.optional else ""),
                spec.agent_type,
                Text(", ".join(spec.depends_on), style="bright_black"),
                _about(spec.estimated_duration),
                Text(wording.one_line("; ".join(gates), 120), style="yellow"),
            ]
        )
    tasks = table(["task", "agent", "after", "about", "asks you"], rows, right=["about"], shrinks=["after", "asks you"])
    about, cost = _about(template.estimated_duration), wording.expected(template.estimated_cost_usd)
    facts = f"{_short(template)} · about {about} · {cost}"
    return Group(
        Text(wording.one_line(template.title), style="bold"),
        Text(facts, style="bright_black"),
        Text(wording.clean(template.description).strip()),
        Text(),
        tasks,
    )


def _recommendation(one: pb.Recommendation) -> RenderableType:
    head = Text(f"{one.score:4.0%}  ", style="green" if one.score >= 0.5 else "yellow")
    head.append(_short(one.template), style="bold")
    complexity = pb.Complexity.Name(one.complexity).removeprefix("COMPLEXITY_").lower()
    facts = (
        f"about {_about(one.estimated_duration)}, {wording.expected(one.estimated_cost_usd)}, complexity {complexity}"
    )
    return Group(head, Text(f"      {wording.one_line(one.reason, 300)}"), Text(f"      {facts}", style="bright_black"))


def _short(template: pb.Template) -> str:
    return f"{template.name.removeprefix('templates/')}@{template.version}"


def _about(duration: Duration) -> str:
    seconds = duration.ToTimedelta().total_seconds()
    return wording.span(seconds) if seconds else "–"
